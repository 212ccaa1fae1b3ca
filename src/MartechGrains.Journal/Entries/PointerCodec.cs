using System.Collections.Immutable;
using Google.Protobuf;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Profiles;
using MartechGrains.Journal.Entries.Format;

namespace MartechGrains.Journal.Entries;

/// <summary>Translates an identifier's state into its pointer row and back.</summary>
public static class PointerCodec
{
    /// <summary>The row that stores <paramref name="state"/> as the version after its own.</summary>
    public static PointerRow NextRow(IdentifierKey identifier, IdentifierState state)
    {
        var flags = (state.Generic ? PointerFlags.Generic : PointerFlags.None)
            | (state.ToDo.IsEmpty ? PointerFlags.None : PointerFlags.Unsettled);
        var format = new Pointer
        {
            Epoch = state.Epoch,
            Generic = state.Generic,
            PolicyVersion = state.PolicyVersion,
            ToDo = KeyBytes.Of([.. state.ToDo.Select(static home => home.Founder)]),
        };
        foreach (var (home, version) in state.Carriers)
            format.Carriers.Add(new Pointer.Types.Carrier { Home = KeyBytes.Of(home), PolicyVersion = version });
        foreach (var (home, reported) in state.Reports)
        {
            var report = new Pointer.Types.Reported { Home = KeyBytes.Of(home), Version = reported.Version };
            report.Neighbours.Add(reported.Neighbours.Select(EntryFormat.Encode));
            format.Reports.Add(report);
        }
        var bytes = new byte[format.CalculateSize()];
        format.WriteTo(bytes.AsSpan());
        return new PointerRow(identifier, state.Version + 1, state.Home, flags, bytes);
    }

    /// <summary>The state a row stores.</summary>
    /// <exception cref="EntryFormatException">The row is damaged.</exception>
    public static IdentifierState Decode(PointerRow row)
    {
        try
        {
            var format = Pointer.Parser.ParseFrom(row.State.Span);
            return new IdentifierState(
                row.Version, row.Home, format.Epoch, format.Generic, format.PolicyVersion,
                format.Carriers.ToImmutableSortedDictionary(
                    static carrier => KeyBytes.Home(carrier.Home), static carrier => carrier.PolicyVersion),
                [.. KeyBytes.Keys(format.ToDo).Select(static key => new HomeId(key))],
                format.Reports.ToImmutableSortedDictionary(
                    static report => KeyBytes.Home(report.Home),
                    static report => new ReportedNeighbours(
                        report.Version, [.. report.Neighbours.Select(EntryFormat.Decode)])));
        }
        catch (InvalidProtocolBufferException error)
        {
            throw new EntryFormatException($"The pointer row of {row.Identifier} is damaged.", error);
        }
    }
}
