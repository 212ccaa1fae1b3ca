using MartechGrains.Core.Curation;
using MartechGrains.Core.Events;
using MartechGrains.Core.Homes.Messages;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Identity.Policy;
using MartechGrains.Core.Routing;
using MartechGrains.Simulation.Tests.Kernel;

namespace MartechGrains.Simulation.Tests.Grains;

/// <summary>
/// Makes and undoes decisions and changes the policy, trying again until it is acknowledged; looks whether what was
/// acknowledged holds.
/// </summary>
internal sealed class Operator(Cluster cluster, Tasks tasks, Router router, Reader reader, Producer producer)
{
    private const int MaxAttempts = 400;
    private const double LateRetry = 0.4;
    public static readonly OperatorAct Act = new("operator", "because", new(1));
    private readonly HashSet<DecisionKey> _undoAsked = [];

    /// <summary>Decisions that were acknowledged as made.</summary>
    public Dictionary<DecisionKey, Decision> Made { get; } = [];

    /// <summary>Decisions that were acknowledged as undone.</summary>
    public HashSet<DecisionKey> Undone { get; } = [];

    public static Decision Retraction(World world, CanonicalEvent retracted, string id) => new(
        DecisionId.Of(id), DecisionKind.Retraction, retracted.Identifiers, world.KeysOf(retracted), retracted.Source,
        retracted.EventId, Act);

    public static Decision Link(World world, DecisionKind kind, Identifier one, Identifier other, string id) => new(
        DecisionId.Of(id), kind, [one, other], [world.KeyOf(one), world.KeyOf(other)], "", "", Act);

    /// <summary>Retracts an event, and perhaps takes that back.</summary>
    public void Retract(CanonicalEvent retracted, Decision decision, bool undo)
    {
        producer.Asked.Add(retracted);
        Start(turn => Decide(
            turn, decision, undo, taken => Retract(turn, retracted, taken), CheckRetracted(turn, retracted, decision)));
    }

    /// <summary>Makes a must-link or cannot-link, and perhaps undoes it.</summary>
    public void Link(Decision decision, bool undo) => Start(turn => Decide(
        turn, decision, undo, taken => router.Link(turn, taken),
        decision.Kind == DecisionKind.CannotLink ? CheckApart(turn, decision) : []));

    /// <summary>Makes a value linkable, and perhaps takes that back.</summary>
    public void MakeLinkable(Identifier value, string id, bool undo)
    {
        var key = cluster.World.KeyOf(value);
        var made = new LinkableDecision(DecisionId.Of(id), Act, null);
        Start(turn => Both(turn));

        IEnumerable<Effect> Both(Turn turn)
        {
            foreach (var effect in Persist(turn, () => DecideValue(turn, key, made))) yield return effect;
            if (!undo) yield break;
            if (cluster.Scheduler.Dice.Chance(LateRetry)) Retry(() => Start(late => DecideValue(late, key, made)));
            foreach (var effect in Persist(turn, () => DecideValue(turn, key, made with { Undone = Act })))
                yield return effect;
        }
    }

    /// <summary>Publishes one more version of the policy, and tells every home there is.</summary>
    public void ChangePolicy(IdentityPolicy policy)
    {
        cluster.Publish(policy);
        cluster.Trace($"POLICY {policy.Version}");
        TellPolicy();
    }

    public void TellPolicy() => TellPolicy(cluster.Store.Homes.Order().ToArray());

    public void TellPolicy(IEnumerable<HomeId> homes)
    {
        foreach (var home in homes) Start(turn => Persist(turn, () => Tell(turn, home)));
    }

    /// <summary>Undoes a link decision, whether it is known anywhere or not.</summary>
    public void Undo(Decision decision)
    {
        _undoAsked.Add(DecisionKey.Of(decision));
        Start(turn => UndoAlone(turn));

        IEnumerable<Effect> UndoAlone(Turn turn)
        {
            foreach (var effect in Persist(turn, () => router.Link(turn, decision with { Undone = Act })))
                yield return effect;
            Undone.Add(DecisionKey.Of(decision));
        }
    }

    /// <summary>Without rule H16 a retraction goes where its event is found, and nowhere if it is not.</summary>
    private IEnumerable<Effect> Retract(Turn turn, CanonicalEvent retracted, Decision decision)
    {
        if (cluster.Rules.RetractionsAreRouted) return router.Retract(turn, retracted, decision);
        var found = cluster.Store.Homes.Order().Where(home =>
            cluster.Store.Folded.At(home).State is { MovedTo: null } state
            && state.Ledger.Contains(retracted.Hash)).ToArray();
        return found.Length == 0
            ? []
            : Scripts.Run(turn, new DecideRoutine(found[0], [new RoutedDecision(decision, [])]));
    }

    private IEnumerable<Effect> Tell(Turn turn, HomeId home) => Scripts.Run(
        turn, new CompleteHomeRoutine(new AdoptStep(home, cluster.Policies.Newest.Version)));

    private IEnumerable<Effect> Decide(
        Turn turn, Decision decision, bool undo, Func<Decision, IEnumerable<Effect>> bring, IEnumerable<Effect> check)
    {
        var key = DecisionKey.Of(decision);
        foreach (var effect in Persist(turn, () => bring(decision))) yield return effect;
        if (turn.Failed) yield break;
        Made[key] = decision;
        cluster.Trace($"DECIDED {World.NameOf(decision)}");
        foreach (var effect in check) yield return effect;
        if (!undo) yield break;
        _undoAsked.Add(key);
        var undone = decision with { Undone = Act };
        if (cluster.Scheduler.Dice.Chance(LateRetry))
            Retry(() => Start(late => Late(late, decision)));
        turn.Failed = false;
        foreach (var effect in Persist(turn, () => bring(undone))) yield return effect;
        if (turn.Failed) yield break;
        Undone.Add(key);
        cluster.Trace($"UNDONE {World.NameOf(decision)}");
    }

    private IEnumerable<Effect> Late(Turn turn, Decision decision)
    {
        if (decision.Kind != DecisionKind.Retraction) return router.Link(turn, decision);
        var retracted = World.Event(decision.EventId, 0, 1, [.. decision.Identifiers]);
        return router.Retract(turn, retracted, decision);
    }

    public static IEnumerable<Effect> DecideValue(Turn turn, IdentifierKey key, LinkableDecision decision) =>
        Scripts.Run(turn, new DecideValueRoutine(key, decision));

    /// <summary>Tries until it is done.</summary>
    private IEnumerable<Effect> Persist(Turn turn, Func<IEnumerable<Effect>> attempt)
    {
        var (dice, faults) = (cluster.Scheduler.Dice, cluster.Scheduler.Faults);
        for (var i = 0; i < MaxAttempts; i++)
        {
            turn.Failed = false;
            foreach (var effect in attempt()) yield return effect;
            if (!turn.Failed) yield break;
            turn.Failed = false;
            for (var pauses = dice.Next(4); pauses > 0; pauses--) yield return new PauseEffect(false);
            if (dice.Chance(faults.Rates.Slow > 0 ? 0.5 : 0)) yield return new PauseEffect(true);
        }

        cluster.Violate("livelock: an operator's act was not acknowledged");
        turn.Failed = true;
    }

    private IEnumerable<Effect> CheckRetracted(Turn turn, CanonicalEvent retracted, Decision decision)
    {
        foreach (var key in cluster.World.KeysOf(retracted))
        {
            var lookup = new Lookup(key);
            foreach (var effect in reader.Read(turn, lookup)) yield return effect;
            // A copy that nobody acknowledged may count, until its joins are driven, where an inert value leads to.
            if (!turn.Failed && lookup.Counts(retracted) && !reader.MayBeInert(key) && !IsUndoAsked(decision))
                cluster.Violate($"{retracted.EventId} is seen after its retraction by {cluster.World.NameOf(key)}");
        }

        turn.Failed = false;
    }

    public IEnumerable<Effect> CheckApart(Turn turn, Decision decision)
    {
        foreach (var key in cluster.World.Keys)
        {
            var lookup = new Lookup(key);
            foreach (var effect in reader.Read(turn, lookup)) yield return effect;
            if (!turn.Failed && lookup.Profile is { } profile
                && decision.Identifiers.All(profile.Identifiers.Contains) && !IsUndoAsked(decision))
                cluster.Violate($"{World.NameOf(decision)} is not seen by {cluster.World.NameOf(key)}");
        }

        turn.Failed = false;
    }

    public bool IsUndoAsked(Decision decision) => _undoAsked.Contains(DecisionKey.Of(decision));

    private void Retry(Action late)
    {
        cluster.Scheduler.Faults.Hit(FaultKind.LateRetry);
        cluster.Scheduler.PostLate(late);
    }

    private void Start(Func<Turn, IEnumerable<Effect>> act) => tasks.Start(act);
}
