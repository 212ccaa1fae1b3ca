using System.Globalization;
using MartechGrains.Simulation.Tests.Checks;
using MartechGrains.Simulation.Tests.Kernel;
using Xunit;
using Xunit.Abstractions;

namespace MartechGrains.Simulation.Tests;

/// <summary>
/// Random schedules under faults. <c>MARTECH_SIMULATION_SEEDS</c> sets how many per kind,
/// <c>MARTECH_SIMULATION_SEED</c> replays one and prints what happened.
/// </summary>
public class ScheduleTests(ITestOutputHelper output)
{
    private const int DefaultSeeds = 4_000;
    private const int TraceLines = 400;

    [Theory]
    [InlineData(ScenarioKind.Mixed)]
    [InlineData(ScenarioKind.GenericTransitions)]
    [InlineData(ScenarioKind.Hub)]
    [InlineData(ScenarioKind.Decisions)]
    [InlineData(ScenarioKind.LinkableValues)]
    [InlineData(ScenarioKind.Policies)]
    public void Every_schedule_ends_in_the_batch_result(ScenarioKind kind)
    {
        if (Number("MARTECH_SIMULATION_SEED") is { } replayed)
        {
            var replay = SimulationRun.Run(kind, replayed, traced: true);
            output.WriteLine(Report(replay, kind, replayed, int.MaxValue));
            Assert.Empty(replay.Cluster.Violations);
            return;
        }

        var seeds = Number("MARTECH_SIMULATION_SEEDS") ?? DefaultSeeds;
        var counts = new long[Enum.GetValues<FaultKind>().Length];
        long lookups = 0, acknowledged = 0, events = 0;
        for (long seed = 0; seed < seeds; seed++)
        {
            var run = SimulationRun.Run(kind, seed, traced: false);
            if (run.Cluster.Violations.Count > 0)
                Assert.Fail(Report(SimulationRun.Run(kind, seed, traced: true), kind, seed, TraceLines));
            for (var i = 0; i < counts.Length; i++) counts[i] += run.Cluster.Scheduler.Faults.Counts[i];
            lookups += run.Lookups;
            acknowledged += run.Acknowledged;
            events += run.Scenario.Events.Count;
        }

        output.WriteLine($"{seeds} seeds, {events} events, {acknowledged} acknowledged, {lookups} lookups answered");
        foreach (var fault in Enum.GetValues<FaultKind>()) output.WriteLine($"{counts[(int)fault],9} {fault}");
        if (seeds < 100) return;
        foreach (var fault in Enum.GetValues<FaultKind>().Except(NotIn(kind)))
            Assert.True(counts[(int)fault] > 0, $"No {fault} in {seeds} seeds: the campaign does not test it.");
        Assert.True(lookups > acknowledged / 2, "Hardly a lookup was answered: reads are not tested.");
    }

    private static FaultKind[] NotIn(ScenarioKind kind) => kind switch
    {
        ScenarioKind.Policies => [],
        ScenarioKind.Decisions or ScenarioKind.LinkableValues => [FaultKind.StalePolicy],
        _ => [FaultKind.StalePolicy, FaultKind.LateRetry],
    };

    private static string Report(SimulationRun run, ScenarioKind kind, long seed, int lines)
    {
        var trace = run.Cluster.Scheduler.Trace!;
        return string.Create(CultureInfo.InvariantCulture, $"""
            {kind} seed {seed}: {run.Cluster.Violations.Count} violations; replay with MARTECH_SIMULATION_SEED={seed}
            {string.Join('\n', run.Cluster.Violations)}
            events {string.Join(' ', run.Scenario.Events.Select(World.NameOf))}
            {string.Join('\n', trace.TakeLast(lines))}
            """);
    }

    private static long? Number(string name) =>
        long.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var number)
            ? number
            : null;
}
