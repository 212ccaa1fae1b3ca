using MartechGrains.Core.Identity;
using MartechGrains.Core.Routing;
using MartechGrains.Simulation.Tests.Checks;
using MartechGrains.Simulation.Tests.Kernel;
using Xunit;
using static MartechGrains.Simulation.Tests.Checks.Names;
using static MartechGrains.Simulation.Tests.Checks.WrittenOut;

namespace MartechGrains.Simulation.Tests;

/// <summary>
/// One id with several bodies, accepted by homes that unite later (rule H34): one body counts, the others are in
/// quarantine, whichever home goes on and whatever was retracted meanwhile.
/// </summary>
public class DirectedConflictTests
{
    [Fact]
    public void H34_of_two_bodies_under_one_id_one_counts_and_the_other_is_kept() => Keeps(static rules =>
    {
        var schedule = new Schedule(rules, 0, M0, D1);
        var e = schedule.Full(D1); // accepted first, by the home that moves
        schedule.Full(schedule.BodyOf(e, 7, M0));
        schedule.Full(M0, D1);
        return schedule.End();
    });

    [Fact]
    public void H34_three_bodies_in_a_chain_of_unions_are_settled_as_if_all_had_met_at_once() => Keeps(static rules =>
    {
        var schedule = new Schedule(rules, 0, C1, M0, M1, D1);
        var e = schedule.Full(M1);
        schedule.Full(schedule.BodyOf(e, 7, D1));
        schedule.Full(schedule.BodyOf(e, 8, M0));
        schedule.Full(M1, D1);
        schedule.Full(C1, M0);
        schedule.Full(M0, M1);
        return schedule.End();
    });

    [Fact]
    public void H34_a_retraction_of_one_body_is_one_of_the_event() => Keeps(static rules =>
    {
        var schedule = new Schedule(rules, 0, M0, D1);
        var e = schedule.Full(D1);
        var other = schedule.Full(schedule.BodyOf(e, 7, M0));
        schedule.Retract(other);
        schedule.Full(M0, D1);
        return schedule.End();
    });

    [Fact]
    public void H34_a_winner_that_loses_its_answer_settles_once() => Keeps(static rules =>
    {
        var schedule = new Schedule(rules, 0, M0, D1);
        var e = schedule.Full(D1);
        schedule.Full(schedule.BodyOf(e, 7, M0));
        schedule.Try(schedule.Event(M0, D1)).After<ApplyStep>();
        schedule.BeginMoveAndAbsorb(D1, M0);
        return schedule.End();
    });

    [Fact]
    public void H34_what_is_parted_after_it_was_settled_stays_settled()
    {
        var schedule = new Schedule(Rules.All, 0, M0, D1);
        var e = schedule.Full(D1);
        var other = schedule.Full(schedule.BodyOf(e, 7, M0));
        schedule.Full(M0, D1);
        schedule.Link(Core.Curation.DecisionKind.CannotLink, M0, D1);
        Assert.Empty(schedule.End());
        Assert.True(schedule.Cluster.Store.IsQuarantined(other));
        var home = schedule.Cluster.Store.Folded.At(new HomeId(schedule.Key(M0))).State;
        Assert.True(home.Ledger.Holds(e));
        Assert.False(schedule.Cluster.Store.IsQuarantined(e));
    }

    private static void Keeps(Func<Rules, IReadOnlyList<string>> schedule) =>
        Holds("acknowledged and lost", static rules => rules with { SettleConflicts = false }, schedule);
}
