using Google.Protobuf;
using MartechGrains.Core.Time;
using MartechGrains.Journal.Contracts;
using MartechGrains.Journal.Entries.Format;

namespace MartechGrains.Journal.Entries;

/// <summary>When a row was written, from the row alone.</summary>
public static class TimeReading
{
    /// <summary>The moment; null where the row is damaged, or of before rows said so.</summary>
    public static IngestTime? Of(in JournalRow row)
    {
        Entry entry;
        try
        {
            entry = Entry.Parser.ParseFrom(row.Entry.Span);
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
        return entry.KindCase switch
        {
            Entry.KindOneofCase.Applied => EntryFormat.IngestTimeOf(entry.Applied),
            Entry.KindOneofCase.Decided => new IngestTime(entry.Decided.At),
            Entry.KindOneofCase.Changed => new IngestTime(entry.Changed.At),
            _ => entry.HasAt ? new IngestTime(entry.At) : null,
        };
    }
}
