using System.Collections.Immutable;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Profiles;
using MartechGrains.Core.Protocol;
using MartechGrains.Simulation.Tests.Checks;
using MartechGrains.Simulation.Tests.Kernel;
using Xunit;
using static MartechGrains.Simulation.Tests.Checks.Names;

namespace MartechGrains.Simulation.Tests;

/// <summary>Rules about late messages that no schedule can show as long as nothing is ever taken back.</summary>
public class IdentifierRowTests
{
    [Fact]
    public void H19_a_late_report_changes_nothing()
    {
        var row = Reported(null, 2, [], C1, C2);
        Assert.Same(row, Reported(row, 1, [], C1));
        Assert.Same(row, Reported(row, 2, [], C1));
    }

    [Fact]
    public void H20_a_report_of_a_home_that_has_moved_counts_no_more()
    {
        var loser = new HomeId(new IdentifierKey(9));
        var row = Reported(null, 5, [loser], C1);
        var late = Reported(row, 7, [], loser, C2);
        Assert.False(late.Generic);
        Assert.Equal(IdentifierState.Superseded, late.Reports[loser].Version);
        Assert.Empty(late.Reports[loser].Neighbours);
    }

    [Fact]
    public void H21_a_late_word_of_an_older_epoch_clears_no_to_do()
    {
        var home = new HomeId(new IdentifierKey(1));
        var row = IdentifierState.Claimed(home) with { Epoch = 2, Generic = true, ToDo = [home] };
        Assert.Same(row, IdentifierDecisions.Notified(row, home, 1));
        Assert.Empty(IdentifierDecisions.Notified(row, home, 2).ToDo);
    }

    private static IdentifierState Reported(
        IdentifierState? row, int version, ImmutableArray<HomeId> superseded, params Identifier[] neighbours) =>
        Reported(row, version, superseded, new HomeId(new IdentifierKey(1)), neighbours);

    private static IdentifierState Reported(
        IdentifierState? row, int version, ImmutableArray<HomeId> superseded, HomeId home,
        params Identifier[] neighbours)
    {
        var world = World.InOrder(C1, C2, C3, D1);
        var report = new NeighbourReport(home, version,
            [.. neighbours.Select(neighbour => new Neighbour(neighbour.Namespace, world.KeyOf(neighbour))).Order()],
            superseded);
        var join = new OpenJoin(world.KeyOf(D1), D1.Namespace, false, false, report);
        return IdentifierDecisions.Join(row, new JoinRequest(home, join, 1), Scenario.PolicyWith(3));
    }
}
