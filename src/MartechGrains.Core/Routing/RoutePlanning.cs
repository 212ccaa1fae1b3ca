using System.Collections.Immutable;
using MartechGrains.Core.Curation;
using MartechGrains.Core.Homes.Messages;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Identity.Policy;
using MartechGrains.Core.Pointers;

namespace MartechGrains.Core.Routing;

/// <summary>Where an event goes, before homes are asked.</summary>
/// <param name="Home">The home to send it to, unless the rendezvous says another.</param>
/// <param name="Linkable">
/// The keys whose homes must meet: those the router saw as linkable, or the event's smallest key where all are inert.
/// The rendezvous may then name the home of an attempt that saw more and came to nothing; only through that key does
/// the home meet the one where a still earlier attempt, which saw everything as linkable, left a copy.
/// </param>
/// <param name="Rendezvous">
/// Where the router saw something inert: the event's smallest key, whose (event → home) row must be asked first, so
/// that two attempts that saw different things still meet (rules H13, H14). Null otherwise.
/// </param>
public readonly record struct Route(HomeId Home, ImmutableArray<IdentifierKey> Linkable, IdentifierKey? Rendezvous);

/// <summary>
/// Chooses homes for a batch of events from what their identifiers' rows say. Events of one batch that share a linkable
/// identifier go to one home, so that a new visitor's first events need no union.
/// </summary>
public static class RoutePlanning
{
    /// <summary>Routes a batch.</summary>
    /// <param name="events">Per event its identifiers; none empty.</param>
    /// <param name="keys">Per event the keys of its identifiers, in their order.</param>
    /// <param name="views">What the rows say; a key without an entry has no row. A stale view is safe.</param>
    /// <param name="policy">The policy: priorities and blocked values.</param>
    public static ImmutableArray<Route> Plan(
        IReadOnlyList<ImmutableArray<Identifier>> events,
        IReadOnlyList<ImmutableArray<IdentifierKey>> keys,
        IReadOnlyDictionary<IdentifierKey, PointerView> views,
        IdentityPolicy policy)
    {
        var clusters = new Clusters(events.Count);
        var linkable = new ImmutableArray<IdentifierKey>[events.Count];
        for (var e = 0; e < events.Count; e++)
        {
            linkable[e] = LinkableOf(events[e], keys[e], views, policy);
            for (var i = 1; i < linkable[e].Length; i++) clusters.Unite(linkable[e][0], linkable[e][i]);
        }
        var homes = HomesOf(events, keys, linkable, views, policy, clusters);
        var routes = ImmutableArray.CreateBuilder<Route>(events.Count);
        for (var e = 0; e < events.Count; e++)
        {
            var smallest = Smallest(keys[e].AsSpan());
            var home = linkable[e].IsEmpty
                ? views.TryGetValue(smallest, out var view) && view.Home is { } claimed ? claimed : new HomeId(smallest)
                : homes[clusters.Find(linkable[e][0])].Home;
            IdentifierKey? rendezvous = linkable[e].Length < keys[e].Length ? smallest : null;
            routes.Add(new Route(home, linkable[e].IsEmpty ? [smallest] : linkable[e], rendezvous));
        }
        return routes.MoveToImmutable();
    }

    /// <summary>
    /// Where a link decision goes: to the pointer's home of its ends, which must meet what else may speak for them. A
    /// must-link goes to its first end's and makes all ends meet there (rule H27). A cannot-link is kept at each end,
    /// so that it is explained there (rules H23, H24 keep it from being missed meanwhile).
    /// </summary>
    /// <param name="decision">A must-link or cannot-link.</param>
    /// <param name="views">What the ends' rows say; a key without an entry has no row.</param>
    public static ImmutableArray<(HomeId Home, RoutedDecision Decision)> PlanLinks(
        Decision decision, IReadOnlyDictionary<IdentifierKey, PointerView> views)
    {
        if (decision.Kind == DecisionKind.MustLink)
            return [(HomeOf(decision.Keys[0]), new RoutedDecision(decision, decision.Keys))];
        return
        [
            .. decision.Keys.GroupBy(HomeOf)
                .Select(ends => (ends.Key, new RoutedDecision(decision, [.. ends]))).OrderBy(static to => to.Key),
        ];

        HomeId HomeOf(IdentifierKey key) =>
            views.TryGetValue(key, out var view) && view.Home is { } claimed ? claimed : new HomeId(key);
    }

    private static ImmutableArray<IdentifierKey> LinkableOf(
        ImmutableArray<Identifier> identifiers,
        ImmutableArray<IdentifierKey> keys,
        IReadOnlyDictionary<IdentifierKey, PointerView> views,
        IdentityPolicy policy)
    {
        ImmutableArray<IdentifierKey>.Builder? some = null;
        for (var i = 0; i < keys.Length; i++)
        {
            var isLinkable = views.TryGetValue(keys[i], out var view) ? !view.Inert : !policy.IsBlocked(identifiers[i]);
            if (isLinkable)
            {
                some?.Add(keys[i]);
            }
            else if (some is null)
            {
                some = ImmutableArray.CreateBuilder<IdentifierKey>(keys.Length - 1);
                some.AddRange(keys.AsSpan()[..i]);
            }
        }
        return some is null ? keys : some.DrainToImmutable();
    }

    /// <summary>
    /// Per cluster the smallest claimed home, else the founder: the identifier of highest priority, then smallest key.
    /// </summary>
    private static Dictionary<IdentifierKey, (bool IsRegistered, int Priority, HomeId Home)> HomesOf(
        IReadOnlyList<ImmutableArray<Identifier>> events,
        IReadOnlyList<ImmutableArray<IdentifierKey>> keys,
        ImmutableArray<IdentifierKey>[] linkable,
        IReadOnlyDictionary<IdentifierKey, PointerView> views,
        IdentityPolicy policy,
        Clusters clusters)
    {
        var homes = new Dictionary<IdentifierKey, (bool IsRegistered, int Priority, HomeId Home)>(events.Count);
        for (var e = 0; e < events.Count; e++)
        {
            for (var i = 0; i < keys[e].Length; i++)
            {
                if (!linkable[e].Contains(keys[e][i])) continue;
                var claimed = views.TryGetValue(keys[e][i], out var view) && view.Home is not null;
                var candidate = claimed
                    ? (true, 0, view.Home!.Value)
                    : (false, policy.Priority(events[e][i].Namespace), new HomeId(keys[e][i]));
                var cluster = clusters.Find(keys[e][i]);
                if (!homes.TryGetValue(cluster, out var best) || Precedes(candidate, best)) homes[cluster] = candidate;
            }
        }
        return homes;
    }

    private static IdentifierKey Smallest(ReadOnlySpan<IdentifierKey> keys)
    {
        var smallest = keys[0];
        foreach (var key in keys)
            if (key < smallest) smallest = key;
        return smallest;
    }

    private static bool Precedes(
        (bool IsRegistered, int Priority, HomeId Home) a, (bool IsRegistered, int Priority, HomeId Home) b)
    {
        if (a.IsRegistered != b.IsRegistered) return a.IsRegistered;
        return a.Priority != b.Priority ? a.Priority < b.Priority : a.Home < b.Home;
    }

    private sealed class Clusters(int capacity)
    {
        private readonly Dictionary<IdentifierKey, IdentifierKey> _parent = new(capacity);

        public IdentifierKey Find(IdentifierKey key)
        {
            while (_parent.TryGetValue(key, out var parent)) key = parent;
            return key;
        }

        public void Unite(IdentifierKey first, IdentifierKey second)
        {
            var (a, b) = (Find(first), Find(second));
            if (a != b) _parent[a < b ? b : a] = a < b ? a : b;
        }
    }
}
