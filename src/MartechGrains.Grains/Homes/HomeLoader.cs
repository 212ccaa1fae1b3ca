using MartechGrains.Core.Homes.State;
using MartechGrains.Core.Identity;
using MartechGrains.Journal.Contracts;
using MartechGrains.Journal.Entries;

namespace MartechGrains.Grains.Homes;

/// <summary>A home as its journal says.</summary>
/// <param name="State">The fold.</param>
/// <param name="Codec">Ready to encode what follows.</param>
/// <param name="SnapshotSeq">The row of the snapshot it was loaded from; 0 for none.</param>
public sealed record LoadedHome(HomeState State, HomeCodec Codec, int SnapshotSeq = 0);

/// <summary>
/// Folds journals into homes, from their snapshots where they have one, following references to absorbed homes.
/// </summary>
public sealed class HomeLoader(HomeServices services, HomeSnapshots snapshots)
{
    /// <summary>Longest chain of homes absorbed within homes that is followed.</summary>
    public const int MaxDepth = 256;

    /// <summary>Loads a home up to its head.</summary>
    public async Task<LoadedHome> LoadAsync(HomeId home, CancellationToken cancellationToken)
    {
        // Most homes are new or small: they must not pay for looking for a snapshot that they cannot have.
        var first = await services.Reads.ReadBeginningAsync(home, cancellationToken);
        var mayBeCovered = first.Count == SnapshotPace.MinUncovered;
        var loaded = mayBeCovered ? await LoadCoveredAsync(home, cancellationToken) : null;
        if (loaded is null)
        {
            loaded = await NewHomeAsync(home, cancellationToken);
            foreach (var row in first) await FoldAsync(loaded, row, null, 0, cancellationToken);
            if (mayBeCovered) await FoldAllAsync(loaded, int.MaxValue, null, 0, cancellationToken);
        }
        if (loaded.State.Ledger.IsStale) await RefoldAsync(loaded.State, null, cancellationToken);
        loaded.State.Joins.MarkRecovered();
        return loaded;
    }

    /// <summary>
    /// Loads a loser up to the head at which it moved, with all events it holds: these are in its journal alone.
    /// </summary>
    public async Task<AbsorbedHome> LoadAbsorbedAsync(HomeId loser, int head, CancellationToken cancellationToken)
    {
        var absorbed = await LoadAbsorbedAsync(loser, head, 0, cancellationToken);
        if (absorbed.State.Ledger.IsStale)
            absorbed.State.Ledger.Refold(
                absorbed.Events.Select(static applied => (applied, Seq: 0)), absorbed.State.Decisions);
        return absorbed;
    }

    /// <summary>
    /// Folds anew the groups of a home that retractions have made stale, from the rows that are on disk.
    /// </summary>
    /// <param name="state">The home; it may be ahead of the disk by entries that bring no event of their own.</param>
    /// <param name="absorbing">The loser that it is ahead by, if it is.</param>
    /// <param name="cancellationToken">Gives up; the home is then to be thrown away.</param>
    public async Task RefoldAsync(HomeState state, AbsorbedHome? absorbing, CancellationToken cancellationToken)
    {
        var history = new List<(EventApplied Applied, int Seq)>();
        var codec = services.CodecOf(state.Id);
        await foreach (var row in services.Store.ReadHomeAsync(state.Id, 1, state.Seq, cancellationToken))
        {
            switch (codec.Decode(row))
            {
                case EventApplied applied:
                    history.Add((applied, row.Seq));
                    break;
                case HomeAbsorbed absorbed:
                    var loser = await LoadAbsorbedAsync(absorbed.Loser, absorbed.Head, 1, cancellationToken);
                    history.AddRange(loser.Events.Select(applied => (applied, row.Seq)));
                    break;
                default:
                    break;
            }
        }
        if (absorbing is not null) history.AddRange(absorbing.Events.Select(applied => (applied, state.Seq)));
        state.Ledger.Refold(history, state.Decisions);
    }

    private async Task<LoadedHome> NewHomeAsync(HomeId home, CancellationToken cancellationToken) => new(
        new HomeState(home, await services.Policies.ReadyAsync(cancellationToken)), services.CodecOf(home));

    /// <summary>The home from its snapshot and the rows after it; null where it has none of this journal.</summary>
    private async Task<LoadedHome?> LoadCoveredAsync(HomeId home, CancellationToken cancellationToken)
    {
        if (await snapshots.FindAsync(home, cancellationToken) is not { } loaded) return null;
        // The row at which the snapshot ends is read too: it alone can tell that journal and snapshot belong together.
        var isOfJournal = false;
        await foreach (var row in services.Store.ReadHomeAsync(
            home, loaded.SnapshotSeq, int.MaxValue, cancellationToken))
        {
            if (isOfJournal) await FoldAsync(loaded, row, null, 0, cancellationToken);
            else if (loaded.Codec.EndsWith(row)) isOfJournal = true;
            else break;
        }
        if (isOfJournal)
        {
            SnapshotMetrics.Used.Add(1);
            return loaded;
        }
        snapshots.IgnoreForeign(home, loaded.SnapshotSeq);
        return null;
    }

    private async Task<AbsorbedHome> LoadAbsorbedAsync(
        HomeId loser, int head, int depth, CancellationToken cancellationToken)
    {
        if (depth > MaxDepth)
            throw new InvalidOperationException($"Home {loser} lies deeper than {MaxDepth} absorptions.");
        var events = new List<EventApplied>();
        var loaded = await NewHomeAsync(loser, cancellationToken);
        foreach (var row in await services.Reads.ReadBeginningAsync(loser, cancellationToken))
            if (row.Seq <= head) await FoldAsync(loaded, row, events, depth, cancellationToken);
        if (loaded.State.Seq < head) await FoldAllAsync(loaded, head, events, depth, cancellationToken);
        return new AbsorbedHome(loaded.State, events);
    }

    /// <summary>Folds the rows that follow, up to <paramref name="toSeq"/>.</summary>
    private async Task FoldAllAsync(
        LoadedHome home, int toSeq, List<EventApplied>? events, int depth, CancellationToken cancellationToken)
    {
        var rows = services.Store.ReadHomeAsync(home.State.Id, home.State.Seq + 1, toSeq, cancellationToken);
        await foreach (var row in rows) await FoldAsync(home, row, events, depth, cancellationToken);
    }

    /// <summary>Folds the next row, and collects the events it brings where they are asked for.</summary>
    private async ValueTask FoldAsync(
        LoadedHome home, JournalRow row, List<EventApplied>? events, int depth, CancellationToken cancellationToken)
    {
        var entry = home.Codec.Decode(row);
        AbsorbedHome? absorbed = null;
        if (entry is HomeAbsorbed absorption)
        {
            absorbed = await LoadAbsorbedAsync(absorption.Loser, absorption.Head, depth + 1, cancellationToken);
            events?.AddRange(absorbed.Events);
        }
        else if (entry is EventApplied applied)
        {
            events?.Add(applied);
        }
        if (VersionOf(entry) is var version and > 0 && !home.State.Policies.Contains(version))
            home.State.Policies = await services.Policies.WithVersionAsync(version, cancellationToken);
        if (absorbed is not null && !home.State.Policies.Contains(absorbed.State.PolicyVersion))
            home.State.Policies = absorbed.State.Policies;
        home.State.Fold(entry, absorbed);
    }

    /// <summary>The policy version that an entry names; 0 for none.</summary>
    private static int VersionOf(HomeEntry entry) => entry switch
    {
        EventApplied applied => applied.PolicyVersion,
        DecisionTaken taken => taken.PolicyVersion,
        PolicyAdopted adopted => adopted.Version,
        _ => 0,
    };
}
