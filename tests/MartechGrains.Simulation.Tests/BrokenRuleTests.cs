using MartechGrains.Simulation.Tests.Checks;
using MartechGrains.Simulation.Tests.Kernel;
using Xunit;

namespace MartechGrains.Simulation.Tests;

/// <summary>
/// Each rule that random schedules can show, switched off: some seed of the standing campaign finds it. What they
/// hardly ever find has a written-out schedule.
/// </summary>
public class BrokenRuleTests
{
    private const int MaxSeeds = 6_000;

    private static readonly Dictionary<string, (ScenarioKind Kind, Func<Rules, Rules> Without)> Breaks = new()
    {
        ["A view is not withdrawn before the acknowledgement"] =
            (ScenarioKind.Mixed, static rules => rules with { WithdrawViews = false }),
        ["An answer goes ahead of a message of its batch that must wait"] =
            (ScenarioKind.Mixed, static rules => rules with { EarlyAnswersKeepOrder = false }),
        ["A confirmation that must be journaled is answered early"] =
            (ScenarioKind.LinkableValues, static rules => rules with { JournalBeforeConfirming = false }),
        ["A read is answered without a lease"] =
            (ScenarioKind.Mixed, static rules => rules with { ReadUnderLease = false }),
        ["A successor acknowledges before the lease of its predecessor has run out"] =
            (ScenarioKind.Mixed, static rules => rules with { AwaitLeaseOfPredecessor = false }),
        ["Nobody looks at leases"] =
            (ScenarioKind.Hub, static rules => rules with { AnswerUnderLease = false }),
        ["A reply is sent before its append"] =
            (ScenarioKind.Mixed, static rules => rules with { AppendBeforeReply = false }),
        ["A batch is journaled in another order than applied"] =
            (ScenarioKind.Mixed, static rules => rules with { JournalInOrder = false }),
        ["The open joins of an absorbed loser are dropped"] =
            (ScenarioKind.Mixed, static rules => rules with { OpenJoinsTravel = false }),
        ["H34 a union forgets one of two bodies under one id"] =
            (ScenarioKind.Conflicts, static rules => rules with { SettleConflicts = false }),
        ["H34 what a union displaces is in quarantine after its append only"] =
            (ScenarioKind.Conflicts, static rules => rules with { QuarantineWithAppend = false }),
    };

    public static TheoryData<string> Names => [.. Breaks.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_broken_rule_is_found_by_random_schedules(string name)
    {
        var (kind, without) = Breaks[name];
        var rules = without(Rules.All);
        var found = Seeds.Run(seed => SimulationRun.Run(kind, seed, traced: false, rules).Cluster.Violations.Count > 0)
            .Take(MaxSeeds).Any(static isFound => isFound);
        Assert.True(found, $"{MaxSeeds} seeds of {kind} do not find it.");
    }
}
