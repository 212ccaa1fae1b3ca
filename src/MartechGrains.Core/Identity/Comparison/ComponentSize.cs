using System.Collections.Immutable;
using MartechGrains.Core.Identity.Resolution;

namespace MartechGrains.Core.Identity.Comparison;

/// <summary>How large a component is, and what limits and decisions make of it.</summary>
/// <param name="First">Its smallest identifier, by which its profiles are found.</param>
/// <param name="Identifiers">How many identifiers links and must-links connect, before limits.</param>
/// <param name="Profiles">How many profiles that makes.</param>
public readonly record struct ComponentSize(Identifier First, int Identifiers, int Profiles)
{
    /// <summary>
    /// The largest components, by their identifiers, of equals by the first; one of a single identifier is none.
    /// </summary>
    public static ImmutableArray<ComponentSize> Largest(ResolvedPartition resolution, int most)
    {
        ArgumentNullException.ThrowIfNull(resolution);
        var (indexes, sets) = Connect(resolution);
        var firsts = new Identifier?[sets.Count];
        foreach (var (identifier, index) in indexes)
        {
            ref var first = ref firsts[sets.Find(index)];
            if (first is null || identifier < first)
                first = identifier;
        }

        var largest = Enumerable.Range(0, sets.Count).Where(index => sets.Find(index) == index)
            .OrderByDescending(sets.Size).ThenBy(root => firsts[root]).Take(most).ToArray();
        var profiles = largest.ToDictionary(
            static root => root, static _ => new HashSet<ResolvedProfile>(ReferenceEqualityComparer.Instance));
        foreach (var (identifier, index) in indexes)
        {
            if (profiles.TryGetValue(sets.Find(index), out var found))
                found.Add(resolution.Find(identifier)!);
        }

        return
        [
            .. largest.Select(root => new ComponentSize(firsts[root]!.Value, sets.Size(root), profiles[root].Count)),
        ];
    }

    /// <summary>All pairs that were judged connect, whether they held or not.</summary>
    private static (Dictionary<Identifier, int> Indexes, DisjointSets Sets) Connect(ResolvedPartition resolution)
    {
        var indexes = new Dictionary<Identifier, int>();
        var sets = new DisjointSets(0);
        foreach (var accepted in resolution.Accepted)
            Unite(accepted.Pair);
        foreach (var refused in resolution.Refused)
            Unite(refused.Pair);
        return (indexes, sets);

        void Unite(IdentifierPair pair)
        {
            var (one, other) = (sets.Find(IndexOf(pair.First)), sets.Find(IndexOf(pair.Second)));
            if (one != other)
                sets.Unite(one, other);
        }

        int IndexOf(Identifier identifier)
        {
            if (!indexes.TryGetValue(identifier, out var index))
                indexes.Add(identifier, index = sets.Add());
            return index;
        }
    }
}
