using MartechGrains.Core.Curation;
using MartechGrains.Core.Events;
using MartechGrains.Core.Routing;
using MartechGrains.Simulation.Tests.Checks;
using MartechGrains.Simulation.Tests.Kernel;
using Xunit;
using static MartechGrains.Simulation.Tests.Checks.Names;
using static MartechGrains.Simulation.Tests.Checks.WrittenOut;

namespace MartechGrains.Simulation.Tests;

/// <summary>Schedules about a policy that changes while events flow.</summary>
public class DirectedPolicyTests
{
    [Fact]
    public void H20_a_value_may_link_again_though_a_home_that_has_moved_never_speaks_again() =>
        Holds(
            "inert, its row says otherwise", static rules => rules with { SupersedeReports = false }, static rules =>
        {
            var schedule = new Schedule(rules, 2, C1, C2, C3, D1);
            schedule.Full(C1, D1);
            schedule.Full(C2, D1); // generic
            schedule.Full(C3, D1);
            schedule.Link(DecisionKind.MustLink, C1, C3); // their homes unite, though a limit keeps them apart
            schedule.ChangePolicy(Scenario.LaterPolicy(2, 4));
            return schedule.End();
        });

    [Fact]
    public void H29_a_value_links_again_only_when_all_its_carriers_have_spoken()
    {
        Assert.Equal(0, UnionsByRaising(Rules.All));
        Assert.NotEqual(0, UnionsByRaising(Rules.All with { JudgeWhenAllHaveSpoken = false }));

        static int UnionsByRaising(Rules rules)
        {
            var schedule = new Schedule(rules, 2, C1, C2, C3, C4, D1);
            schedule.Full(C1, D1);
            schedule.Full(C2, D1); // generic
            schedule.Full(C3, D1);
            schedule.Full(C4, D1);
            var before = schedule.Unions;
            schedule.ChangePolicy(Scenario.LaterPolicy(2, 4));
            Assert.Empty(schedule.End());
            return schedule.Unions - before;
        }
    }

    [Fact]
    public void H30_a_home_tells_of_more_neighbours_under_a_higher_threshold() =>
        Holds(
            "inert, its row says otherwise", static rules => rules with { ReportUnderNewPolicy = false },
            static rules =>
        {
            var schedule = new Schedule(rules, 2, C1, C2, C3, M1, D1);
            schedule.Full(C1, D1);
            schedule.Full(C2, D1); // generic
            schedule.ChangePolicy(Scenario.LaterPolicy(2, 3));
            return schedule.End();
        });

    [Fact]
    public void H31_a_value_becomes_generic_by_a_lower_threshold_though_no_event_comes_by() =>
        Holds(
            "inert, its row says otherwise", static rules => rules with { ReportUnderNewPolicy = false },
            static rules =>
        {
            var schedule = new Schedule(rules, 3, C1, C2, D1);
            schedule.Full(C1, D1);
            schedule.Full(C2, D1);
            schedule.ChangePolicy(Scenario.LaterPolicy(2, 2));
            return schedule.End();
        });

    [Fact]
    public void H32_a_late_word_under_the_old_policy_does_not_bring_it_back() =>
        Holds(
            "inert, its row says otherwise", static rules => rules with { NewestPolicyStands = false }, static rules =>
        {
            var schedule = new Schedule(rules, 2, C1, C2, D1);
            schedule.Full(C1, D1);
            var late = schedule.Try(schedule.Event(C2, D1))
                .Until<JoinStep>(join => join.Requests.Any(one => one.Join.Identifier == schedule.Key(D1)));
            schedule.Full(C2, D1);
            schedule.ChangePolicy(Scenario.LaterPolicy(2, 3));
            schedule.Send(late, Address.Of(schedule.Key(D1)));
            return schedule.End();
        });

    [Fact]
    public void H33_a_carrier_without_neighbours_counts_as_having_spoken_under_the_policy_it_joins_with() =>
        Holds(
            "inert, its row says otherwise", static rules => rules with { JoinsCarryPolicy = false }, static rules =>
        {
            var schedule = new Schedule(rules, 2, C1, C2, M0, D1);
            schedule.Full(C1, D1);
            schedule.Full(C2, D1); // generic
            schedule.Full(M0);
            schedule.ChangePolicy(Scenario.LaterPolicy(2, 3), M0);
            schedule.Full(M0, D1);
            schedule.ChangePolicy(Scenario.LaterPolicy(2, 3), C1, C2);
            return schedule.End();
        });
}
