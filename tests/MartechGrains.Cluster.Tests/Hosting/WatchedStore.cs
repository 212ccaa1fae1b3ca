using System.Runtime.CompilerServices;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Profiles;
using MartechGrains.Journal;
using MartechGrains.Journal.Feed;

namespace MartechGrains.Cluster.Tests.Hosting;

/// <summary>
/// A store that counts the journal rows read, tells when a snapshot is on disk, and may show another one.
/// </summary>
internal sealed class WatchedStore : IJournalStore
{
    private readonly IJournalStore _inner;
    private readonly SemaphoreSlim _written = new(0);
    private int _rowsRead;

    private WatchedStore(IJournalStore watched) => _inner = watched;

    /// <summary>What readers get for the snapshot on disk.</summary>
    public Func<SnapshotRow?, SnapshotRow?> Shown { get; set; } = static row => row;

    public static WatchedStore Over(IJournalStore watched) => new(watched);

    /// <summary>Journal rows read since the last call.</summary>
    public int TakeRowsRead() => Interlocked.Exchange(ref _rowsRead, 0);

    /// <summary>Waits until one more snapshot is on disk; false if none comes.</summary>
    public Task<bool> NextSnapshotAsync() => _written.WaitAsync(TimeSpan.FromSeconds(30));

    public async Task CommitAsync(
        int writer, IReadOnlyList<StoreWrite> batch, WriteOutcome[] outcomes,
        CancellationToken cancellationToken = default)
    {
        await _inner.CommitAsync(writer, batch, outcomes, cancellationToken);
        var snapshots = batch.OfType<SnapshotWrite>().Count();
        if (snapshots > 0) _written.Release(snapshots);
    }

    public async IAsyncEnumerable<JournalRow> ReadHomeAsync(
        HomeId home, int fromSeq = 1, int toSeq = int.MaxValue,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var row in _inner.ReadHomeAsync(home, fromSeq, toSeq, cancellationToken))
        {
            Interlocked.Increment(ref _rowsRead);
            yield return row;
        }
    }

    public async Task<Dictionary<HomeId, List<JournalRow>>> ReadBeginningsAsync(
        IReadOnlyCollection<HomeId> homes, int rows, CancellationToken cancellationToken = default)
    {
        var found = await _inner.ReadBeginningsAsync(homes, rows, cancellationToken);
        Interlocked.Add(ref _rowsRead, found.Values.Sum(static beginning => beginning.Count));
        return found;
    }

    public async Task<SnapshotRow?> ReadSnapshotAsync(HomeId home, CancellationToken cancellationToken = default) =>
        Shown(await _inner.ReadSnapshotAsync(home, cancellationToken));

    public Task MigrateAsync(CancellationToken cancellationToken = default) => _inner.MigrateAsync(cancellationToken);

    public Task<int> RegisterWriterAsync(string name, CancellationToken cancellationToken = default) =>
        _inner.RegisterWriterAsync(name, cancellationToken);

    public Task<bool[]> ArePresentAsync(
        int writer, IReadOnlyList<StoreWrite> batch, CancellationToken cancellationToken = default) =>
        _inner.ArePresentAsync(writer, batch, cancellationToken);

    public Task<int> ReadHeadAsync(HomeId home, CancellationToken cancellationToken = default) =>
        _inner.ReadHeadAsync(home, cancellationToken);

    public Task<Dictionary<IdentifierKey, PointerRow>> ReadPointersAsync(
        IReadOnlyCollection<IdentifierKey> identifiers, CancellationToken cancellationToken = default) =>
        _inner.ReadPointersAsync(identifiers, cancellationToken);

    public Task<IReadOnlyList<ReadOnlyMemory<byte>>> ReadOpenJoinsAsync(
        HomeId home, CancellationToken cancellationToken = default) =>
        _inner.ReadOpenJoinsAsync(home, cancellationToken);

    public Task<IReadOnlyList<HomeId>> ReadHomesAsync(HomeId? after, int limit, CancellationToken cancellationToken) =>
        _inner.ReadHomesAsync(after, limit, cancellationToken);

    public Task<IReadOnlyList<HomeId>> ReadUnfinishedHomesAsync(
        HomeId? after, int limit, CancellationToken cancellationToken = default) =>
        _inner.ReadUnfinishedHomesAsync(after, limit, cancellationToken);

    public Task<IReadOnlyList<DueRow>> ReadDueAsync(
        long untilMs, int limit, CancellationToken cancellationToken = default) =>
        _inner.ReadDueAsync(untilMs, limit, cancellationToken);

    public Task<IReadOnlyList<QuarantineWrite>> ReadQuarantineAsync(
        QuarantineCursor? after, int limit, CancellationToken cancellationToken = default) =>
        _inner.ReadQuarantineAsync(after, limit, cancellationToken);

    public Task<QuarantineWrite?> ReadQuarantinedAsync(Guid id, CancellationToken cancellationToken = default) =>
        _inner.ReadQuarantinedAsync(id, cancellationToken);

    public Task<IReadOnlyList<WrappedKeyRow>> ReadWrappedKeysAsync(
        HomeId home, CancellationToken cancellationToken = default) =>
        _inner.ReadWrappedKeysAsync(home, cancellationToken);

    public Task<IReadOnlyList<FeedBatch>> ReadFeedAsync(
        FeedCursor after, int limit, CancellationToken cancellationToken = default) =>
        _inner.ReadFeedAsync(after, limit, cancellationToken);

    public ValueTask DisposeAsync()
    {
        _written.Dispose();
        return _inner.DisposeAsync();
    }
}
