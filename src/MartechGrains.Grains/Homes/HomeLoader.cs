using MartechGrains.Core.Homes.Machine;
using MartechGrains.Core.Homes.State;
using MartechGrains.Core.Identity;
using MartechGrains.Grains.Registry;

namespace MartechGrains.Grains.Homes;

/// <summary>
/// Loads homes from the store, as their machines do when they are activated, for readers that want the evidence itself
/// and not what it comes to. Nothing is activated.
/// </summary>
public sealed class HomeLoader(HomeJournals journals, PolicyCache policies)
{
    /// <summary>A home as it is on disk.</summary>
    public async Task<HomeState> LoadAsync(HomeId home, CancellationToken cancellationToken)
    {
        var machine = new HomeMachine(home);
        var journal = journals.Of(home);
        machine.Observe(new HomeSurroundings(
            default, await policies.ReadyAsync(cancellationToken), HoldsLease: true));
        foreach (var effect in machine.Activate())
        {
            switch (effect)
            {
                case AwaitLeaseEffect:
                    break; // Nothing is answered in the home's name.
                case ReadRowsEffect read:
                    await journal.ReadAsync(read, cancellationToken);
                    break;
                case ReadSnapshotEffect find:
                    await journal.FindSnapshotAsync(find, cancellationToken);
                    break;
                case LearnPolicyEffect learn:
                    learn.Reply = await policies.WithVersionAsync(learn.Version, cancellationToken);
                    break;
                default:
                    throw new InvalidOperationException($"No home is loaded by {effect.GetType().Name}.");
            }
        }
        return machine.Committed.State;
    }
}
