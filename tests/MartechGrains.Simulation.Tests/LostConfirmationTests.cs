using MartechGrains.Core.Events;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Routing;
using MartechGrains.Simulation.Tests.Checks;
using MartechGrains.Simulation.Tests.Kernel;
using Xunit;
using static MartechGrains.Simulation.Tests.Checks.Names;
using static MartechGrains.Simulation.Tests.Checks.WrittenOut;

namespace MartechGrains.Simulation.Tests;

/// <summary>Homes answer confirmations on their way to disk. What is acknowledged then stays readable.</summary>
public class LostConfirmationTests
{
    [Fact]
    public void A_confirmation_lost_in_a_crash_hides_nothing_from_reads() =>
        Holds("not linked", static rules => rules with { RecoverBeforeRead = false }, static rules =>
        {
            var schedule = new Schedule(rules, 0, C1, D1);
            var e = schedule.Event(C1, D1);
            AcknowledgeAheadOfALostCommit(schedule, e, C1);
            schedule.ReadBack(e);
            return schedule.End();
        });

    [Fact]
    public void A_confirmation_lost_in_a_crash_hides_nothing_from_reads_after_a_union_either() =>
        Holds("not linked", static rules => rules with { RecoverBeforeRead = false }, static rules =>
        {
            var schedule = new Schedule(rules, 0, C1, D1, M1);
            schedule.Full(C1);
            schedule.Full(D1);
            var e = schedule.Event(D1, M1);
            AcknowledgeAheadOfALostCommit(schedule, e, D1);
            schedule.Full(C1, D1);
            schedule.ReadBack(e);
            return schedule.End();
        });

    [Fact]
    public void A_stale_activation_of_a_home_confirms_nothing_it_did_not_open()
    {
        var schedule = new Schedule(Rules.All, 0, C1, D1);
        var stale = schedule.Cluster.ActivateUnknown(Address.Of(schedule.Home(C1)));
        var e = schedule.Event(C1, D1);
        var confirm = schedule.Try(e).Until<ConfirmStep>();
        Assert.False(schedule.Ask(stale, confirm));
        var fresh = schedule.Cluster.ActivateUnknown(Address.Of(schedule.Home(C1)));
        schedule.Full(D1); // the first activation writes on
        Assert.False(schedule.Ask(fresh, confirm));
        schedule.Full(e);
        Assert.Empty(schedule.End());
    }

    /// <summary>The home answers the confirmation on its way to disk, and crashes before it is there.</summary>
    private static void AcknowledgeAheadOfALostCommit(
        Schedule schedule, CanonicalEvent e, Identifier home)
    {
        var attempt = schedule.Try(e);
        attempt.Until<ConfirmStep>();
        schedule.Cluster.LoseNextCommitOf = Address.Of(schedule.Home(home));
        Assert.True(attempt.Rest());
        Assert.Null(schedule.Cluster.LoseNextCommitOf);
        schedule.Acknowledge(e);
    }
}
