using MartechGrains.Core.Curation;
using MartechGrains.Core.Events;
using MartechGrains.Core.Homes.Messages;
using MartechGrains.Core.Routing;
using MartechGrains.Simulation.Tests.Kernel;

namespace MartechGrains.Simulation.Tests.Grains;

/// <summary>Takes a batch of events to their homes. It acknowledges where the turn has not failed.</summary>
internal sealed class Router(Cluster cluster)
{
    public IEnumerable<Effect> Ingest(Turn turn, IReadOnlyList<CanonicalEvent> batch)
    {
        var plan = new PlanRoutine(
            [.. batch.Select(one => new Routable(one.Hash, one.Identifiers, cluster.World.KeysOf(one)))],
            cluster.PoliciesSomewhere().Newest);
        foreach (var effect in Scripts.Run(turn, plan)) yield return effect;
        if (turn.Failed) yield break;
        var groups = Enumerable.Range(0, batch.Count).GroupBy(i => plan.Result![i].Home);
        foreach (var group in groups)
        {
            var deliver = new DeliverRoutine(group.Key, [.. group.Select(i => new RoutedEvent(
                batch[i], cluster.World.KeysOf(batch[i]), plan.Result![i].Linkable))]);
            foreach (var effect in Scripts.Run(turn, deliver)) yield return effect;
            if (turn.Failed) yield break;
            foreach (var (i, status) in group.Zip(deliver.Result))
                if (status == ApplyStatus.Conflict) cluster.Store.Quarantine(batch[i]);
        }
    }

    /// <summary>Takes a retraction to where its event is or would be, and waits until their homes have met.</summary>
    public IEnumerable<Effect> Retract(Turn turn, CanonicalEvent retracted, Decision decision)
    {
        var plan = new PlanRoutine(
            [new Routable(decision.Event, decision.Identifiers, decision.Keys)], cluster.PoliciesSomewhere().Newest);
        foreach (var effect in Scripts.Run(turn, plan)) yield return effect;
        if (turn.Failed) yield break;
        var (home, linkable) = plan.Result![0];
        var decide = new DecideRoutine(home, [new RoutedDecision(decision, linkable)]);
        foreach (var effect in Scripts.Run(turn, decide)) yield return effect;
    }

    /// <summary>Takes a link decision to its ends.</summary>
    public IEnumerable<Effect> Link(Turn turn, Decision decision)
    {
        if (decision.Kind != DecisionKind.CannotLink || cluster.Rules.CannotLinkAtBothEnds)
            return Scripts.Run(turn, new LinkRoutine(decision));
        return AtOneEnd(turn, decision);
    }

    private static IEnumerable<Effect> AtOneEnd(Turn turn, Decision decision)
    {
        var find = new FindPointersStep(decision.Keys);
        foreach (var effect in Scripts.Run(turn, new Look(find))) yield return effect;
        if (turn.Failed) yield break;
        var (home, routed) = RoutePlanning.PlanLinks(decision, find.Reply!)[^1];
        foreach (var effect in Scripts.Run(turn, new DecideRoutine(home, [routed]))) yield return effect;
    }

    private sealed class Look(FindPointersStep find) : Core.Machines.Routine<RouterStep, int>
    {
        public override IEnumerable<RouterStep> Run()
        {
            yield return find;
        }
    }
}
