using MartechGrains.Core.Events;
using MartechGrains.Core.Pointers;
using MartechGrains.Simulation.Tests.Grains;
using MartechGrains.Simulation.Tests.Kernel;

namespace MartechGrains.Simulation.Tests.Checks;

/// <summary>
/// One run: events under faults, then a restart without faults, the sweep, and the comparison with the batch result.
/// </summary>
internal sealed class SimulationRun
{
    /// <summary>No run needs nearly as many steps between two quiet moments.</summary>
    public const int MaxSteps = 300_000;

    private readonly Producer _producer;
    private readonly Operator _operator;
    private readonly Tasks _tasks;
    private readonly Reader _reader;

    public SimulationRun(Scenario scenario, World world, Dice dice, Rules rules, bool givesUp)
    {
        Scenario = scenario;
        Cluster = new Cluster(new Scheduler(dice, new Faults(scenario.Rates)), scenario.Policy, world, rules)
        {
            Room = dice.Pick(2, 3, PointerState.MaxHeld),
        };
        foreach (var identifier in scenario.Events.SelectMany(one => one.Identifiers)) world.KeyOf(identifier);
        var router = new Router(Cluster);
        _tasks = new Tasks(Cluster, new RouterExecutor(Cluster));
        _reader = new Reader(Cluster);
        _producer = new Producer(Cluster, _tasks, router, _reader, givesUp);
        _operator = new Operator(Cluster, _tasks, router, _reader, _producer);
    }

    public Scenario Scenario { get; }

    public Cluster Cluster { get; }

    public long Lookups => _reader.Answered;

    public int Acknowledged => _producer.Acknowledged.Count;

    /// <summary>Runs a seed of the standing campaign.</summary>
    public static SimulationRun Run(ScenarioKind kind, long seed, bool traced, Rules? rules = null)
    {
        var dice = new Dice((seed * 1_000_003) + (int)kind);
        var scenario = Scenario.OfSeed(kind, dice);
        var simulation = new SimulationRun(scenario, World.OfSeed(dice), dice, rules ?? Rules.All, givesUp: true);
        if (traced) simulation.Cluster.Scheduler.Trace = [];
        simulation.Run(simulation.Batches(scenario.Events, dice));
        return simulation;
    }

    /// <summary>Runs the given batches to the end and returns the canonical state.</summary>
    public IReadOnlyList<string> Run(IEnumerable<IReadOnlyList<CanonicalEvent>> batches)
    {
        var scheduler = Cluster.Scheduler;
        foreach (var batch in batches)
        {
            if (scheduler.Faults.Rates.Slow > 0 && scheduler.Dice.Chance(0.5))
                scheduler.PostLate(() => _producer.Start(batch));
            else
                _producer.Start(batch);
        }

        StartActs(Scenario.Acts);
        Drain();
        scheduler.Faults.End();
        Cluster.CompareMemories();
        Cluster.KillAll("restart");
        Drain();
        if (Scenario.Acts.Policies.Count > 0)
        {
            _operator.TellPolicy();
            Drain();
        }

        if (!new Sweep(Cluster, _tasks).Run(MaxSteps)) Cluster.Violate("the sweep does not end");
        return new FinalCheck(Cluster).Run(Scenario.Events, _producer.Acknowledged, _operator);
    }

    private void StartActs(Acts acts)
    {
        var (scheduler, world) = (Cluster.Scheduler, Cluster.World);
        for (var i = 0; i < acts.Retractions.Count; i++)
        {
            var (retracted, early, undo) = acts.Retractions[i];
            var decision = Operator.Retraction(world, retracted, $"retraction {i}");
            Post(early ? 1 : 0.3, () => _operator.Retract(retracted, decision, undo));
        }

        for (var i = 0; i < acts.Links.Count; i++)
        {
            var (kind, one, other, undo) = acts.Links[i];
            var decision = Operator.Link(world, kind, one, other, $"link {i}");
            Post(0.4, () => _operator.Link(decision, undo));
        }

        for (var i = 0; i < acts.LinkableValues.Count; i++)
        {
            var ((value, undo), id) = (acts.LinkableValues[i], $"value {i}");
            Post(0.2, () => _operator.MakeLinkable(value, id, undo));
        }

        foreach (var policy in acts.Policies)
            Post(0.1, () =>
            {
                // A version is only ever published after those before it.
                foreach (var one in acts.Policies)
                    if (one.Version <= policy.Version && !Cluster.Policies.Contains(one.Version))
                        _operator.ChangePolicy(one);
            });

        void Post(double soon, Action act)
        {
            if (scheduler.Dice.Chance(soon)) scheduler.Post(act);
            else scheduler.PostLate(act);
        }
    }

    private void Drain()
    {
        if (!Cluster.Scheduler.Drain(MaxSteps)) Cluster.Violate($"no end after {MaxSteps} steps");
    }

    private List<IReadOnlyList<CanonicalEvent>> Batches(IReadOnlyList<CanonicalEvent> events, Dice dice)
    {
        var batches = new List<IReadOnlyList<CanonicalEvent>>();
        for (var i = 0; i < events.Count;)
        {
            var size = Math.Min(dice.Pick(1, 1, 1, 2, 3), events.Count - i);
            batches.Add([.. events.Skip(i).Take(size)]);
            i += size;
        }

        foreach (var batch in batches.ToArray())
        {
            if (!dice.Chance(Scenario.DuplicateProducers)) continue;
            Cluster.Scheduler.Faults.Hit(FaultKind.DuplicateProducer);
            batches.Add(batch);
        }

        return batches;
    }
}
