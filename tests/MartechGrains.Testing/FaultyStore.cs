using System.Runtime.CompilerServices;
using MartechGrains.Core.Identity;
using MartechGrains.Journal.Contracts;

namespace MartechGrains.Testing;

/// <summary>A real store whose commits and reads wait, fail, are counted or come out as a test says.</summary>
public sealed class FaultyStore(IJournalStore inner) : PassingStore(inner)
{
    private volatile bool _refusesAppends;

    /// <summary>Called instead of a commit; gets the batch and what really commits it.</summary>
    public Func<IReadOnlyList<StoreWrite>, Func<Task>, Task> OnCommit { get; set; } = static (_, commit) => commit();

    /// <summary>Called instead of a probe; gets what really probes.</summary>
    public Func<Func<Task>, Task> OnProbe { get; set; } = static probe => probe();

    /// <summary>Called before a look.</summary>
    public Func<Task> OnLook { get; set; } = static () => Task.CompletedTask;

    /// <summary>Called instead of a read of beginnings; gets the homes and what really reads them.</summary>
    public Func<IReadOnlyCollection<HomeId>, Func<Task<Dictionary<HomeId, List<JournalRow>>>>,
        Task<Dictionary<HomeId, List<JournalRow>>>> OnReadBeginnings
    { get; set; } = static (_, read) => read();

    /// <summary>Called with each row of a home that is read.</summary>
    public Action<JournalRow> OnRow { get; set; } = static _ => { };

    /// <summary>What readers get for the snapshot of a home.</summary>
    public Func<HomeId, SnapshotRow?, SnapshotRow?> OnReadSnapshot { get; set; } = static (_, row) => row;

    /// <summary>A store over another, which it disposes of.</summary>
    /// <param name="inner">The other store.</param>
    public static FaultyStore Over(IJournalStore inner) => new(inner);

    /// <summary>Commits asked for.</summary>
    public int Commits { get; private set; }

    /// <summary>Whether no journal takes anything; all else still goes through.</summary>
    public bool RefusesAppends
    {
        get => _refusesAppends;
        set => _refusesAppends = value;
    }

    /// <inheritdoc/>
    public override async Task CommitAsync(
        int writer, IReadOnlyList<StoreWrite> batch, WriteOutcome[] outcomes,
        CancellationToken cancellationToken = default)
    {
        Commits++;
        if (_refusesAppends && batch.Any(static write => write is AppendWrite))
            throw new BatchRejectedException("No journal takes anything now.", isFence: false);
        await OnCommit(batch, () => base.CommitAsync(writer, batch, outcomes, cancellationToken))
            .ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override async Task<bool[]> ArePresentAsync(
        int writer, IReadOnlyList<StoreWrite> batch, CancellationToken cancellationToken = default)
    {
        await OnLook().ConfigureAwait(false);
        return await base.ArePresentAsync(writer, batch, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override Task ProbeAsync(CancellationToken cancellationToken = default) =>
        OnProbe(() => base.ProbeAsync(cancellationToken));

    /// <inheritdoc/>
    public override async IAsyncEnumerable<JournalRow> ReadHomeAsync(
        HomeId home, int fromSeq = 1, int toSeq = int.MaxValue,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var row in base.ReadHomeAsync(home, fromSeq, toSeq, cancellationToken).ConfigureAwait(false))
        {
            OnRow(row);
            yield return row;
        }
    }

    /// <inheritdoc/>
    public override async Task<Dictionary<HomeId, List<JournalRow>>> ReadBeginningsAsync(
        IReadOnlyCollection<HomeId> homes, int rows, CancellationToken cancellationToken = default)
    {
        var found = await OnReadBeginnings(homes, () => base.ReadBeginningsAsync(homes, rows, cancellationToken))
            .ConfigureAwait(false);
        foreach (var row in found.Values.SelectMany(static beginning => beginning)) OnRow(row);
        return found;
    }

    /// <inheritdoc/>
    public override async Task<SnapshotRow?> ReadSnapshotAsync(
        HomeId home, CancellationToken cancellationToken = default) =>
        OnReadSnapshot(home, await base.ReadSnapshotAsync(home, cancellationToken).ConfigureAwait(false));
}
