using MartechGrains.Core.Curation;
using MartechGrains.Core.Events;
using MartechGrains.Core.Homes.Machine;
using MartechGrains.Core.Homes.Messages;
using MartechGrains.Core.Homes.State;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Identity.Policy;
using MartechGrains.Core.Pointers;
using MartechGrains.Core.Routing;
using MartechGrains.Simulation.Tests.Grains;
using MartechGrains.Simulation.Tests.Kernel;

namespace MartechGrains.Simulation.Tests.Checks;

/// <summary>A written-out schedule: no random faults, each step where the test says so.</summary>
internal sealed class Schedule
{
    private readonly List<CanonicalEvent> _events = [];
    private readonly RouterExecutor _executor;
    private readonly Tasks _tasks;
    private readonly Producer _producer;

    /// <param name="rules">The rules that hold.</param>
    /// <param name="genericAfter">The threshold of mail addresses and devices; 0 for never.</param>
    /// <param name="order">All identifiers, smallest key first.</param>
    public Schedule(Rules rules, int genericAfter, params Identifier[] order)
        : this(rules, genericAfter, PointerState.MaxHeld, order)
    {
    }

    /// <param name="rules">The rules that hold.</param>
    /// <param name="genericAfter">The threshold of mail addresses and devices; 0 for never.</param>
    /// <param name="room">Most carriers that an identifier's row holds itself.</param>
    /// <param name="order">All identifiers, smallest key first.</param>
    public Schedule(Rules rules, int genericAfter, int room, Identifier[] order)
    {
        var scheduler = new Scheduler(new Dice(1), new Faults(FaultRates.None));
        Cluster = new Cluster(scheduler, Scenario.PolicyWith(genericAfter), World.InOrder(order), rules)
        {
            Room = room,
            HasReadersOfViews = false,
        };
        foreach (var identifier in order) Cluster.World.KeyOf(identifier);
        _executor = new RouterExecutor(Cluster);
        _tasks = new Tasks(Cluster, _executor);
        Router = new Router(Cluster);
        Reader = new Reader(Cluster);
        _producer = new Producer(Cluster, _tasks, Router, Reader, givesUp: false);
        Operator = new Operator(Cluster, _tasks, Router, Reader, _producer);
    }

    public Operator Operator { get; }

    public Cluster Cluster { get; }

    public Router Router { get; }

    public Reader Reader { get; }

    public CanonicalEvent Event(params Identifier[] identifiers)
    {
        var made = World.Event($"e{_events.Count}", _events.Count, 5, identifiers);
        _events.Add(made);
        return made;
    }

    /// <summary>The same id with another body.</summary>
    public CanonicalEvent BodyOf(CanonicalEvent known, int amount, params Identifier[] identifiers)
    {
        var made = World.Event(known.EventId, known.EventTime.Milliseconds, amount, identifiers);
        _events.Add(made);
        return made;
    }

    public IdentifierKey Key(Identifier identifier) => Cluster.World.KeyOf(identifier);

    public HomeId Home(Identifier founder) => new(Key(founder));

    /// <summary>Sends an event until it is acknowledged, and reads it back.</summary>
    public CanonicalEvent Full(CanonicalEvent sent)
    {
        _producer.Start([sent]);
        Drain();
        return sent;
    }

    public CanonicalEvent Full(params Identifier[] identifiers) => Full(Event(identifiers));

    /// <summary>Starts a router on an event; it takes steps only when told.</summary>
    public Attempt Try(CanonicalEvent sent) => new(this, _tasks, turn => Router.Ingest(turn, [sent]));

    /// <summary>Starts any task; it takes steps only when told.</summary>
    public Attempt Try(Func<Turn, IEnumerable<Effect>> task) => new(this, _tasks, task);

    /// <summary>Retracts an event, and looks whether it is still seen.</summary>
    public void Retract(CanonicalEvent retracted)
    {
        Operator.Retract(retracted, Operator.Retraction(Cluster.World, retracted, retracted.EventId), undo: false);
        Drain();
    }

    public Decision Link(DecisionKind kind, Identifier one, Identifier other)
    {
        var decision = Operator.Link(Cluster.World, kind, one, other, $"{kind} {one} {other}");
        Operator.Link(decision, undo: false);
        Drain();
        return decision;
    }

    public void Undo(Decision decision)
    {
        Operator.Undo(decision);
        Drain();
    }

    /// <summary>Looks whether a cannot-link is seen by everyone.</summary>
    public void SeeApart(Decision decision)
    {
        _tasks.Start(turn => Operator.CheckApart(turn, decision));
        Drain();
    }

    public void MakeLinkable(Identifier value, bool undo = false)
    {
        Operator.MakeLinkable(value, value.ToString(), undo);
        Drain();
    }

    /// <summary>Publishes a policy, and tells the homes of the given founders; of all, where there is none.</summary>
    public void ChangePolicy(IdentityPolicy policy, params Identifier[] founders)
    {
        Cluster.Publish(policy);
        if (founders.Length == 0) Operator.TellPolicy();
        else Operator.TellPolicy(founders.Select(Home));
        Drain();
    }

    /// <summary>How often homes have taken in others.</summary>
    public int Unions => Cluster.Store.Homes.SelectMany(Cluster.Store.JournalOf).OfType<HomeAbsorbed>().Count();

    /// <summary>Makes the calls of a step, or those of them that go to one grain, once more.</summary>
    public void Send(RouterStep step, Address? to = null)
    {
        foreach (var call in _executor.CallsOf(step).Where(call => to is null || call.To == to).ToArray())
            Cluster.Send(call, static _ => { });
        Drain();
    }

    /// <summary>Makes the call of a step to one activation. False where it was not answered.</summary>
    public bool Ask(Activation activation, RouterStep step)
    {
        var isAnswered = false;
        activation.Accept(_executor.CallsOf(step).Single().Ask(Cluster, answered => isAnswered = answered));
        Drain();
        return isAnswered;
    }

    /// <summary>
    /// A home's silo is taken for dead although it is not, and the home is activated elsewhere, where all messages go.
    /// </summary>
    /// <returns>The activation that does not know of it.</returns>
    public Activation TakeOver(Identifier founder, int span) => Cluster.TakeOver(Address.Of(Home(founder)), span);

    /// <summary>Reads an acknowledged event at one activation, which may refuse to answer.</summary>
    public void ReadAt(Activation activation, Identifier founder, CanonicalEvent acknowledged)
    {
        var read = new ReadStep(Home(founder));
        if (Ask(activation, read)) Reader.Judge(acknowledged, Key(founder), read.Reply!.View);
    }

    /// <summary>The loser journals that it moves, and crashes.</summary>
    /// <returns>Its head.</returns>
    public int BeginMove(Identifier loser, Identifier winner)
    {
        Cluster.KillAll(Address.Of(Home(loser)), "crash");
        var moving = new HomeMoving(Home(winner), new(Cluster.Scheduler.Steps));
        Assert(Cluster.Store.Append(Home(loser), Cluster.Store.HeadOf(Home(loser)), [moving]));
        return Cluster.Store.HeadOf(Home(loser));
    }

    /// <summary>As <see cref="BeginMove"/>; then the winner absorbs, and its answer is lost.</summary>
    public void BeginMoveAndAbsorb(Identifier loser, Identifier winner)
    {
        var head = BeginMove(loser, winner);
        Cluster.Send(
            new Call<AbsorbReply>(
                Address.Of(Home(winner)), "absorb", to => new AbsorbMessage(to, Home(loser), head), static _ => { }),
            static _ => { });
        Drain();
    }

    public void ReadBack(CanonicalEvent acknowledged)
    {
        _tasks.Start(turn => Reader.ReadBack(turn, acknowledged));
        Drain();
    }

    /// <summary>Restarts, sweeps and checks.</summary>
    public IReadOnlyList<string> End()
    {
        Cluster.KillAll("restart");
        Drain();
        if (Cluster.Policies.Newest.Version > 1) Operator.TellPolicy();
        Drain();
        if (!new Sweep(Cluster, _tasks).Run(SimulationRun.MaxSteps)) Cluster.Violate("the sweep does not end");
        new FinalCheck(Cluster).Run(_events, _producer.Acknowledged, Operator);
        return Cluster.Violations;
    }

    public void Acknowledge(CanonicalEvent acknowledged) => _producer.Acknowledged.Add(acknowledged);

    public void Drain() => Assert(Cluster.Scheduler.Drain(SimulationRun.MaxSteps));

    private static void Assert(bool holds)
    {
        if (!holds) throw new InvalidOperationException("The schedule does not fit.");
    }
}

/// <summary>A router that takes steps only when told; left alone it has died.</summary>
internal sealed class Attempt
{
    private readonly Schedule _schedule;
    private readonly Tasks _tasks;
    private readonly Turn _turn = new();
    private readonly IEnumerator<Effect> _body;
    private bool _ended;

    public Attempt(Schedule schedule, Tasks tasks, Func<Turn, IEnumerable<Effect>> body)
    {
        _schedule = schedule;
        _tasks = tasks;
        _body = body(_turn).GetEnumerator();
        _ended = !_body.MoveNext();
    }

    /// <summary>Goes on until a step of that type is due, and does not take it.</summary>
    public T Until<T>(Func<T, bool>? isIt = null)
        where T : RouterStep
    {
        while (!_ended)
        {
            if (((StepEffect)_body.Current).Step is T due && isIt?.Invoke(due) != false) return due;
            Step();
        }

        throw new InvalidOperationException($"The attempt came to its end without {typeof(T).Name}.");
    }

    /// <summary>Goes on until a step of that type was taken and answered.</summary>
    public Attempt After<T>()
        where T : RouterStep
    {
        Until<T>();
        Step();
        return this;
    }

    /// <summary>Goes on to the end. False where it failed.</summary>
    public bool Rest()
    {
        while (!_ended) Step();
        return !_turn.Failed;
    }

    private void Step()
    {
        _tasks.Call(_turn, _body.Current, static () => { });
        _schedule.Drain();
        _ended = !_body.MoveNext();
    }
}
