using System.Collections.Immutable;

namespace MartechGrains.Core.Identity;

/// <summary>
/// Makes profiles of evidence: a pure function of sets. Neither the order of evidence and decisions nor repetition
/// changes anything of the result.
/// </summary>
public static class Resolver
{
    /// <summary>Resolves evidence into profiles, with the explanation.</summary>
    /// <param name="evidence">Sets of identifiers that events carried, retracted events left out. Several entries may
    /// have the same set.</param>
    /// <param name="decisions">Operator decisions in force. Limits and cannot-links beat must-links.</param>
    /// <param name="policy">The identity policy.</param>
    /// <param name="generic">The generic values, where someone else decides that (a home sees only its own part of the
    /// evidence); null counts neighbours over the evidence given.</param>
    /// <param name="unconfirmed">Identifiers whose join is still open: inert in the result, but still evidence.</param>
    public static Resolution Resolve(
        IReadOnlyList<EvidenceSet> evidence,
        IdentityDecisions decisions,
        IdentityPolicy policy,
        IReadOnlySet<Identifier>? generic = null,
        IReadOnlySet<Identifier>? unconfirmed = null)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        ArgumentNullException.ThrowIfNull(decisions);
        ArgumentNullException.ThrowIfNull(policy);
        var table = LinkTable.Build(evidence, decisions, policy);
        var isGeneric = generic is null ? CountGeneric(table, decisions) : Mark(table, generic);
        var isUnconfirmed = unconfirmed is null ? new bool[isGeneric.Length] : Mark(table, unconfirmed);
        var inert = new bool[isGeneric.Length];
        for (var i = 0; i < inert.Length; i++)
            inert[i] = isGeneric[i] || isUnconfirmed[i];
        var candidates = Order(table, decisions, inert, isUnconfirmed, out var idle);
        return Unite(table, decisions, candidates, idle, isGeneric, inert);
    }

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

    /// <summary>
    /// Neighbours are counted on raw links, before anything is cut. Links are distinct pairs, so counting them counts
    /// neighbours.
    /// </summary>
    private static bool[] CountGeneric(LinkTable table, IdentityDecisions decisions)
    {
        var namespaces = table.Policy.Namespaces.Length;
        var generic = new bool[table.Identifiers.Length];
        var counts = new int[generic.Length * namespaces];
        foreach (var pair in table.Links.Keys)
        {
            var (first, second) = LinkTable.Ends(pair);
            CountNeighbour(first, second);
            CountNeighbour(second, first);
        }

        foreach (var linkable in decisions.LinkableValues)
        {
            if (table.TryFind(linkable.Identifier, out var index))
                generic[index] = false;
        }

        return generic;

        void CountNeighbour(int value, int neighbour)
        {
            var of = table.Namespaces[neighbour];
            if (of == table.Namespaces[value] || !table.PolicyOf(neighbour).IsUnique)
                return;
            generic[value] |= ++counts[(value * namespaces) + of] >= table.PolicyOf(value).GenericThreshold;
        }
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

    private static Resolution Unite(
        LinkTable table, IdentityDecisions decisions, List<LinkCandidate> candidates,
        ImmutableArray<IdleMustLink> idle, bool[] isGeneric, bool[] inert)
    {
        var union = new ComponentUnion(table, decisions.CannotLinks);
        var accepted = ImmutableArray.CreateBuilder<AcceptedPair>(candidates.Count);
        var refused = ImmutableArray.CreateBuilder<RefusedPair>();
        for (var order = 0; order < candidates.Count; order++)
        {
            var candidate = candidates[order];
            var (one, other) = (union.Find(candidate.First), union.Find(candidate.Second));
            var pair = new IdentifierPair(table.Identifiers[candidate.First], table.Identifiers[candidate.Second]);
            var limit = one == other ? null : union.BrokenLimit(one, other);
            var cannotLink = one == other || limit is not null ? null : union.BrokenCannotLink(one, other);
            if (limit is not null || cannotLink is not null)
            {
                refused.Add(new RefusedPair(
                    pair, order, candidate.Times, candidate.MustLink, limit?.Name, limit?.MaxPerProfile, cannotLink,
                    table.Identifiers[table.LowerRank(pair)]));
                continue;
            }

            accepted.Add(new AcceptedPair(pair, order, one != other, candidate.Times, candidate.MustLink));
            if (one != other)
                union.Unite(one, other);
        }

        var cannotLinks = decisions.CannotLinks;
        return new Resolution(
            table, union, accepted.ToImmutable(), refused.ToImmutable(), idle, cannotLinks, isGeneric, inert);
    }
}
