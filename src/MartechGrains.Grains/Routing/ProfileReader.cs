using MartechGrains.Core.Homes.Views;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Routing;
using MartechGrains.Grains.Views;

namespace MartechGrains.Grains.Routing;

/// <summary>
/// Finds the committed profile of an identifier: in this silo's live views, else at its home. A lookup that begins
/// after an acknowledgement sees what was acknowledged, or fails.
/// </summary>
public sealed class ProfileReader(
    LiveViews views, PointerDirectory pointers, RouterExecutor executor, Attempts attempts)
{
    /// <summary>
    /// The profile of an identifier, or null if nothing is known of it. Unknown identifiers activate no grain.
    /// </summary>
    /// <exception cref="GrainReloadException">The home could not be read.</exception>
    public ValueTask<LiveView?> FindAsync(IdentifierKey identifier, CancellationToken cancellationToken) =>
        views.TryGet(identifier, out var view) ? new(view) : new(FindAtHomeAsync(identifier, cancellationToken));

    /// <summary>The view of the home that speaks for an identifier, or null.</summary>
    public Task<HomeView?> FindHomeAsync(IdentifierKey identifier, CancellationToken cancellationToken) =>
        attempts.RunAsync(
            async () => await executor.RunAsync(new ReadRoutine(identifier), cancellationToken),
            () => pointers.Forget([identifier]), cancellationToken);

    private async Task<LiveView?> FindAtHomeAsync(IdentifierKey identifier, CancellationToken cancellationToken)
    {
        if (await FindHomeAsync(identifier, cancellationToken) is not { } home) return null;
        if (views.TryGet(identifier, out var live) && ReferenceEquals(live.Home, home)) return live;
        return home.Find(identifier) is { } profile ? new LiveView(home, profile) : null;
    }
}
