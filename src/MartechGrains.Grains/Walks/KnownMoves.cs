using MartechGrains.Core.Homes.State;
using MartechGrains.Core.Identity;
using MartechGrains.Grains.Damage;
using MartechGrains.Grains.Homes;

namespace MartechGrains.Grains.Walks;

/// <summary>Where homes have moved to: a bounded number of them is remembered, others are looked up again.</summary>
internal sealed class KnownMoves(HomeLoader loader)
{
    /// <summary>Most homes remembered.</summary>
    public const int MaxHomes = 65_536;

    private readonly Dictionary<HomeId, HomeId?> _targets = [];

    /// <summary>Remembers whether and where a home has moved.</summary>
    public void Learn(HomeState state)
    {
        if (_targets.Count >= MaxHomes) _targets.Clear();
        _targets[state.Id] = state.MovedTo;
    }

    /// <summary>The home that has the evidence of another by now, which may be itself.</summary>
    public async ValueTask<HomeId> FollowAsync(HomeId home, CancellationToken cancellationToken)
    {
        // Homes move to smaller ids only, so this ends.
        while (true)
        {
            if (!_targets.TryGetValue(home, out var target))
            {
                try
                {
                    var state = await loader.LoadAsync(home, cancellationToken);
                    Learn(state);
                    target = state.MovedTo;
                }
                catch (HomeDamagedException)
                {
                    // Where it has moved to, if it has, cannot be known. Whoever goes through all homes meets it too.
                    return home;
                }
            }
            if (target is not { } next) return home;
            home = next;
        }
    }
}
