using MartechGrains.Core.Events;
using MartechGrains.Core.Homes.State;
using MartechGrains.Core.Pointers;
using MartechGrains.Core.Routing;
using MartechGrains.Simulation.Tests.Checks;
using MartechGrains.Simulation.Tests.Kernel;
using Xunit;
using static MartechGrains.Simulation.Tests.Checks.Names;
using static MartechGrains.Simulation.Tests.Checks.WrittenOut;

namespace MartechGrains.Simulation.Tests;

/// <summary>
/// The shortest schedules that break a promise without a rule. Random seeds hardly ever find some of them. Each runs
/// with the rule, and without it to show that it would be caught.
/// </summary>
public class DirectedScheduleTests
{
    [Fact]
    public void H1_two_homes_that_hold_one_event_count_it_once_when_they_unite() =>
        Holds("events count", static rules => rules with { AbsorbByEventId = false }, static rules =>
        {
            var schedule = new Schedule(rules, 2, C1, C2, D1, M0);
            var e = schedule.Event(M0, D1);
            schedule.Full(C1, M0);
            schedule.Try(e).After<ApplyStep>();
            schedule.Full(C2, M0); // the mail address is generic: the retry goes by the device
            schedule.Full(e);
            return schedule.End();
        });

    [Fact]
    public void H1_a_late_copy_at_a_home_that_nobody_claimed_counts_once() =>
        Holds("events count", static rules => rules with { AbsorbByEventId = false }, static rules =>
        {
            var schedule = new Schedule(rules, 0, C1, M1);
            var e = schedule.Event(M1);
            var late = schedule.Try(e).Until<ApplyStep>();
            schedule.Full(C1, M1);
            schedule.Full(e);
            schedule.Send(late);
            return schedule.End();
        });

    [Fact]
    public void H2_what_was_linkable_at_apply_unites_though_all_is_generic_by_now() =>
        Holds("counts in", static rules => rules with { MembersUnite = false }, static rules =>
        {
            var schedule = new Schedule(rules, 2, C1, C2, C3, C4, M0, D1);
            var e = schedule.Event(M0, D1);
            schedule.Full(C1, M0);
            schedule.Try(e).After<ApplyStep>();
            schedule.Full(C2, M0);
            schedule.Try(e).After<ApplyStep>();
            schedule.Full(C3, D1);
            schedule.Full(C4, D1);
            return schedule.End();
        });

    [Fact]
    public void H3_a_retry_that_sees_nothing_linkable_goes_where_the_first_attempt_went() =>
        Holds("counts in", static rules => rules with { Rendezvous = false }, static rules =>
        {
            var schedule = new Schedule(rules, 2, C1, C2, C3, C4, M0, D1);
            var e = schedule.Event(M0, D1);
            schedule.Full(C1, M0);
            schedule.Full(C2, M0);
            schedule.Try(e).After<ApplyStep>();
            schedule.Full(C3, D1);
            schedule.Full(C4, D1);
            schedule.Full(e);
            return schedule.End();
        });

    [Fact]
    public void H13_two_attempts_whose_views_have_nothing_in_common_meet() =>
        Holds("counts in", static rules => rules with { Rendezvous = false }, static rules =>
        {
            var schedule = new Schedule(rules, 2, C1, C2, C3, C4, D1, M0);
            var e = schedule.Event(D1, M0);
            var slow = schedule.Try(e).After<FindPointersStep>(); // has read the device, not yet the mail address
            schedule.Full(C1, D1);
            schedule.Full(C2, D1);
            schedule.Full(e);
            schedule.Full(C3, M0);
            schedule.Full(C4, M0);
            slow.Rest();
            return schedule.End();
        });

    [Fact]
    public void A_retry_that_sees_nothing_linkable_meets_the_copy_of_an_attempt_that_saw_everything_linkable() =>
        Holds("counts in", static rules => rules with { InertMeetBySmallestKey = false }, static rules =>
        {
            var schedule = new Schedule(rules, 2, C1, C2, C3, C4, M0, D1);
            var e = schedule.Event(M0, D1);
            schedule.Full(C1, M0);
            schedule.Try(e).After<ApplyStep>(); // sees both, no rendezvous: a copy where the mail address points
            schedule.Full(C2, M0);
            schedule.Try(e).After<MeetStep>(); // sees the device alone: the rendezvous names the device's own home
            schedule.Full(C3, D1); // which another home claims
            schedule.Full(C4, D1);
            schedule.Full(e); // sees nothing linkable, and follows the rendezvous
            return schedule.End();
        });

    [Fact]
    public void H4_a_retry_drives_the_joins_that_the_first_attempt_opened() =>
        Holds("read your writes", static rules => rules with { OpenOfOthers = false }, static rules =>
        {
            var schedule = new Schedule(rules, 0, C1, D1);
            schedule.Full(D1);
            var e = schedule.Event(C1, D1);
            schedule.Try(e).After<ApplyStep>();
            schedule.Full(e);
            return schedule.End();
        });

    [Fact]
    public void H4_an_event_waits_for_joins_that_another_event_opened()
    {
        var schedule = new Schedule(Rules.All, 0, C1, D1);
        schedule.Full(D1);
        schedule.Try(schedule.Event(C1, D1)).After<ApplyStep>();
        schedule.Full(C1, D1);
        Assert.Empty(schedule.End());
    }

    [Fact]
    public void H5_open_joins_travel_with_their_home() =>
        Holds("read your writes", static rules => rules with { OpenJoinsTravel = false }, static rules =>
        {
            var schedule = new Schedule(rules, 0, C1, D1, M1);
            schedule.Full(D1);
            var e = schedule.Event(D1, M1);
            schedule.Try(e).After<ApplyStep>();
            schedule.Full(C1);
            schedule.Full(C1, D1); // the device's home moves
            schedule.Full(e); // a duplicate at the winner
            return schedule.End();
        });

    [Fact]
    public void H6_a_moving_winner_still_says_what_it_has_absorbed() =>
        Holds("read your writes", static rules => rules with { AbsorbedBeforeMoved = false }, static rules =>
        {
            var schedule = new Schedule(rules, 0, C1, M1, D1);
            schedule.Full(D1);
            schedule.Full(M1);
            schedule.Full(C1);
            schedule.BeginMoveAndAbsorb(D1, M1);
            var y = schedule.Full(M1, D1);
            schedule.BeginMove(M1, C1);
            schedule.ReadBack(y);
            return schedule.End();
        });

    [Fact]
    public void H6_a_loser_that_asks_again_after_its_winner_has_moved_is_not_absorbed_twice()
    {
        var schedule = new Schedule(Rules.All, 0, C1, M1, D1);
        schedule.Full(D1);
        schedule.Full(M1);
        schedule.Full(C1);
        schedule.BeginMoveAndAbsorb(D1, M1);
        schedule.Full(C1, M1);
        schedule.Full(M1, D1);
        Assert.Empty(schedule.End());
        var absorptions = schedule.Cluster.Store.Homes.SelectMany(schedule.Cluster.Store.JournalOf)
            .OfType<HomeAbsorbed>().Count(absorbed => absorbed.Loser == schedule.Home(D1));
        Assert.Equal(1, absorptions);
    }

    [Fact]
    public void H7_a_moving_home_that_is_absorbed_already_sends_reads_on() =>
        Holds("read your writes", static rules => rules with { MovingRead = false }, static rules =>
        {
            var schedule = new Schedule(rules, 0, C1, D1);
            schedule.Full(D1);
            schedule.Full(C1);
            schedule.BeginMoveAndAbsorb(D1, C1);
            schedule.Full(C1, D1);
            return schedule.End();
        });

    [Fact]
    public void H8_a_moving_home_takes_no_writes() =>
        Holds("acknowledged and lost", static rules => rules with { Freeze = false }, static rules =>
        {
            var schedule = new Schedule(rules, 0, C1, D1);
            schedule.Full(D1);
            schedule.Full(C1);
            schedule.BeginMoveAndAbsorb(D1, C1);
            schedule.Full(D1);
            return schedule.End();
        });

    [Fact]
    public void H9_a_home_that_crashed_while_moving_is_swept() =>
        Holds("still moving", static rules => rules with { SweepMoving = false }, static rules =>
        {
            var schedule = new Schedule(rules, 0, C1, D1);
            schedule.Full(D1);
            schedule.Full(C1);
            schedule.BeginMove(D1, C1);
            return schedule.End();
        });

    [Fact]
    public void H10_a_stale_activation_of_an_identifier_cannot_overwrite_its_row() =>
        Holds("its row says otherwise", static rules => rules with { PointerCas = false }, static rules =>
        {
            var schedule = new Schedule(rules, 2, C1, C2, M0, D1);
            schedule.Full(C1, D1);
            var stale = schedule.Cluster.ActivateUnknown(Address.Of(schedule.Key(D1)));
            schedule.Full(C2, D1); // generic
            var rule = ValueRule.Of(Scenario.PolicyWith(2), D1);
            schedule.Ask(stale, new JoinStep([new JoinRequest(
                schedule.Home(M0), new OpenJoin(schedule.Key(D1), false, true, null, rule))]));
            return schedule.End();
        });

    [Fact]
    public void H11_a_stale_activation_of_a_home_refuses_reads() =>
        Holds("read your writes", static rules => rules with { ReadUnderLease = false }, static rules =>
        {
            var schedule = new Schedule(rules, 0, C1);
            schedule.Full(C1);
            var stale = schedule.TakeOver(C1, span: 8);
            var e = schedule.Full(C1);
            schedule.ReadAt(stale, C1, e);
            return schedule.End();
        });

    [Fact]
    public void H11_an_activation_acknowledges_nothing_before_the_lease_of_the_one_before_it_has_run_out() =>
        Holds("read your writes", static rules => rules with { AwaitLeaseOfPredecessor = false }, static rules =>
        {
            var schedule = new Schedule(rules, 0, C1);
            schedule.Full(C1);
            var stale = schedule.TakeOver(C1, span: 10_000);
            var e = schedule.Full(C1);
            schedule.ReadAt(stale, C1, e);
            return schedule.End();
        });

    [Fact]
    public void H11_a_home_that_began_to_move_under_a_lease_is_absorbed_under_a_lease_only() =>
        Holds("read your writes", static rules => rules with { AbsorbedUnderLease = false }, static rules =>
        {
            var schedule = new Schedule(rules, 0, C1, D1);
            schedule.Full(D1);
            schedule.Full(C1);
            var stale = schedule.TakeOver(D1, span: 8);
            schedule.Cluster.HoldNextCommitOf = Address.Of(schedule.Home(D1));
            schedule.Ask(stale, new MoveStep(schedule.Home(D1), schedule.Home(C1)));
            // Its lease has run out, and the activation that has taken over is loaded, without what is under way.
            schedule.Cluster.HeldCommit!();
            schedule.Drain();
            schedule.Full(C1, D1); // where the winner has taken the device in, it asks nobody
            return schedule.End();
        });

    [Fact]
    public void H12_neighbours_are_reported_beyond_first_sight() =>
        Holds("its row says otherwise", static rules => rules with { ReportEachChange = false }, static rules =>
        {
            var schedule = new Schedule(rules, 2, C1, C2, D1);
            schedule.Full(C1, D1);
            schedule.Full(C2, D1);
            return schedule.End();
        });
}
