using System.Collections.Immutable;
using MartechGrains.Core.Facts;
using MartechGrains.Core.Homes.State;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Identity.Policy;
using MartechGrains.Core.Identity.Resolution;
using MartechGrains.Core.Time;
using static MartechGrains.Core.Homes.State.IdentifierTable;

namespace MartechGrains.Core.Homes.Stored;

/// <summary>The explanation within the binary form of a home's view; its profiles are written by the caller.</summary>
internal static class ResolutionFormat
{
    private const int MinPairBytes = 6;
    private const int MinDecisionBytes = 3;
    private const int MinOversizeBytes = 2;
    private const int MinSetBytes = 3;

    /// <summary>Adds every identifier that the explanation names.</summary>
    public static void Collect(ResolvedPartition resolution, IdentifierTable table)
    {
        foreach (var accepted in resolution.Accepted) table.Add(accepted.Pair);
        foreach (var refused in resolution.Refused)
        {
            table.Add(refused.Pair);
            if (refused.Conflict is { } conflict) table.Add(conflict);
        }
        foreach (var idle in resolution.IdleMustLinks) table.Add(idle.Decision.Pair);
        foreach (var decision in resolution.Decisions.MustLinks) table.Add(decision.Pair);
        foreach (var decision in resolution.Decisions.CannotLinks) table.Add(decision.Pair);
        foreach (var decision in resolution.Decisions.LinkableValues) table.Add(decision.Identifier);
        foreach (var component in resolution.Oversize) table.Add(component.First);
        foreach (var identifier in resolution.Generic) table.Add(identifier);
        foreach (var set in resolution.Rejected)
            foreach (var identifier in set.Identifiers) table.Add(identifier);
    }

    public static void Write(ResolvedPartition resolution, IdentifierTable table, FactWriter writer)
    {
        writer.Unsigned((ulong)resolution.Accepted.Length);
        foreach (var accepted in resolution.Accepted)
        {
            WriteCause(writer, table, accepted.Pair, accepted.Order, accepted.Times, accepted.MustLink);
            writer.Byte(accepted.Unites ? (byte)1 : (byte)0);
        }
        writer.Unsigned((ulong)resolution.Refused.Length);
        foreach (var refused in resolution.Refused)
        {
            WriteCause(writer, table, refused.Pair, refused.Order, refused.Times, refused.MustLink);
            WriteOptional(writer, refused.LimitNamespace);
            writer.Unsigned((ulong)(refused.Limit is { } limit ? limit + 1L : 0));
            writer.Unsigned((ulong)(refused.LimitWindow ?? 0));
            WriteOptional(writer, refused.CannotLink);
            writer.Byte(refused.Conflict is null ? (byte)0 : (byte)1);
            if (refused.Conflict is { } conflict) table.WritePair(writer, conflict);
            writer.Byte(refused.Contested == refused.Pair.First ? (byte)1 : (byte)0);
        }
        writer.Unsigned((ulong)resolution.IdleMustLinks.Length);
        foreach (var idle in resolution.IdleMustLinks)
        {
            WriteDecision(writer, table, idle.Decision);
            writer.Byte((byte)idle.Reason);
        }
        WriteDecisions(writer, table, resolution.Decisions);
        writer.Unsigned((ulong)resolution.Oversize.Length);
        foreach (var component in resolution.Oversize)
        {
            table.WritePlace(writer, component.First);
            writer.Unsigned((ulong)component.Identifiers);
        }
        WritePlaces(writer, table, resolution.Generic);
        writer.Unsigned((ulong)resolution.Rejected.Length);
        foreach (var set in resolution.Rejected)
        {
            WritePlaces(writer, table, set.Identifiers);
            writer.Signed(set.OldestEventTime.Milliseconds);
            writer.Signed(set.NewestEventTime.Milliseconds);
        }
    }

    public static ResolvedPartition Read(
        ref FactReader reader, IdentifierTable table, ImmutableArray<ResolvedProfile> profiles,
        IReadOnlySet<Identifier> linkable)
    {
        var accepted = new AcceptedPair[reader.Count(MinPairBytes - 1)];
        for (var i = 0; i < accepted.Length; i++)
        {
            var (pair, order, times, mustLink) = ReadCause(ref reader, table);
            accepted[i] = new AcceptedPair(pair, order, ReadFlag(ref reader), times, mustLink);
        }
        var refused = new RefusedPair[reader.Count(MinPairBytes)];
        for (var i = 0; i < refused.Length; i++)
        {
            var (pair, order, times, mustLink) = ReadCause(ref reader, table);
            var limited = ReadOptional(ref reader);
            var limit = reader.Unsigned(1L + int.MaxValue);
            var window = reader.Unsigned(NamespacePolicy.MaxLimitWindow);
            var cannotLink = ReadOptional(ref reader);
            IdentifierPair? conflict = ReadFlag(ref reader) ? table.ReadPair(ref reader) : null;
            refused[i] = new RefusedPair(
                pair, order, times, mustLink, limited, limit == 0 ? null : (int)(limit - 1),
                window == 0 ? null : (long)window, cannotLink, conflict,
                ReadFlag(ref reader) ? pair.First : pair.Second);
        }
        var idle = new IdleMustLink[reader.Count(MinDecisionBytes + 2)];
        for (var i = 0; i < idle.Length; i++)
            idle[i] = new IdleMustLink(ReadDecision(ref reader, table), (IdleReason)reader.Byte());
        var decisions = ReadDecisions(ref reader, table);
        var oversize = new OversizeComponent[reader.Count(MinOversizeBytes)];
        for (var i = 0; i < oversize.Length; i++)
            oversize[i] = new OversizeComponent(table.ReadPlace(ref reader), (int)reader.Unsigned(int.MaxValue));
        var generic = ReadPlaces(ref reader, table);
        var rejected = new EvidenceSet[reader.Count(MinSetBytes)];
        for (var i = 0; i < rejected.Length; i++)
            rejected[i] = new EvidenceSet(ReadPlaces(ref reader, table), ReadTime(ref reader), ReadTime(ref reader));
        return new ResolvedPartition(
            profiles, linkable, [.. accepted], [.. refused], [.. idle], decisions, [.. oversize], generic,
            [.. rejected]);
    }

    private static void WriteCause(
        FactWriter writer, IdentifierTable table, IdentifierPair pair, int order, LinkTimes? times, string? mustLink)
    {
        table.WritePair(writer, pair);
        writer.Unsigned((ulong)order);
        writer.Byte(times is null ? (byte)0 : (byte)1);
        if (times is { } linked)
        {
            writer.Signed(linked.Oldest.Milliseconds);
            writer.Signed(linked.Newest.Milliseconds);
        }
        WriteOptional(writer, mustLink);
    }

    private static (IdentifierPair Pair, int Order, LinkTimes? Times, string? MustLink) ReadCause(
        ref FactReader reader, IdentifierTable table)
    {
        var pair = table.ReadPair(ref reader);
        var order = (int)reader.Unsigned(int.MaxValue);
        LinkTimes? times = ReadFlag(ref reader) ? new LinkTimes(ReadTime(ref reader), ReadTime(ref reader)) : null;
        return (pair, order, times, ReadOptional(ref reader));
    }

    private static IngestTime ReadMade(ref FactReader reader) => new(reader.Signed(long.MaxValue));

    private static EventTime ReadTime(ref FactReader reader) => new(reader.Signed(long.MaxValue));

    private static void WriteDecisions(FactWriter writer, IdentifierTable table, IdentityDecisions decisions)
    {
        writer.Unsigned((ulong)decisions.MustLinks.Length);
        foreach (var decision in decisions.MustLinks) WriteDecision(writer, table, decision);
        writer.Unsigned((ulong)decisions.CannotLinks.Length);
        foreach (var decision in decisions.CannotLinks) WriteDecision(writer, table, decision);
        writer.Unsigned((ulong)decisions.LinkableValues.Length);
        foreach (var decision in decisions.LinkableValues)
        {
            WriteText(writer, decision.Id);
            table.WritePlace(writer, decision.Identifier);
            writer.Signed(decision.MadeAt.Milliseconds);
        }
    }

    private static IdentityDecisions ReadDecisions(ref FactReader reader, IdentifierTable table)
    {
        var mustLinks = ReadPairs(ref reader, table);
        var cannotLinks = ReadPairs(ref reader, table);
        var linkable = new LinkableValue[reader.Count(MinDecisionBytes)];
        for (var i = 0; i < linkable.Length; i++)
            linkable[i] = new LinkableValue(
                ReadText(ref reader), table.ReadPlace(ref reader), ReadMade(ref reader));
        return new IdentityDecisions(mustLinks, cannotLinks, linkable);
    }

    private static IdentityDecision[] ReadPairs(ref FactReader reader, IdentifierTable table)
    {
        var decisions = new IdentityDecision[reader.Count(MinDecisionBytes + 1)];
        for (var i = 0; i < decisions.Length; i++) decisions[i] = ReadDecision(ref reader, table);
        return decisions;
    }

    private static void WriteDecision(FactWriter writer, IdentifierTable table, IdentityDecision decision)
    {
        WriteText(writer, decision.Id);
        table.WritePair(writer, decision.Pair);
        writer.Signed(decision.MadeAt.Milliseconds);
    }

    private static IdentityDecision ReadDecision(ref FactReader reader, IdentifierTable table) =>
        new(ReadText(ref reader), table.ReadPair(ref reader), ReadMade(ref reader));

    private static void WritePlaces(FactWriter writer, IdentifierTable table, ImmutableArray<Identifier> identifiers)
    {
        writer.Unsigned((ulong)identifiers.Length);
        foreach (var identifier in identifiers) table.WritePlace(writer, identifier);
    }

    private static ImmutableArray<Identifier> ReadPlaces(ref FactReader reader, IdentifierTable table)
    {
        var identifiers = new Identifier[reader.Count(1)];
        for (var i = 0; i < identifiers.Length; i++) identifiers[i] = table.ReadPlace(ref reader);
        return [.. identifiers];
    }
}
