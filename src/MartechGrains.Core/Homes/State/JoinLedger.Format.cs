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
        var parts = new SortedDictionary<IdentifierKey, Parts>();
        foreach (var item in _open) Add(item.Identifier, Part(item.Kind, Parts.OpenMember, Parts.OpenCarrier));
        foreach (var item in _confirmed)
            Add(item.Identifier, Part(item.Kind, Parts.ConfirmedMember, Parts.ConfirmedCarrier));
        foreach (var (key, report) in _reports) Add(key, Parts.Report | (report.Open ? Parts.ReportOpen : 0));
        foreach (var (key, flag) in _flags) Add(key, Parts.Flag | (flag.Inert ? Parts.Inert : 0));
        writer.Unsigned((ulong)parts.Count);
        foreach (var (key, present) in parts)
        {
            writer.Key(key);
            writer.Byte((byte)present);
            if (present.HasFlag(Parts.Report)) WriteReport(writer, _reports[key]);
            if (present.HasFlag(Parts.Flag)) writer.Unsigned((ulong)_flags[key].Epoch);
        }

        void Add(IdentifierKey key, Parts part) => parts[key] = parts.GetValueOrDefault(key) | part;
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

    private static Parts Part(JoinKind kind, Parts member, Parts carrier) => kind == JoinKind.Member ? member : carrier;

    private static void WriteReport(FactWriter writer, ReportState report)
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
        ReadItem(ref reader, present, new JoinItem(key, JoinKind.Member), Parts.OpenMember, Parts.ConfirmedMember);
        ReadItem(ref reader, present, new JoinItem(key, JoinKind.Carrier), Parts.OpenCarrier, Parts.ConfirmedCarrier);
        if (hasReport)
        {
            _reports.Add(key, ReadReport(ref reader));
            SetOpen(_reports[key], present.HasFlag(Parts.ReportOpen));
        }
        if (hasFlag) _flags.Add(key, (reader.Unsigned(long.MaxValue), present.HasFlag(Parts.Inert)));
    }

    private void ReadItem(ref FactReader reader, Parts present, JoinItem item, Parts open, Parts confirmed)
    {
        reader.Require(!present.HasFlag(open | confirmed), "a join is both open and confirmed");
        if (present.HasFlag(open)) _open.Add(item);
        if (present.HasFlag(confirmed)) _confirmed.Add(item);
    }

    private static ReportState ReadReport(ref FactReader reader)
    {
        var version = (int)reader.Unsigned(int.MaxValue);
        var confirmed = ImmutableArray.CreateBuilder<Neighbour>(reader.Count(MinNeighbourBytes));
        while (confirmed.Count < confirmed.Capacity)
            confirmed.Add(new Neighbour(ReadText(ref reader), reader.IdentifierKey()));
        var report = new ReportState { Version = version, Confirmed = confirmed.MoveToImmutable() };
        HomeId? previous = null;
        for (var left = reader.Count(IdentifierKey.Size); left > 0; left--)
        {
            var home = new HomeId(reader.IdentifierKey());
            reader.Require(previous is not { } before || before < home, "homes of a report are out of order");
            (report.Superseded ??= []).Add(home);
            previous = home;
        }
        return report;
    }
}
