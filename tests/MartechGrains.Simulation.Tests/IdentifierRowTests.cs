using System.Collections.Immutable;
using MartechGrains.Core.Events;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Pointers;
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
        Assert.False(late.Inert);
        Assert.True(late.Carriers[loser].IsSuperseded);
        Assert.Empty(late.Carriers[loser].Neighbours);
    }

    [Fact]
    public void H21_a_late_word_of_an_older_epoch_clears_no_to_do()
    {
        var (home, other) = (new HomeId(new IdentifierKey(1)), new HomeId(new IdentifierKey(2)));
        var row = Reported(Reported(null, 1, [], home, C1), 1, [], other, C2);
        row = Reported(row, 2, [], other, C2, C3);
        Assert.Equal<HomeId>([home, other], row.Reply().ToDo);
        Assert.Same(row, PointerRules.Handled(row, [home], row.Epoch - 1).State);
        Assert.Equal<HomeId>([other], PointerRules.Handled(row, [home], row.Epoch).State.Reply().ToDo);
    }

    private static PointerState Reported(
        PointerState? row, int version, ImmutableArray<HomeId> superseded, params Identifier[] neighbours) =>
        Reported(row, version, superseded, new HomeId(new IdentifierKey(1)), neighbours);

    private static PointerState Reported(
        PointerState? row, int version, ImmutableArray<HomeId> superseded, HomeId home,
        params Identifier[] neighbours)
    {
        var world = World.InOrder(C1, C2, C3, D1);
        var report = new NeighbourReport(home, version,
            [.. neighbours.Select(neighbour => new Neighbour(neighbour.Namespace, world.KeyOf(neighbour))).Order()],
            superseded);
        var rule = ValueRule.Of(Scenario.PolicyWith(3), D1);
        var join = new OpenJoin(world.KeyOf(D1), false, false, report, rule);
        return PointerRules.Join(row, new JoinRequest(home, join)).State;
    }
}
