using MartechGrains.Core.Homes.Messages;
using MartechGrains.Core.Identity;
using MartechGrains.Simulation.Tests.Kernel;

namespace MartechGrains.Simulation.Tests.Grains;

/// <summary>Finds in the store what nobody drives any more, and drives it (rule H9).</summary>
internal sealed class Sweep(Cluster cluster, Tasks tasks)
{
    /// <summary>More rounds than any backlog needs: each drives all that is open.</summary>
    private const int MaxRounds = 8;
    private readonly JoinDriver _joins = new(cluster);

    /// <summary>Sweeps until nothing is left. False where something stays.</summary>
    public bool Run(int bound)
    {
        for (var round = 0; round < MaxRounds; round++)
        {
            var work = Find();
            if (work.Count == 0) return true;
            foreach (var (turn, task) in work) tasks.Start(turn, task);
            if (!cluster.Scheduler.Drain(bound)) return false;
        }

        return Find().Count == 0;
    }

    private List<(Turn Turn, IEnumerable<Effect> Task)> Find()
    {
        var work = new List<(Turn, IEnumerable<Effect>)>();
        foreach (var home in cluster.Store.Homes.Order())
        {
            var state = cluster.Store.Load(home).State;
            var turn = new Turn();
            if (state.Gate.Standing == HomeStatus.Moving && cluster.Rules.SweepMoving)
                work.Add((turn, Move(turn, home, state.Gate.Target)));
            else if (state.Gate.IsOpen && state.Joins.HasOpen)
                work.Add((turn, _joins.JoinAll(turn, home)));
        }

        foreach (var (key, row) in cluster.Store.Rows.OrderBy(pair => pair.Key))
        {
            var turn = new Turn();
            if (row.IsUnsettled) work.Add((turn, _joins.Settle(turn, key)));
        }

        return work;
    }

    private static IEnumerable<Effect> Move(Turn turn, HomeId home, HomeId winner)
    {
        yield return new CallEffect(Address.Of(home), new MoveRequest(winner));
        if (turn.Failed) yield break;
    }
}
