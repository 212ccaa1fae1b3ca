using Google.Protobuf;
using MartechGrains.Core.Identity;
using MartechGrains.Journal.Contracts;
using MartechGrains.Journal.Entries.Format;

namespace MartechGrains.Journal.Entries;

/// <summary>Where a home has gone, from its last row alone: it writes nothing after it.</summary>
public static class MoveReading
{
    /// <summary>The home that a row says its home is moving, or has moved, to; null where it does not.</summary>
    /// <exception cref="EntryFormatException">The row is damaged.</exception>
    public static HomeId? TargetOf(in JournalRow row)
    {
        try
        {
            var entry = Entry.Parser.ParseFrom(row.Entry.Span);
            return entry.KindCase switch
            {
                Entry.KindOneofCase.Moving => KeyBytes.Home(entry.Moving),
                Entry.KindOneofCase.Moved => KeyBytes.Home(entry.Moved),
                _ => null,
            };
        }
        catch (InvalidProtocolBufferException error)
        {
            throw new EntryFormatException($"Row {row.Seq} of home {row.Home} is damaged.", error);
        }
    }
}
