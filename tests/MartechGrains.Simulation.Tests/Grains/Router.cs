using MartechGrains.Core.Events;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Profiles;
using MartechGrains.Core.Protocol;
using MartechGrains.Simulation.Tests.Kernel;

namespace MartechGrains.Simulation.Tests.Grains;

/// <summary>Takes a batch of events to their homes. It acknowledges where the turn has not failed.</summary>
internal sealed class Router(Cluster cluster)
{
    private readonly Dictionary<IdentifierKey, IdentifierState?> _cache = [];
    private readonly JoinDriver _joins = new(cluster);

    public IEnumerable<Effect> Ingest(Turn turn, IReadOnlyList<CanonicalEvent> batch)
    {
        var keys = batch.Select(cluster.World.KeysOf).ToArray();
        var views = new Dictionary<IdentifierKey, PointerView>();
        var absent = new HashSet<IdentifierKey>();
        foreach (var key in keys.SelectMany(all => all).Distinct())
        {
            foreach (var effect in ReadRow(turn, key)) yield return effect;
            if (turn.Failed) yield break;
            if (turn.As<RowReply>().Row is { } row) views.Add(key, row.View);
            else absent.Add(key);
        }

        var routes = RouteDecisions.Plan(batch, keys, views, cluster.Policy);
        var groups = new List<(HomeId Home, List<RoutedEvent> Events)>();
        for (var i = 0; i < batch.Count; i++)
        {
            var home = routes[i].Home;
            if (routes[i].Rendezvous is { } meeting && cluster.Rules.Rendezvous)
            {
                yield return new CallEffect(Address.Store, new MeetRequest(meeting, batch[i].Hash, home));
                if (turn.Failed) yield break;
                home = turn.As<HomeId>();
            }

            var group = groups.FindIndex(one => one.Home == home);
            if (group < 0) (group, _) = (groups.Count, Add(groups, home));
            var meets = cluster.Rules.InertMeetBySmallestKey || keys[i].Any(IsLinkable) ? routes[i].Linkable : [];
            groups[group].Events.Add(new RoutedEvent(batch[i], keys[i], meets));
        }

        var applied = new List<(HomeId Home, ApplyReply Reply)>();
        foreach (var (home, events) in groups)
        {
            foreach (var effect in Apply(turn, home, new ApplyRequest([.. events]))) yield return effect;
            if (turn.Failed) yield break;
            applied.Add(turn.As<(HomeId, ApplyReply)>());
        }

        foreach (var (home, reply) in applied)
        {
            foreach (var effect in _joins.Join(turn, home, reply.Open, absent)) yield return effect;
            if (turn.Failed) yield break;
        }

        bool IsLinkable(IdentifierKey key) =>
            !cluster.Policy.IsBlocked(cluster.World.IdentifierOf(key))
            && !(views.TryGetValue(key, out var view) && view.Generic);
    }

    /// <summary>Reads a row, or trusts an earlier answer. Value: <see cref="RowReply"/>.</summary>
    private IEnumerable<Effect> ReadRow(Turn turn, IdentifierKey key)
    {
        var (dice, faults) = (cluster.Scheduler.Dice, cluster.Scheduler.Faults);
        if (_cache.TryGetValue(key, out var cached) && dice.Chance(faults.Rates.StaleRow))
        {
            faults.Hit(FaultKind.StaleRow);
            turn.Resume(new RowReply(cached));
            yield break;
        }

        yield return new CallEffect(Address.Store, new ReadRowRequest(key));
        if (!turn.Failed) _cache[key] = turn.As<RowReply>().Row;
    }

    /// <summary>Value: (the home that took the events, its reply).</summary>
    private static IEnumerable<Effect> Apply(Turn turn, HomeId home, ApplyRequest request)
    {
        while (true)
        {
            yield return new CallEffect(Address.Of(home), request);
            if (turn.Failed) yield break;
            var reply = turn.As<ApplyReply>();
            if (reply.Gate.IsOpen)
            {
                turn.Resume((home, reply));
                yield break;
            }

            foreach (var effect in JoinDriver.Follow(turn, home, reply.Gate)) yield return effect;
            if (turn.Failed) yield break;
            home = turn.As<HomeId>();
        }
    }

    private static bool Add(List<(HomeId Home, List<RoutedEvent> Events)> groups, HomeId home)
    {
        groups.Add((home, []));
        return true;
    }
}
