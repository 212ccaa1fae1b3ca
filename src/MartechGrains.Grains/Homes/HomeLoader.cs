using MartechGrains.Core.Profiles;
using MartechGrains.Journal.Entries;

namespace MartechGrains.Grains.Homes;

/// <summary>A home as its journal says.</summary>
/// <param name="State">The fold.</param>
/// <param name="Codec">Ready to encode what follows.</param>
public sealed record LoadedHome(HomeState State, HomeCodec Codec);

/// <summary>Folds journals into homes, following references to absorbed homes.</summary>
public sealed class HomeLoader(HomeServices services)
{
    /// <summary>Longest chain of homes absorbed within homes that is followed.</summary>
    public const int MaxDepth = 256;

    /// <summary>Loads a home up to its head.</summary>
    public async Task<LoadedHome> LoadAsync(HomeId home, CancellationToken cancellationToken)
    {
        var (loaded, _) = await FoldAsync(home, int.MaxValue, collect: false, 0, cancellationToken);
        loaded.State.Joins.MarkRecovered();
        return loaded;
    }

    /// <summary>Loads a loser up to the head at which it moved, with all events it holds.</summary>
    public async Task<AbsorbedHome> LoadAbsorbedAsync(HomeId loser, int head, CancellationToken cancellationToken)
    {
        var (loaded, events) = await FoldAsync(loser, head, collect: true, 0, cancellationToken);
        return new AbsorbedHome(loaded.State, events);
    }

    private async Task<(LoadedHome Home, List<EventApplied> Events)> FoldAsync(
        HomeId home, int toSeq, bool collect, int depth, CancellationToken cancellationToken)
    {
        if (depth > MaxDepth)
            throw new InvalidOperationException($"Home {home} lies deeper than {MaxDepth} absorptions.");
        var state = new HomeState(home, services.Policy);
        var codec = services.CodecOf(home);
        var events = new List<EventApplied>();
        await foreach (var row in services.Store.ReadHomeAsync(home, 1, toSeq, cancellationToken))
        {
            var entry = codec.Decode(row);
            AbsorbedHome? absorbed = null;
            if (entry is HomeAbsorbed absorption)
            {
                var (loser, theirs) = await FoldAsync(
                    absorption.Loser, absorption.Head, collect: true, depth + 1, cancellationToken);
                absorbed = new AbsorbedHome(loser.State, theirs);
                if (collect) events.AddRange(theirs);
            }
            else if (collect && entry is EventApplied applied)
            {
                events.Add(applied);
            }
            state.Fold(entry, absorbed);
        }
        return (new LoadedHome(state, codec), events);
    }
}
