using System.Collections.Immutable;
using MartechGrains.Core.Facts;
using MartechGrains.Core.Identity;
using static MartechGrains.Core.Profiles.IdentifierTable;

namespace MartechGrains.Core.Profiles;

/// <summary>The explanation within the binary form of a home's view; its profiles are written by the caller.</summary>
internal static class ResolutionFormat
{
    private const int MinPairBytes = 6;
    private const int MinDecisionBytes = 3;
    private const int MinSetBytes = 3;

    /// <summary>Adds every identifier that the explanation names.</summary>
    public static void Collect(Resolution resolution, IdentifierTable table)
    {
        foreach (var accepted in resolution.Accepted) table.Add(accepted.Pair);
        foreach (var refused in resolution.Refused) table.Add(refused.Pair);
        foreach (var idle in resolution.IdleMustLinks) table.Add(idle.Decision.Pair);
        foreach (var decision in resolution.CannotLinks) table.Add(decision.Pair);
        foreach (var identifier in resolution.Generic) table.Add(identifier);
        foreach (var set in resolution.Rejected)
            foreach (var identifier in set.Identifiers) table.Add(identifier);
    }

    public static void Write(Resolution resolution, IdentifierTable table, FactWriter writer)
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
            WriteOptional(writer, refused.CannotLink);
            writer.Byte(refused.Contested == refused.Pair.First ? (byte)1 : (byte)0);
        }
        writer.Unsigned((ulong)resolution.IdleMustLinks.Length);
        foreach (var idle in resolution.IdleMustLinks)
        {
            WriteDecision(writer, table, idle.Decision);
            writer.Byte((byte)idle.Reason);
        }
        writer.Unsigned((ulong)resolution.CannotLinks.Length);
        foreach (var decision in resolution.CannotLinks) WriteDecision(writer, table, decision);
        WritePlaces(writer, table, resolution.Generic);
        writer.Unsigned((ulong)resolution.Rejected.Length);
        foreach (var set in resolution.Rejected)
        {
            WritePlaces(writer, table, set.Identifiers);
            writer.Signed(set.OldestEventTime);
            writer.Signed(set.NewestEventTime);
        }
    }

    public static Resolution Read(
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
            refused[i] = new RefusedPair(
                pair, order, times, mustLink, limited, limit == 0 ? null : (int)(limit - 1), ReadOptional(ref reader),
                ReadFlag(ref reader) ? pair.First : pair.Second);
        }
        var idle = new IdleMustLink[reader.Count(MinDecisionBytes + 1)];
        for (var i = 0; i < idle.Length; i++)
            idle[i] = new IdleMustLink(ReadDecision(ref reader, table), (IdleReason)reader.Byte());
        var cannotLinks = new IdentityDecision[reader.Count(MinDecisionBytes)];
        for (var i = 0; i < cannotLinks.Length; i++) cannotLinks[i] = ReadDecision(ref reader, table);
        var generic = ReadPlaces(ref reader, table);
        var rejected = new EvidenceSet[reader.Count(MinSetBytes)];
        for (var i = 0; i < rejected.Length; i++)
            rejected[i] = new EvidenceSet(ReadPlaces(ref reader, table), ReadTime(ref reader), ReadTime(ref reader));
        return new Resolution(
            profiles, linkable, [.. accepted], [.. refused], [.. idle], [.. cannotLinks], generic, [.. rejected]);
    }

    private static void WriteCause(
        FactWriter writer, IdentifierTable table, IdentifierPair pair, int order, LinkTimes? times, string? mustLink)
    {
        table.WritePair(writer, pair);
        writer.Unsigned((ulong)order);
        writer.Byte(times is null ? (byte)0 : (byte)1);
        if (times is { } linked)
        {
            writer.Signed(linked.Oldest);
            writer.Signed(linked.Newest);
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

    private static long ReadTime(ref FactReader reader) => reader.Signed(long.MaxValue);

    private static void WriteDecision(FactWriter writer, IdentifierTable table, IdentityDecision decision)
    {
        WriteText(writer, decision.Id);
        table.WritePair(writer, decision.Pair);
    }

    private static IdentityDecision ReadDecision(ref FactReader reader, IdentifierTable table) =>
        new(ReadText(ref reader), table.ReadPair(ref reader));

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
