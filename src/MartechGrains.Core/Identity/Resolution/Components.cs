using System.Collections.Immutable;

namespace MartechGrains.Core.Identity.Resolution;

/// <summary>What links connect, before limits and cannot-links part it.</summary>
internal static class Components
{
    /// <summary>The components that are larger than the policy expects, by their first identifiers.</summary>
    /// <param name="table">The identifiers.</param>
    /// <param name="links">Pairs that link; as many as connect what is connected.</param>
    public static ImmutableArray<OversizeComponent> Oversize(
        LinkTable table, IEnumerable<(int First, int Second)> links)
    {
        var count = table.Identifiers.Length;
        if (count <= table.Policy.MaxIdentifiers)
            return [];
        var sets = new DisjointSets(count);
        for (var i = 0; i < count; i++)
            sets.Add();
        foreach (var (first, second) in links)
        {
            var (one, other) = (sets.Find(first), sets.Find(second));
            if (one != other)
                sets.Unite(one, other);
        }

        var oversize = ImmutableArray.CreateBuilder<OversizeComponent>();
        var seen = new HashSet<int>();
        for (var i = 0; i < count; i++)
        {
            var root = sets.Find(i);
            if (sets.Size(root) > table.Policy.MaxIdentifiers && seen.Add(root))
                oversize.Add(new OversizeComponent(table.Identifiers[i], sets.Size(root)));
        }

        return oversize.ToImmutable();
    }
}
