using MartechGrains.Core.Identity;
using MartechGrains.Core.Identity.Resolution;

namespace MartechGrains.Core.Tests.Identity;

/// <summary>One home's part of a world.</summary>
internal sealed record Home(List<EvidenceSet> Evidence, IdentityDecisions Decisions);

/// <summary>Splits a world into homes no finer than its components, as the protocol does.</summary>
internal static class HomeSplit
{
    /// <param name="world">The world.</param>
    /// <param name="generic">Its generic values.</param>
    /// <param name="atMost">Homes are thrown together at random until there are no more than these.</param>
    /// <param name="random">Chance.</param>
    public static IReadOnlyCollection<Home> Partition(
        EvidenceWorld world, HashSet<Identifier> generic, int atMost, Random random)
    {
        var parents = new Dictionary<Identifier, Identifier>();
        var accepted = world.Events.Where(e => !world.Policy.ExceedsLimit(e.Identifiers.AsSpan())).ToArray();
        foreach (var set in accepted)
        {
            var linkable = set.Identifiers.Where(Links).ToArray();
            foreach (var identifier in linkable.Skip(1))
                Unite(linkable[0], identifier);
        }

        foreach (var must in world.Decisions.MustLinks)
            Unite(must.Pair.First, must.Pair.Second);
        var numbers = new Dictionary<Identifier, int>();
        var homes = new SortedDictionary<int, List<EvidenceSet>>();
        foreach (var set in accepted)
            homes.TryAdd(HomeOf(Representative(set)), []);
        foreach (var set in accepted)
            homes[HomeOf(Representative(set))].Add(set);
        foreach (var must in world.Decisions.MustLinks)
            homes.TryAdd(HomeOf(must.Pair.First), []);
        return [.. homes.Select(home => new Home(home.Value, new IdentityDecisions(
            world.Decisions.MustLinks.Where(d => HomeOf(d.Pair.First) == home.Key), world.Decisions.CannotLinks,
            world.Decisions.LinkableValues)))];

        bool Links(Identifier identifier) =>
            !generic.Contains(identifier) && !world.Decisions.IsBlocked(identifier, world.Policy);

        Identifier Representative(EvidenceSet set) => set.Identifiers.FirstOrDefault(Links, set.Identifiers[0]);

        int HomeOf(Identifier identifier)
        {
            var root = Find(identifier);
            if (!numbers.TryGetValue(root, out var number))
                numbers[root] = number = atMost == int.MaxValue ? numbers.Count : random.Next(atMost);
            return number;
        }

        Identifier Find(Identifier identifier) =>
            parents.TryGetValue(identifier, out var parent) && parent != identifier ? Find(parent) : identifier;

        void Unite(Identifier one, Identifier other) => parents[Find(one)] = Find(other);
    }
}
