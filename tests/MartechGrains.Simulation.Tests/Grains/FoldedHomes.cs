using MartechGrains.Core.Homes.Machine;
using MartechGrains.Core.Homes.State;
using MartechGrains.Core.Homes.Views;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Identity.Policy;
using MartechGrains.Core.Identity.Resolution;
using MartechGrains.Simulation.Tests.Kernel;

namespace MartechGrains.Simulation.Tests.Grains;

/// <summary>
/// What homes are by their journals alone, folded from the first row on: what checks compare answers with. A home is
/// folded once for all that ask one after the other about the same row.
/// </summary>
internal sealed class FoldedHomes(Cluster cluster)
{
    private readonly Dictionary<HomeId, FoldedHome> _last = [];

    /// <summary>A home as its journal says up to <paramref name="head"/>; not to be changed.</summary>
    public FoldedHome At(HomeId home, int head = int.MaxValue)
    {
        head = Math.Min(head, cluster.Store.HeadOf(home));
        if (_last.TryGetValue(home, out var known) && known.State.Seq == head && known.Policies == cluster.Policies)
            return known;
        var folded = new FoldedHome(Fold(home, head), cluster.Policies);
        _last[home] = folded;
        return folded;
    }

    private HomeState Fold(HomeId home, int head)
    {
        var machine = HomeMachines.With(cluster.Rules, home);
        machine.Observe(new HomeSurroundings(default, cluster.Policies, HoldsLease: true));
        foreach (var effect in machine.Activate())
        {
            switch (effect)
            {
                case ReadRowsEffect read:
                    read.Reply = cluster.Store.Rows(read, home, head);
                    break;
                case LearnPolicyEffect learn:
                    learn.Reply = cluster.Policies;
                    break;
                default:
                    break;
            }
        }

        return machine.State;
    }
}

/// <summary>A home by its journal up to some row.</summary>
/// <param name="state">The fold.</param>
/// <param name="policies">The versions of the policy that were known then.</param>
internal sealed class FoldedHome(HomeState state, IdentityPolicies policies)
{
    private ResolvedPartition? _shown;
    private ResolvedPartition? _whole;

    public HomeState State { get; } = state;

    public IdentityPolicies Policies { get; } = policies;

    /// <summary>How its evidence is resolved.</summary>
    /// <param name="withOpenJoins">Whether identifiers link whose joins are open.</param>
    public ResolvedPartition Resolve(bool withOpenJoins) => withOpenJoins
        ? _whole ??= ProfileAssembly.InputOf(State, withOpenJoins: true).Resolve()
        : _shown ??= ProfileAssembly.InputOf(State).Resolve();
}
