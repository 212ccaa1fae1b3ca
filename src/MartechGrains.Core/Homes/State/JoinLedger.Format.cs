using System.Collections.Immutable;
using MartechGrains.Core.Facts;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Pointers;
using static MartechGrains.Core.Homes.State.IdentifierTable;

namespace MartechGrains.Core.Homes.State;

/// <content>The binary form: by identifier, which parts there are, and then these.</content>
public sealed partial class JoinLedger
{
    private const int MinIdentifierBytes = IdentifierKey.Size + 1;
    private const int MinNeighbourBytes = 1 + IdentifierKey.Size;

    [Flags]
    private enum Parts : byte
    {
        OpenMember = 1,
        OpenCarrier = 2,
        ConfirmedMember = 4,
        ConfirmedCarrier = 8,
        Report = 16,
        ReportOpen = 32,
        Flag = 64,
        Inert = 128,
    }

    internal void Write(FactWriter writer)
    {
        var written = _keys.Where(static pair => PartsOf(pair.Value) != 0).OrderBy(static pair => pair.Key).ToList();
        writer.Unsigned((ulong)written.Count);
        foreach (var (key, state) in written)
        {
            var present = PartsOf(state);
            writer.Key(key);
            writer.Byte((byte)present);
            if (present.HasFlag(Parts.Report)) WriteReport(writer, state);
            if (state.IsTold) writer.Unsigned((ulong)state.Epoch);
        }
    }

    internal static JoinLedger Read(ref FactReader reader)
    {
        var joins = new JoinLedger();
        IdentifierKey? previous = null;
        for (var left = reader.Count(MinIdentifierBytes); left > 0; left--)
        {
            var key = reader.IdentifierKey();
            reader.Require(previous is not { } before || before < key, "joins are out of order");
            previous = key;
            joins.ReadParts(ref reader, key, (Parts)reader.Byte());
        }
        return joins;
    }

    private static Parts PartsOf(KeyState state) =>
        (state.IsOpen(JoinKind.Member) ? Parts.OpenMember : 0)
        | (state.IsOpen(JoinKind.Carrier) ? Parts.OpenCarrier : 0)
        | (state.IsConfirmed(JoinKind.Member) ? Parts.ConfirmedMember : 0)
        | (state.IsConfirmed(JoinKind.Carrier) ? Parts.ConfirmedCarrier : 0)
        | (state.IsCarried ? Parts.Report : 0)
        | (state.IsReportOpen ? Parts.ReportOpen : 0)
        | (state.IsTold ? Parts.Flag : 0)
        | (state.IsTold && state.Inert ? Parts.Inert : 0);

    private static void WriteReport(FactWriter writer, KeyState report)
    {
        writer.Unsigned((ulong)report.Version);
        writer.Unsigned((ulong)report.Confirmed.Length);
        foreach (var neighbour in report.Confirmed)
        {
            WriteText(writer, neighbour.Namespace);
            writer.Key(neighbour.Identifier);
        }
        writer.Unsigned((ulong)(report.Superseded?.Count ?? 0));
        foreach (var home in report.Superseded?.Order() ?? Enumerable.Empty<HomeId>()) writer.Key(home.Founder);
    }

    private void ReadParts(ref FactReader reader, IdentifierKey key, Parts present)
    {
        var hasReport = present.HasFlag(Parts.Report);
        var hasFlag = present.HasFlag(Parts.Flag);
        reader.Require(present != 0, "an identifier without a join");
        reader.Require(hasReport || !present.HasFlag(Parts.ReportOpen), "an open report that is not there");
        reader.Require(hasFlag || !present.HasFlag(Parts.Inert), "an inert value without an epoch");
        var state = StateOf(key);
        ReadJoin(ref reader, present, state, JoinKind.Member, Parts.OpenMember, Parts.ConfirmedMember);
        ReadJoin(ref reader, present, state, JoinKind.Carrier, Parts.OpenCarrier, Parts.ConfirmedCarrier);
        if (hasReport) ReadReport(ref reader, state);
        SetReportOpen(state, present.HasFlag(Parts.ReportOpen));
        if (!hasFlag) return;
        var epoch = reader.Unsigned(long.MaxValue);
        reader.Require(epoch > 0, "an epoch of nothing that was told");
        SetFlag(state, epoch, present.HasFlag(Parts.Inert));
    }

    private void ReadJoin(
        ref FactReader reader, Parts present, KeyState state, JoinKind kind, Parts open, Parts confirmed)
    {
        reader.Require(!present.HasFlag(open | confirmed), "a join is both open and confirmed");
        SetOpen(state, kind, present.HasFlag(open));
        if (present.HasFlag(confirmed)) state.Confirm(kind);
    }

    private static void ReadReport(ref FactReader reader, KeyState state)
    {
        state.IsCarried = true;
        state.Version = (int)reader.Unsigned(int.MaxValue);
        var confirmed = ImmutableArray.CreateBuilder<Neighbour>(reader.Count(MinNeighbourBytes));
        while (confirmed.Count < confirmed.Capacity)
            confirmed.Add(new Neighbour(ReadText(ref reader), reader.IdentifierKey()));
        state.Confirmed = confirmed.MoveToImmutable();
        HomeId? previous = null;
        for (var left = reader.Count(IdentifierKey.Size); left > 0; left--)
        {
            var home = new HomeId(reader.IdentifierKey());
            reader.Require(previous is not { } before || before < home, "homes of a report are out of order");
            (state.Superseded ??= []).Add(home);
            previous = home;
        }
    }
}
