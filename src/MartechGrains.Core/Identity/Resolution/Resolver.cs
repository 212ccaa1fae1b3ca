using System.Collections.Immutable;
using MartechGrains.Core.Identity.Policy;

namespace MartechGrains.Core.Identity.Resolution;

/// <summary>
/// Makes profiles of evidence: a pure function of sets. Neither the order of evidence and decisions nor repetition
/// changes anything of the result.
/// </summary>
public static class Resolver
{
    /// <summary>Resolves evidence into profiles, with the explanation.</summary>
    /// <param name="evidence">Sets of identifiers that events carried, retracted events left out. Several entries may
    /// have the same set.</param>
    /// <param name="decisions">Operator decisions in force. Limits and cannot-links beat must-links; a value made
    /// linkable is neither blocked nor generic.</param>
    /// <param name="policy">The identity policy.</param>
    /// <param name="generic">The generic values, where someone else decides that (a home sees only its own part of the
    /// evidence); decisions then only unblock. Null counts neighbours over the evidence given.</param>
    /// <param name="unconfirmed">Identifiers whose join is still open: inert in the result, but still evidence.</param>
    /// <param name="retracted">Sets of identifiers that events carried which have been retracted since. They link
    /// nothing and date nothing, but what was seen with a value once counts towards its being generic for ever. Of no
    /// effect where <paramref name="generic"/> is given.</param>
    public static ResolvedPartition Resolve(
        IReadOnlyList<EvidenceSet> evidence,
        IdentityDecisions decisions,
        IdentityPolicy policy,
        IReadOnlySet<Identifier>? generic = null,
        IReadOnlySet<Identifier>? unconfirmed = null,
        IReadOnlyList<EvidenceSet>? retracted = null)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        ArgumentNullException.ThrowIfNull(decisions);
        ArgumentNullException.ThrowIfNull(policy);
        var table = LinkTable.Build(evidence, decisions, policy);
        var isGeneric = generic is null
            ? NeighbourCount.Generic(table, decisions, retracted ?? [])
            : Mark(table, generic);
        var isUnconfirmed = unconfirmed is null ? new bool[isGeneric.Length] : Mark(table, unconfirmed);
        var inert = Either(isGeneric, isUnconfirmed);
        var candidates = Order(table, decisions, inert, isUnconfirmed, out var idle);
        return Unite(table, decisions, candidates, idle, isGeneric, inert);
    }

    /// <summary>
    /// The same profiles and refusals without the pairs that hold, and without the work that each of those takes: an
    /// event of fifty addresses links 1,225 pairs.
    /// </summary>
    /// <param name="input">With the generic values, which are not counted here.</param>
    internal static JudgedPartition Judge(ResolverInput input)
    {
        var (decisions, policy) = (input.Decisions, input.Policy);
        ArgumentNullException.ThrowIfNull(input.Generic);
        var table = LinkTable.Build(input.Evidence, decisions, policy);
        var isGeneric = Mark(table, input.Generic);
        var isUnconfirmed = input.Unconfirmed is null ? new bool[isGeneric.Length] : Mark(table, input.Unconfirmed);
        var inert = Either(isGeneric, isUnconfirmed);
        var union = Groups(table, decisions, inert);
        var judging = new BlockJudging(
            table, decisions, union, MustLinks(table, decisions, isUnconfirmed, out _), inert);
        var refused = judging.Judge();
        var oversize = Components.Oversize(table, judging.Connections());
        return new JudgedPartition(table, union, refused, decisions, oversize, isGeneric, inert);
    }

    /// <summary>What forbids that the two ends of a pair become one; null for nothing.</summary>
    internal static RefusedPair? Refusal(
        LinkTable table, IdentityDecisions decisions, ComponentUnion union, LinkCandidate candidate, int order)
    {
        var (one, other) = (union.Find(candidate.First), union.Find(candidate.Second));
        var limit = union.BrokenLimit(one, other);
        var cannotLink = limit is null && union.BrokenCannotLink(one, other) is { } rank
            ? decisions.CannotLinks[rank]
            : (IdentityDecision?)null;
        if (limit is null && cannotLink is null)
            return null;
        return new RefusedPair(
            table.PairOf(candidate.First, candidate.Second), order, candidate.Times, candidate.MustLink,
            limit?.Namespace.Name, limit?.Namespace.MaxPerProfile, limit?.Namespace.LimitWindow, cannotLink?.Id,
            limit?.Values is { } values ? table.PairOf(values.One, values.Other) : cannotLink?.Pair,
            table.Identifiers[table.LowerRank(candidate.First, candidate.Second)]);
    }

    private static bool[] Either(bool[] one, bool[] other) => [.. one.Zip(other, static (a, b) => a || b)];

    private static bool[] Mark(LinkTable table, IReadOnlySet<Identifier> identifiers)
    {
        var marked = new bool[table.Identifiers.Length];
        foreach (var identifier in identifiers)
        {
            if (table.TryFind(identifier, out var index))
                marked[index] = true;
        }

        return marked;
    }

    private static List<LinkCandidate> Order(
        LinkTable table, IdentityDecisions decisions, bool[] inert, bool[] isUnconfirmed,
        out ImmutableArray<IdleMustLink> idle)
    {
        var mustLinks = MustLinks(table, decisions, isUnconfirmed, out idle);
        var candidates = new List<LinkCandidate>(table.Links.Count + mustLinks.Count);
        foreach (var (pair, times) in table.Links)
        {
            var (first, second) = LinkTable.Ends(pair);
            if (inert[first] || inert[second])
                continue;
            mustLinks.Remove(pair, out var mustLink);
            candidates.Add(LinkCandidate.Of(table, pair, times, mustLink));
        }

        // The links of an inert end stay out even of a must-link's time: a home may not hold all of them.
        foreach (var (pair, id) in mustLinks)
            candidates.Add(LinkCandidate.Of(table, pair, null, id));
        candidates.Sort((one, other) => LinkCandidate.Compare(one, other, table));
        return candidates;
    }

    private static Dictionary<long, string> MustLinks(
        LinkTable table, IdentityDecisions decisions, bool[] isUnconfirmed, out ImmutableArray<IdleMustLink> idle)
    {
        var mustLinks = new Dictionary<long, string>();
        var idleOnes = ImmutableArray.CreateBuilder<IdleMustLink>();
        foreach (var decision in decisions.MustLinks)
        {
            var (one, other) = (decision.Pair.First, decision.Pair.Second);
            if (!table.TryFind(one, out var first) || !table.TryFind(other, out var second))
                idleOnes.Add(new IdleMustLink(decision, IdleReason.BlockedIdentifier));
            else if (isUnconfirmed[first] || isUnconfirmed[second])
                idleOnes.Add(new IdleMustLink(decision, IdleReason.UnconfirmedIdentifier));
            else
                mustLinks.TryAdd(LinkTable.PairKey(first, second), decision.Id); // sorted, so the smallest id stays
        }

        idle = idleOnes.ToImmutable();
        return mustLinks;
    }

    private static ResolvedPartition Unite(
        LinkTable table, IdentityDecisions decisions, List<LinkCandidate> candidates,
        ImmutableArray<IdleMustLink> idle, bool[] isGeneric, bool[] inert)
    {
        var union = Groups(table, decisions, inert);
        var accepted = ImmutableArray.CreateBuilder<AcceptedPair>(candidates.Count);
        var refused = ImmutableArray.CreateBuilder<RefusedPair>();
        for (var order = 0; order < candidates.Count; order++)
        {
            var candidate = candidates[order];
            var (one, other) = (union.Find(candidate.First), union.Find(candidate.Second));
            if (one != other && Refusal(table, decisions, union, candidate, order) is { } refusal)
            {
                refused.Add(refusal);
                continue;
            }

            accepted.Add(new AcceptedPair(
                table.PairOf(candidate.First, candidate.Second), order, one != other, candidate.Times,
                candidate.MustLink));
            if (one != other)
                union.Unite(one, other);
        }

        return new ResolvedPartition(
            table, union, accepted.ToImmutable(), refused.ToImmutable(), idle, decisions,
            Components.Oversize(table, candidates.Select(static one => (one.First, one.Second))), isGeneric, inert);
    }

    private static ComponentUnion Groups(LinkTable table, IdentityDecisions decisions, bool[] inert)
    {
        var union = new ComponentUnion(table.Policy, table.Identifiers.Length);
        for (var i = 0; i < table.Identifiers.Length; i++)
        {
            // An inert value's events may lie in several homes, so no home knows its first one.
            var isTimeless = inert[i] || table.Earliest[i] == LinkTable.NoTime;
            union.Add(table.Namespaces[i], isTimeless ? null : table.Earliest[i]);
        }

        for (var rank = 0; rank < decisions.CannotLinks.Length; rank++)
        {
            var pair = decisions.CannotLinks[rank].Pair;
            if (table.TryFind(pair.First, out var first) && table.TryFind(pair.Second, out var second))
                union.Forbid(first, second, rank);
        }

        return union;
    }
}
