using System.Globalization;
using System.Text;
using MartechGrains.Simulation.Tests.Kernel;

namespace MartechGrains.Simulation.Tests.Checks;

/// <summary>What one schedule was, without all that it has in memory.</summary>
/// <param name="Seed">Its seed.</param>
/// <param name="Steps">How many steps it took.</param>
/// <param name="Homes">How many homes it had.</param>
/// <param name="Violations">How often it broke what is promised.</param>
/// <param name="Events">How many events it sent.</param>
/// <param name="Acknowledged">How many of them were acknowledged.</param>
/// <param name="Lookups">How many lookups were answered.</param>
/// <param name="Faults">How many faults of each kind.</param>
/// <param name="Tally">What it exercised beside them.</param>
internal sealed record Outcome(
    long Seed, long Steps, int Homes, int Violations, int Events, int Acknowledged, long Lookups, long[] Faults,
    Tally Tally)
{
    public static Outcome Of(long seed, SimulationRun run) => new(
        seed, run.Cluster.Scheduler.Steps, run.Cluster.Store.Homes.Count, run.Cluster.Violations.Count,
        run.Scenario.Events.Count, run.Acknowledged, run.Lookups, run.Cluster.Scheduler.Faults.Counts,
        run.Cluster.Tally);
}

/// <summary>What many schedules came to.</summary>
internal sealed class Totals
{
    private readonly long[] _faults = new long[Enum.GetValues<FaultKind>().Length];

    public long Runs { get; private set; }

    public long Steps { get; private set; }

    public long Events { get; private set; }

    public long Acknowledged { get; private set; }

    public long Lookups { get; private set; }

    public Tally Tally { get; } = new();

    public long Of(FaultKind kind) => _faults[(int)kind];

    public void Add(Outcome outcome)
    {
        Runs++;
        Steps += outcome.Steps;
        Events += outcome.Events;
        Acknowledged += outcome.Acknowledged;
        Lookups += outcome.Lookups;
        Tally.Add(outcome.Tally);
        for (var i = 0; i < _faults.Length; i++) _faults[i] += outcome.Faults[i];
    }

    public override string ToString()
    {
        var text = new StringBuilder().AppendLine(CultureInfo.InvariantCulture, $"""
            {Runs} schedules, {Steps} steps: {Events} events, {Acknowledged} acknowledged
            {Lookups} lookups answered, {Tally.FromViews} of them from live views
            {Tally.BesideTurns} reads answered by homes beside their turns
            {Tally.Appends} appends of homes, {Tally.SharedAppends} of them carried more than one operation
            {Tally.Compared} homes in memory were what their journals say
            {Tally.Displaced} events were displaced by other bodies of the same id
            {Tally.WentAhead} answers went ahead of the disk
            {Tally.Withdrawn} views were withdrawn
            {Of(FaultKind.RefusedWithoutLease)} answers were refused for want of a lease
            """);
        foreach (var kind in Enum.GetValues<FaultKind>())
            text.AppendLine(CultureInfo.InvariantCulture, $"{Of(kind),9} {kind}");
        return text.ToString();
    }
}
