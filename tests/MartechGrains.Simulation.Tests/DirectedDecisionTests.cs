using MartechGrains.Core.Curation;
using MartechGrains.Core.Events;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Routing;
using MartechGrains.Simulation.Tests.Checks;
using MartechGrains.Simulation.Tests.Kernel;
using Xunit;
using static MartechGrains.Simulation.Tests.Checks.Names;
using static MartechGrains.Simulation.Tests.Checks.WrittenOut;

namespace MartechGrains.Simulation.Tests;

/// <summary>Schedules about retractions and decisions that break a promise without a rule.</summary>
public class DirectedDecisionTests
{
    [Fact]
    public void H14_two_attempts_meet_though_one_value_links_again_while_another_becomes_generic() =>
        Holds("counts in", static rules => rules with { Rendezvous = false }, static rules => TwoTurns(rules));

    [Fact]
    public void H28_two_attempts_meet_though_the_policy_ranks_their_identifiers_otherwise() =>
        Holds("counts in", static rules => rules with { RendezvousBySmallestKey = false }, static rules =>
            TwoTurns(rules, static schedule =>
                schedule.Cluster.Publish(Scenario.LaterPolicy(2, 2, isMailWeakest: true))));

    [Fact]
    public void H15_a_late_copy_of_a_retracted_event_counts_for_nothing() =>
        Holds("nobody has undone", static rules => rules with { RetractionsStay = false }, static rules =>
        {
            var schedule = new Schedule(rules, 0, C1, D1);
            var e = schedule.Event(C1, D1);
            var late = schedule.Try(e).Until<ApplyStep>();
            schedule.Full(e);
            schedule.Retract(e);
            schedule.Send(late);
            return schedule.End();
        });

    [Fact]
    public void H16_a_retraction_may_overtake_its_event() =>
        Holds("decision lost", static rules => rules with { RetractionsAreRouted = false }, static rules =>
        {
            var schedule = new Schedule(rules, 0, C1, D1);
            var e = schedule.Event(C1, D1);
            schedule.Retract(e);
            schedule.Full(e);
            return schedule.End();
        });

    [Fact]
    public void H17_a_retraction_moves_with_its_home() =>
        Holds("decision lost", static rules => rules with { DecisionsTravel = false }, static rules =>
        {
            var schedule = new Schedule(rules, 0, C1, M1);
            var e = schedule.Full(M1);
            schedule.Retract(e);
            schedule.Full(C1);
            schedule.Full(C1, M1);
            schedule.Full(e);
            return schedule.End();
        });

    [Fact]
    public void H18_the_carriers_of_a_value_that_links_again_are_united() =>
        Holds("is in", static rules => rules with { UniteCarriers = false }, static rules =>
        {
            var schedule = new Schedule(rules, 2, C3, C4, M0, D1);
            schedule.Full(C3, D1);
            schedule.Full(C4, D1);
            schedule.Full(M0, D1);
            schedule.MakeLinkable(D1);
            return schedule.End();
        });

    [Fact]
    public void H21_a_late_word_that_a_carrier_was_told_does_not_count_for_uniting_it() =>
        Holds("is in", static rules => rules with { HandledForEpoch = false }, static rules =>
        {
            var schedule = new Schedule(rules, 2, C1, C2, C3, D1);
            schedule.Full(C1, D1);
            schedule.Full(C2, D1); // generic
            schedule.Full(C3, D1);
            Decide(schedule, "first").After<DecideValueStep>();
            var late = Decide(schedule, "first", undo: true).Until<HandledStep>();
            Decide(schedule, "second").After<DecideValueStep>();
            schedule.Send(late);
            return schedule.End();
        });

    [Fact]
    public void H22_a_value_that_links_again_is_inert_for_lookups_until_its_carriers_are_one() =>
        Holds("read your writes", static rules => rules with { InertUntilUnited = false }, static rules =>
        {
            // More than somebody unites who comes by with an event.
            Identifier[] many = [.. Enumerable.Range(10, 12).Select(number => Scenario.Mail($"{number}"))];
            var schedule = new Schedule(rules, 2, 1, [M1, C1, C2, D1, .. many]);
            schedule.Full(C1, D1);
            schedule.Full(C2, D1); // generic
            schedule.Full(M1);
            var last = many.Select(mail => schedule.Full(mail, D1)).ToArray()[^1];
            Decide(schedule, "begun").After<DecideValueStep>();
            schedule.Full(M1, D1);
            schedule.ReadBack(last);
            return schedule.End();
        });

    [Fact]
    public void H23_a_view_does_not_link_what_a_cannot_link_elsewhere_may_keep_apart() =>
        Holds("is not seen", static rules => rules with { ViewsLinkConfirmedOnly = false }, static rules =>
        {
            var schedule = new Schedule(rules, 0, C1, M1, D1);
            schedule.Full(C1);
            schedule.Full(M1);
            schedule.Full(D1);
            var apart = schedule.Link(DecisionKind.CannotLink, M1, D1);
            schedule.Try(schedule.Event(C1, M1)).After<ApplyStep>();
            schedule.Try(schedule.Event(C1, D1)).After<ApplyStep>();
            schedule.SeeApart(apart);
            return schedule.End();
        });

    [Fact]
    public void H24_one_end_of_a_cannot_link_is_enough_for_views_to_see_it() =>
        Holds(
            "is not seen",
            static rules => rules with { CannotLinkAtBothEnds = false, ViewsLinkConfirmedOnly = false },
            static rules => CannotLinkAtOneEnd(rules));

    [Fact]
    public void A_cannot_link_that_only_one_end_keeps_holds_by_the_rule_of_views() =>
        Assert.Empty(CannotLinkAtOneEnd(Rules.All with { CannotLinkAtBothEnds = false }));

    [Fact]
    public void H25_a_decision_moves_with_its_home() =>
        Holds("decision lost", static rules => rules with { DecisionsTravel = false }, static rules =>
        {
            var schedule = new Schedule(rules, 0, C1, M1, D1);
            schedule.Full(C1);
            schedule.Full(M1);
            schedule.Full(D1);
            schedule.Link(DecisionKind.CannotLink, M1, D1);
            schedule.Full(C1, M1);
            schedule.Full(C1, D1);
            return schedule.End();
        });

    [Fact]
    public void H26_what_is_undone_before_it_is_made_stays_undone() =>
        Holds("undoing lost", static rules => rules with { UndoneStays = false }, static rules =>
        {
            var schedule = new Schedule(rules, 0, M1, D1);
            schedule.Full(M1);
            schedule.Full(D1);
            var decision = Grains.Operator.Link(
                schedule.Cluster.World, DecisionKind.CannotLink, M1, D1, $"{DecisionKind.CannotLink} {M1} {D1}");
            schedule.Undo(decision);
            schedule.Link(DecisionKind.CannotLink, M1, D1);
            schedule.Full(M1, D1);
            return schedule.End();
        });

    [Fact]
    public void H27_a_must_link_brings_its_ends_together_though_no_event_does() =>
        Holds("missing: profile", static rules => rules with { MustLinksJoinBothEnds = false }, static rules =>
        {
            var schedule = new Schedule(rules, 0, M1, D1);
            schedule.Full(M1);
            schedule.Full(D1);
            schedule.Link(DecisionKind.MustLink, M1, D1);
            return schedule.End();
        });

    [Fact]
    public void What_a_pointer_will_not_repeat_is_journaled_before_it_is_confirmed() =>
        Holds("has the wrong flag", static rules => rules with { JournalBeforeConfirming = false }, static rules =>
        {
            var schedule = new Schedule(rules, 2, C1, C2, D1);
            schedule.Full(C1, D1);
            schedule.Full(C2, D1); // generic
            var linkable = Decide(schedule, "linkable");
            linkable.Until<ConfirmStep>();
            schedule.Cluster.LoseNextCommitOf = Address.Of(schedule.Home(C1));
            linkable.Rest();
            return schedule.End();
        });

    private static Attempt Decide(Schedule schedule, string id, bool undo = false)
    {
        var decision = new LinkableDecision(
            DecisionId.Of(id), Grains.Operator.Act, undo ? Grains.Operator.Act : null);
        return schedule.Try(turn => Grains.Operator.DecideValue(turn, schedule.Key(D1), decision));
    }

    private static IReadOnlyList<string> TwoTurns(Rules rules, Action<Schedule>? between = null)
    {
        var schedule = new Schedule(rules, 2, C1, C2, C3, C4, M0, D1);
        var e = schedule.Event(M0, D1);
        schedule.Full(C3, D1);
        schedule.Full(C4, D1); // the device is generic
        schedule.Try(e).After<ApplyStep>();
        schedule.Operator.MakeLinkable(D1, "turn", undo: false);
        schedule.Drain();
        schedule.Full(C1, M0);
        schedule.Full(C2, M0); // the mail address is generic, the device links
        between?.Invoke(schedule);
        schedule.Full(e);
        schedule.Operator.MakeLinkable(D1, "turn", undo: true);
        return schedule.End();
    }

    private static IReadOnlyList<string> CannotLinkAtOneEnd(Rules rules)
    {
        var schedule = new Schedule(rules, 0, D1, M1);
        schedule.Full(M1);
        schedule.Full(D1);
        var apart = schedule.Link(DecisionKind.CannotLink, M1, D1);
        schedule.Try(schedule.Event(M1, D1)).After<ApplyStep>();
        schedule.SeeApart(apart);
        return schedule.End();
    }
}
