using MartechGrains.Core.Curation;
using MartechGrains.Core.Events;
using MartechGrains.Core.Homes.Messages;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Identity.Policy;
using MartechGrains.Core.Pointers;
using MartechGrains.Core.Routing;
using MartechGrains.Simulation.Tests.Kernel;

namespace MartechGrains.Simulation.Tests.Grains;

/// <summary>Takes a batch of events to their homes. It acknowledges where the turn has not failed.</summary>
internal sealed class Router(Cluster cluster)
{
    private readonly Dictionary<IdentifierKey, PointerState?> _cache = [];
    private readonly JoinDriver _joins = new(cluster);

    public IEnumerable<Effect> Ingest(Turn turn, IReadOnlyList<CanonicalEvent> batch)
    {
        foreach (var effect in Plan(turn, batch)) yield return effect;
        if (turn.Failed) yield break;
        var (targets, absent) = turn.As<(List<(HomeId Home, RoutedEvent Event)>, HashSet<IdentifierKey>)>();
        var groups = targets.GroupBy(target => target.Home, target => target.Event);

        var applied = new List<(HomeId Home, ApplyReply Reply)>();
        foreach (var group in groups)
        {
            var (home, events) = (group.Key, group);
            foreach (var effect in Deliver(turn, home, new ApplyRequest([.. events]))) yield return effect;
            if (turn.Failed) yield break;
            var (taker, reply) = turn.As<(HomeId, object)>();
            applied.Add((taker, (ApplyReply)reply));
        }

        foreach (var (home, reply) in applied)
        {
            foreach (var effect in _joins.Join(turn, home, reply.Open, absent)) yield return effect;
            if (turn.Failed) yield break;
        }
    }

    /// <summary>Where events go. Value: per event its home, and the identifiers seen without a row.</summary>
    private IEnumerable<Effect> Plan(Turn turn, IReadOnlyList<CanonicalEvent> batch)
    {
        var keys = batch.Select(cluster.World.KeysOf).ToArray();
        foreach (var effect in Views(turn, keys.SelectMany(all => all))) yield return effect;
        if (turn.Failed) yield break;
        var (views, absent) = turn.As<(Dictionary<IdentifierKey, PointerView>, HashSet<IdentifierKey>)>();
        var policy = cluster.PolicySomewhere();
        var routes = RoutePlanning.Plan([.. batch.Select(one => one.Identifiers)], keys, views, policy);
        var targets = new List<(HomeId Home, RoutedEvent Event)>();
        for (var i = 0; i < batch.Count; i++)
        {
            var home = routes[i].Home;
            if (routes[i].Rendezvous is { } meeting && cluster.Rules.Rendezvous)
            {
                if (!cluster.Rules.RendezvousBySmallestKey) meeting = Strongest(batch[i], policy);
                yield return new CallEffect(Address.Store, new MeetRequest(meeting, batch[i].Hash, home));
                if (turn.Failed) yield break;
                home = turn.As<HomeId>();
            }

            var meets = cluster.Rules.InertMeetBySmallestKey || IsAnyLinkable(batch[i]) ? routes[i].Linkable : [];
            targets.Add((home, new RoutedEvent(batch[i], keys[i], meets)));
        }

        turn.Resume((targets, absent));

        bool IsAnyLinkable(CanonicalEvent one) => one.Identifiers.Any(identifier =>
            views.TryGetValue(cluster.World.KeyOf(identifier), out var view)
                ? !view.Inert
                : !policy.IsBlocked(identifier));
    }

    private IdentifierKey Strongest(CanonicalEvent one, IdentityPolicy policy) => cluster.World.KeyOf(
        one.Identifiers.OrderBy(identifier => policy.Priority(identifier.Namespace)).First());

    /// <summary>Takes a retraction to where its event is or would be, and waits until their homes have met.</summary>
    public IEnumerable<Effect> Retract(Turn turn, CanonicalEvent retracted, Decision decision)
    {
        foreach (var effect in Plan(turn, [retracted])) yield return effect;
        if (turn.Failed) yield break;
        var (targets, absent) = turn.As<(List<(HomeId Home, RoutedEvent Event)>, HashSet<IdentifierKey>)>();
        var routed = new RoutedDecision(decision, targets[0].Event.Linkable);
        foreach (var effect in Decide(turn, targets[0].Home, routed, absent)) yield return effect;
    }

    /// <summary>Takes a link decision to its ends.</summary>
    public IEnumerable<Effect> Link(Turn turn, Decision decision)
    {
        foreach (var effect in Views(turn, decision.Keys)) yield return effect;
        if (turn.Failed) yield break;
        var (views, absent) = turn.As<(Dictionary<IdentifierKey, PointerView>, HashSet<IdentifierKey>)>();
        var routes = RoutePlanning.PlanLinks(decision, views);
        if (decision.Kind == DecisionKind.CannotLink && !cluster.Rules.CannotLinkAtBothEnds) routes = routes[^1..];
        foreach (var (home, routed) in routes)
        {
            var members = decision.Kind == DecisionKind.MustLink && !cluster.Rules.MustLinksJoinBothEnds
                ? routed.Members[..1]
                : routed.Members;
            foreach (var effect in Decide(turn, home, routed with { Members = members }, absent)) yield return effect;
            if (turn.Failed) yield break;
        }
    }

    /// <summary>
    /// Brings a decision to a home and confirms what it opened, until nothing is open of its members.
    /// </summary>
    public IEnumerable<Effect> Decide(
        Turn turn, HomeId home, RoutedDecision routed, IReadOnlySet<IdentifierKey>? absent = null)
    {
        foreach (var effect in Deliver(turn, home, new DecideRequest(routed))) yield return effect;
        if (turn.Failed) yield break;
        var (taker, reply) = turn.As<(HomeId, object)>();
        var open = ((DecideReply)reply).Open;
        while (!open.IsEmpty)
        {
            foreach (var effect in _joins.Join(turn, taker, open, absent)) yield return effect;
            if (turn.Failed) yield break;
            // After a union others may be open there.
            foreach (var effect in Deliver(turn, taker, new OpenJoinsRequest(routed.Decision.Keys)))
                yield return effect;
            if (turn.Failed) yield break;
            (taker, reply) = turn.As<(HomeId, object)>();
            open = ((ConfirmReply)reply).Open;
        }
    }

    /// <summary>Value: what the rows say, and the identifiers without one.</summary>
    private IEnumerable<Effect> Views(Turn turn, IEnumerable<IdentifierKey> keys)
    {
        var views = new Dictionary<IdentifierKey, PointerView>();
        var absent = new HashSet<IdentifierKey>();
        foreach (var key in keys.Distinct())
        {
            foreach (var effect in ReadRow(turn, key)) yield return effect;
            if (turn.Failed) yield break;
            if (turn.As<RowReply>().Row is { } row) views.Add(key, row.View);
            else absent.Add(key);
        }

        turn.Resume((views, absent));
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

    /// <summary>Value: (the home that took the request, its reply).</summary>
    private static IEnumerable<Effect> Deliver(Turn turn, HomeId home, Request request)
    {
        while (true)
        {
            yield return new CallEffect(Address.Of(home), request);
            if (turn.Failed) yield break;
            var gate = turn.Value switch
            {
                ApplyReply apply => apply.Gate,
                DecideReply decide => decide.Gate,
                _ => turn.As<ConfirmReply>().Gate,
            };
            if (gate.IsOpen)
            {
                turn.Resume((home, turn.Value!));
                yield break;
            }

            foreach (var effect in JoinDriver.Follow(turn, home, gate)) yield return effect;
            if (turn.Failed) yield break;
            home = turn.As<HomeId>();
        }
    }
}
