using MartechGrains.Core.Homes.Messages;
using MartechGrains.Core.Routing;
using MartechGrains.Simulation.Tests.Kernel;

namespace MartechGrains.Simulation.Tests.Grains;

/// <summary>Finds in the store what nobody drives any more, and drives it (rule H9).</summary>
internal sealed class Sweep(Cluster cluster, Tasks tasks)
{
    /// <summary>More rounds than any backlog needs: each drives all that is open.</summary>
    private const int MaxRounds = 8;

    /// <summary>Sweeps until nothing is left. False where something stays.</summary>
    public bool Run(int bound)
    {
        for (var round = 0; round < MaxRounds; round++)
        {
            var work = Find();
            if (work.Count == 0) return true;
            foreach (var task in work) tasks.Start(task);
            if (!cluster.Scheduler.Drain(bound)) return false;
        }

        return Find().Count == 0;
    }

    private List<Func<Turn, IEnumerable<Effect>>> Find()
    {
        var work = new List<Func<Turn, IEnumerable<Effect>>>();
        foreach (var home in cluster.Store.Homes.Order())
        {
            var state = cluster.Store.Folded.At(home).State;
            var isMoving = state.Gate.Status == HomeStatus.Moving;
            if ((isMoving && cluster.Rules.SweepMoving) || (state.Gate.IsOpen && state.Joins.HasOpen))
                work.Add(turn => Scripts.Run(turn, CompleteHomeRoutine.Of(home)));
        }

        foreach (var (key, row) in cluster.Store.Pointers.OrderBy(pair => pair.Key))
            if (row.IsUnsettled)
                work.Add(turn => Scripts.Run(turn, new CompleteValueRoutine(key, null, int.MaxValue)));
        return work;
    }
}
