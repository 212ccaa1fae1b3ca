using System.Runtime.CompilerServices;
using MartechGrains.Core.Identity;
using MartechGrains.Journal.Contracts;
using MartechGrains.Testing;

namespace MartechGrains.Cluster.Tests.Hosting;

/// <summary>
/// A store that counts the journal rows read, tells when a snapshot is on disk, and may show another one.
/// </summary>
internal sealed class WatchedStore : PassingStore
{
    private readonly SemaphoreSlim _written = new(0);
    private int _rowsRead;

    private WatchedStore(IJournalStore watched)
        : base(watched)
    {
    }

    /// <summary>What readers get for the snapshot on disk.</summary>
    public Func<SnapshotRow?, SnapshotRow?> Shown { get; set; } = static row => row;

    public static WatchedStore Over(IJournalStore watched) => new(watched);

    /// <summary>Journal rows read since the last call.</summary>
    public int TakeRowsRead() => Interlocked.Exchange(ref _rowsRead, 0);

    /// <summary>Waits until one more snapshot is on disk; false if none comes.</summary>
    public Task<bool> NextSnapshotAsync() => _written.WaitAsync(TimeSpan.FromSeconds(30));

    public override async Task CommitAsync(
        int writer, IReadOnlyList<StoreWrite> batch, WriteOutcome[] outcomes,
        CancellationToken cancellationToken = default)
    {
        await base.CommitAsync(writer, batch, outcomes, cancellationToken);
        var snapshots = batch.OfType<SnapshotWrite>().Count();
        if (snapshots > 0) _written.Release(snapshots);
    }

    public override async IAsyncEnumerable<JournalRow> ReadHomeAsync(
        HomeId home, int fromSeq = 1, int toSeq = int.MaxValue,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var row in base.ReadHomeAsync(home, fromSeq, toSeq, cancellationToken))
        {
            Interlocked.Increment(ref _rowsRead);
            yield return row;
        }
    }

    public override async Task<Dictionary<HomeId, List<JournalRow>>> ReadBeginningsAsync(
        IReadOnlyCollection<HomeId> homes, int rows, CancellationToken cancellationToken = default)
    {
        var found = await base.ReadBeginningsAsync(homes, rows, cancellationToken);
        Interlocked.Add(ref _rowsRead, found.Values.Sum(static beginning => beginning.Count));
        return found;
    }

    public override async Task<SnapshotRow?> ReadSnapshotAsync(
        HomeId home, CancellationToken cancellationToken = default) =>
        Shown(await base.ReadSnapshotAsync(home, cancellationToken));

    public override ValueTask DisposeAsync()
    {
        _written.Dispose();
        return base.DisposeAsync();
    }
}
