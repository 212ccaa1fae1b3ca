using System.Globalization;
using MartechGrains.Simulation.Tests.Checks;
using MartechGrains.Simulation.Tests.Kernel;
using Xunit;
using Xunit.Abstractions;

namespace MartechGrains.Simulation.Tests;

/// <summary>
/// Random schedules under faults: of each kind the same number of those that have at least
/// <see cref="LeastSteps"/> steps over <see cref="LeastHomes"/> homes. <c>MARTECH_SIMULATION_SCHEDULES</c> sets how
/// many such per kind, <c>MARTECH_SIMULATION_SEED</c> replays one seed and prints what happened.
/// </summary>
public class ScheduleTests(ITestOutputHelper output)
{
    private const int LeastSteps = 40;
    private const int LeastHomes = 3;
    private const int DefaultSchedules = 700;
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

        var schedules = Number("MARTECH_SIMULATION_SCHEDULES") ?? DefaultSchedules;
        var counts = new long[Enum.GetValues<FaultKind>().Length];
        var tally = new Tally();
        long lookups = 0, acknowledged = 0, events = 0, seed = 0;
        for (var counting = 0L; counting < schedules; seed++)
        {
            var run = SimulationRun.Run(kind, seed, traced: false);
            if (run.Cluster.Violations.Count > 0)
                Assert.Fail(Report(SimulationRun.Run(kind, seed, traced: true), kind, seed, TraceLines));
            for (var i = 0; i < counts.Length; i++) counts[i] += run.Cluster.Scheduler.Faults.Counts[i];
            if (run.Cluster.Scheduler.Steps >= LeastSteps && run.Cluster.Store.Homes.Count >= LeastHomes) counting++;
            tally.Add(run.Cluster.Tally);
            lookups += run.Lookups;
            acknowledged += run.Acknowledged;
            events += run.Scenario.Events.Count;
        }

        output.WriteLine($"""
            {schedules} schedules of at least {LeastSteps} steps over {LeastHomes} homes among {seed}: {events} events,
            {acknowledged} acknowledged, {lookups} lookups answered, {tally.FromViews} of them from live views
            {tally.Appends} appends of homes, {tally.SharedAppends} shared by several messages;
            {tally.WentAhead} answers went ahead of the disk; {tally.Withdrawn} views withdrawn;
            {counts[(int)FaultKind.RefusedWithoutLease]} answers refused for want of a lease
            """);
        foreach (var fault in Enum.GetValues<FaultKind>()) output.WriteLine($"{counts[(int)fault],9} {fault}");
        if (schedules < 100) return;
        foreach (var fault in Enum.GetValues<FaultKind>().Except(NotIn(kind)))
            Assert.True(counts[(int)fault] > 0, $"No {fault} in {seed} seeds: the campaign does not test it.");
        Assert.True(lookups > acknowledged / 2, "Hardly a lookup was answered: reads are not tested.");
        Assert.True(
            tally is { SharedAppends: > 0, WentAhead: > 0, Withdrawn: > 0, FromViews: > 0 },
            "Nothing shared an append, went ahead of the disk, or was shown by a live view.");
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
