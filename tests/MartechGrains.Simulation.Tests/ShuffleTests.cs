using MartechGrains.Core.Events;
using MartechGrains.Simulation.Tests.Checks;
using MartechGrains.Simulation.Tests.Kernel;
using Xunit;

namespace MartechGrains.Simulation.Tests;

public class ShuffleTests
{
    private const int Sets = 300;
    private const int Producers = 8;
    private const int Runs = 4;

    /// <summary>
    /// One set of events, sent by eight producers, each in its own order and cut into its own batches, with and without
    /// faults, under other keys: identical profiles, anchors and facts.
    /// </summary>
    [Theory]
    [InlineData(ScenarioKind.Mixed)]
    [InlineData(ScenarioKind.GenericTransitions)]
    [InlineData(ScenarioKind.Hub)]
    public void Shuffled_duplicated_and_interleaved_events_give_one_canonical_state(ScenarioKind kind)
    {
        foreach (var difference in Seeds.Run(seed => DifferenceOf(kind, seed)).Take(Sets)) Assert.Null(difference);
    }

    /// <summary>What the runs of one seed do not agree on; null where they do.</summary>
    private static string? DifferenceOf(ScenarioKind kind, long seed)
    {
        var scenario = Scenario.OfSeed(kind, new Dice(seed));
        var faulty = scenario.Rates == FaultRates.None
            ? new FaultRates { Message = 0.05, Crash = 0.003, Slow = 0.05, RouterDeath = 0.03 }
            : scenario.Rates;
        var expected = CanonicalState.OfEvents(scenario.Events, scenario.Policy, out _).Lines();
        for (var run = 0; run < Runs; run++)
        {
            var rates = run % 2 == 0 ? FaultRates.None : faulty;
            var dice = new Dice((1_000_003L * seed) + run);
            var simulation = new SimulationRun(
                scenario with { Rates = rates }, World.OfSeed(dice), dice, Rules.All, givesUp: false);
            var state = simulation.Run(Shuffled(scenario.Events, dice));
            var where = $"{kind} seed {seed}, run {run}";
            if (simulation.Cluster.Violations.Count > 0)
                return $"{where}: {string.Join('\n', simulation.Cluster.Violations)}";
            if (!expected.SequenceEqual(state))
                return $"{where}:\n{string.Join('\n', state)}\ninstead of\n{string.Join('\n', expected)}";
            if (scenario.Events.Count != simulation.Acknowledged)
                return $"{where}: {simulation.Acknowledged} of {scenario.Events.Count} events acknowledged";
        }

        return null;
    }

    /// <summary>Each event goes through one producer at least, and through another in a third of cases.</summary>
    private static List<IReadOnlyList<CanonicalEvent>> Shuffled(IReadOnlyList<CanonicalEvent> events, Dice dice)
    {
        var shares = Enumerable.Range(0, Producers).Select(_ => new List<CanonicalEvent>()).ToArray();
        foreach (var one in events)
        {
            var first = dice.Next(Producers);
            shares[first].Add(one);
            if (dice.Chance(0.33)) shares[(first + 1 + dice.Next(Producers - 1)) % Producers].Add(one);
        }

        var batches = new List<IReadOnlyList<CanonicalEvent>>();
        foreach (var share in shares)
        {
            dice.Shuffle(share);
            for (var i = 0; i < share.Count;)
            {
                var size = Math.Min(1 + dice.Next(3), share.Count - i);
                batches.Add(share.GetRange(i, size));
                i += size;
            }
        }

        dice.Shuffle(batches);
        return batches;
    }
}
