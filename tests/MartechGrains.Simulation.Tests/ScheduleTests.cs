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

    /// <summary>Of all kinds together.</summary>
    private const int LeastSchedules = 20_000;

    private const int TraceLines = 400;

    private static int DefaultSchedules => (LeastSchedules / Enum.GetValues<ScenarioKind>().Length) + 1;

    [Theory]
    [InlineData(ScenarioKind.Mixed)]
    [InlineData(ScenarioKind.GenericTransitions)]
    [InlineData(ScenarioKind.Hub)]
    [InlineData(ScenarioKind.Decisions)]
    [InlineData(ScenarioKind.LinkableValues)]
    [InlineData(ScenarioKind.Policies)]
    [InlineData(ScenarioKind.Conflicts)]
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
        var totals = new Totals();
        var counting = 0L;
        foreach (var outcome in Seeds.Run(seed => Outcome.Of(seed, SimulationRun.Run(kind, seed, traced: false))))
        {
            if (outcome.Violations > 0)
                Assert.Fail(Report(
                    SimulationRun.Run(kind, outcome.Seed, traced: true), kind, outcome.Seed, TraceLines));
            totals.Add(outcome);
            if (outcome.Steps >= LeastSteps && outcome.Homes >= LeastHomes && ++counting == schedules) break;
        }

        output.WriteLine($"{counting} schedules of at least {LeastSteps} steps over {LeastHomes} homes among these:");
        output.WriteLine(totals.ToString());
        if (schedules < 100) return;
        foreach (var fault in Enum.GetValues<FaultKind>().Except(NotIn(kind)))
            Assert.True(totals.Of(fault) > 0, $"No {fault} in {totals.Runs} seeds: the campaign does not test it.");
        Assert.True(totals.Lookups > totals.Acknowledged / 2, "Hardly a lookup was answered: reads are not tested.");
        Assert.True(totals.Tally.SharedAppends > 0, "No append carried more than one operation.");
        Assert.True(totals.Tally.WentAhead > 0, "No answer went ahead of the disk.");
        Assert.True(totals.Tally.Withdrawn > 0, "No view was withdrawn.");
        Assert.True(totals.Tally.FromViews > 0, "No live view answered a lookup.");
        Assert.True(totals.Tally.BesideTurns > 0, "No home answered a read beside a turn.");
        if (kind == ScenarioKind.Conflicts)
            Assert.True(totals.Tally.Displaced > 0, "No union displaced an event.");
        Assert.True(totals.Tally.Compared > 0, "No home in memory was compared with its journal.");
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
