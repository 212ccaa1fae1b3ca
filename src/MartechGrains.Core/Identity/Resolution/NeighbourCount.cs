namespace MartechGrains.Core.Identity.Resolution;

/// <summary>
/// Counts the neighbours by which values are generic, over all evidence ever accepted and before anything is cut.
/// </summary>
internal static class NeighbourCount
{
    /// <summary>Which identifiers of the table are generic.</summary>
    /// <param name="table">The evidence that links.</param>
    /// <param name="decisions">What they make linkable is not generic.</param>
    /// <param name="retracted">Evidence that links no more, but once did.</param>
    public static bool[] Generic(LinkTable table, IdentityDecisions decisions, IReadOnlyList<EvidenceSet> retracted)
    {
        var policy = table.Policy;
        var namespaces = policy.Namespaces.Length;
        var generic = new bool[table.Identifiers.Length];
        var counts = new int[generic.Length * namespaces];
        var unblocked = Unblocked(table, decisions);
        // Links are distinct pairs, so counting them counts neighbours.
        foreach (var pair in table.Links.Keys)
        {
            var (first, second) = LinkTable.Ends(pair);
            if (!unblocked.Contains(second))
                Count(first, table.Namespaces[second]);
            if (!unblocked.Contains(first))
                Count(second, table.Namespaces[first]);
        }

        foreach (var (value, neighbour) in Lost(table, retracted))
            Count(value, policy.IndexOf(neighbour.Namespace));
        foreach (var linkable in decisions.LinkableValues)
        {
            if (table.TryFind(linkable.Identifier, out var index))
                generic[index] = false;
        }

        return generic;

        void Count(int value, int of)
        {
            if (of == table.Namespaces[value] || !policy.Namespaces[of].IsUnique)
                return;
            generic[value] |= ++counts[(value * namespaces) + of] >= table.PolicyOf(value).GenericThreshold;
        }
    }

    /// <summary>What links by decision alone: it never makes anything else generic.</summary>
    private static HashSet<int> Unblocked(LinkTable table, IdentityDecisions decisions)
    {
        var unblocked = new HashSet<int>();
        foreach (var linkable in decisions.LinkableValues)
        {
            if (table.TryFind(linkable.Identifier, out var index) && table.Policy.IsBlocked(linkable.Identifier))
                unblocked.Add(index);
        }

        return unblocked;
    }

    /// <summary>The values and neighbours that only retracted evidence carried together.</summary>
    private static HashSet<(int Value, Identifier Neighbour)> Lost(
        LinkTable table, IReadOnlyList<EvidenceSet> retracted)
    {
        var lost = new HashSet<(int, Identifier)>();
        foreach (var set in retracted)
        {
            if (table.Policy.ExceedsLimit(set.Identifiers.AsSpan()))
                continue;
            foreach (var identifier in set.Identifiers)
            {
                if (!table.TryFind(identifier, out var value))
                    continue;
                foreach (var neighbour in set.Identifiers)
                {
                    if (neighbour != identifier && !table.Policy.IsBlocked(neighbour)
                        && !(table.TryFind(neighbour, out var other)
                            && table.Links.ContainsKey(LinkTable.PairKey(value, other))))
                        lost.Add((value, neighbour));
                }
            }
        }

        return lost;
    }
}
