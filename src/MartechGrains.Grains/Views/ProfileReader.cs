using MartechGrains.Core.Homes.Views;
using MartechGrains.Core.Identity;
using MartechGrains.Grains.Homes;
using MartechGrains.Grains.Routing;

namespace MartechGrains.Grains.Views;

/// <summary>
/// Finds the committed profile of an identifier: in this silo's live views, else at its home. A lookup that begins
/// after an acknowledgement sees what was acknowledged, or fails.
/// </summary>
public sealed class ProfileReader(
    ProtocolGrains grains, LiveViews views, PointerDirectory pointers, ProtocolDriver driver)
{
    /// <summary>Most homes a lookup is sent on to, and most times it finishes what a crash left open.</summary>
    public const int MaxHops = 64;

    /// <summary>
    /// The profile of an identifier, or null if nothing is known of it. Unknown identifiers activate no grain.
    /// </summary>
    /// <exception cref="GrainReloadException">The home could not be read.</exception>
    public ValueTask<LiveView?> FindAsync(IdentifierKey identifier, CancellationToken cancellationToken) =>
        views.TryGet(identifier, out var view) ? new(view) : new(FindAtHomeAsync(identifier, cancellationToken));

    /// <summary>The view of the home that speaks for an identifier, or null.</summary>
    public Task<HomeView?> FindHomeAsync(IdentifierKey identifier, CancellationToken cancellationToken) =>
        Attempts.RunAsync(
            () => FindOnceAsync(identifier, cancellationToken), () => pointers.Forget([identifier]));

    private async Task<HomeView?> FindOnceAsync(IdentifierKey identifier, CancellationToken cancellationToken)
    {
        var found = await pointers.FindAsync([identifier], cancellationToken);
        if (!found.TryGetValue(identifier, out var pointer) || pointer.Home is not { } home) return null;
        for (var hop = 0; hop < MaxHops; hop++)
        {
            var reading = (await grains.Home(home).Read()).Value;
            if (reading.View is { } view)
            {
                if (hop > 0) pointers.LearnHome(identifier, home);
                return view;
            }
            if (reading.MovedTo is { } moved) home = moved;
            else await driver.JoinAsync(home, reading.Unfinished);
        }
        throw new GrainReloadException($"A lookup of {identifier} was sent on {MaxHops} times, last to home {home}.");
    }

    private async Task<LiveView?> FindAtHomeAsync(IdentifierKey identifier, CancellationToken cancellationToken)
    {
        if (await FindHomeAsync(identifier, cancellationToken) is not { } home) return null;
        if (views.TryGet(identifier, out var live) && ReferenceEquals(live.Home, home)) return live;
        return home.Find(identifier) is { } profile ? new LiveView(home, profile) : null;
    }
}
