using MartechGrains.Core.Identity;
using MartechGrains.Core.Profiles;
using MartechGrains.Journal;
using MartechGrains.Journal.Feed;

namespace MartechGrains.Cluster.Tests.Hosting;

/// <summary>Holds commits back while it is closed.</summary>
internal sealed class CommitGate
{
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile TaskCompletionSource? _closed;

    /// <summary>Completes when a commit waits at the closed gate.</summary>
    public Task Reached => _reached.Task;

    public void Close() => _closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Open() => _closed!.SetResult();

    public Task PassAsync()
    {
        if (_closed is not { } closed) return Task.CompletedTask;
        _reached.TrySetResult();
        return closed.Task;
    }
}

/// <summary>A store whose commits pass a gate.</summary>
internal sealed class GatedStore(IJournalStore inner, CommitGate gate) : IJournalStore
{
    public async Task CommitAsync(
        int writer,
        IReadOnlyList<StoreWrite> batch,
        WriteOutcome[] outcomes,
        CancellationToken cancellationToken = default)
    {
        await gate.PassAsync();
        await inner.CommitAsync(writer, batch, outcomes, cancellationToken);
    }

    public Task MigrateAsync(CancellationToken cancellationToken = default) => inner.MigrateAsync(cancellationToken);

    public Task<int> RegisterWriterAsync(string name, CancellationToken cancellationToken = default) =>
        inner.RegisterWriterAsync(name, cancellationToken);

    public Task<bool[]> ArePresentAsync(
        int writer, IReadOnlyList<StoreWrite> batch, CancellationToken cancellationToken = default) =>
        inner.ArePresentAsync(writer, batch, cancellationToken);

    public IAsyncEnumerable<JournalRow> ReadHomeAsync(
        HomeId home, int fromSeq = 1, int toSeq = int.MaxValue, CancellationToken cancellationToken = default) =>
        inner.ReadHomeAsync(home, fromSeq, toSeq, cancellationToken);

    public Task<Dictionary<HomeId, List<JournalRow>>> ReadBeginningsAsync(
        IReadOnlyCollection<HomeId> homes, int rows, CancellationToken cancellationToken = default) =>
        inner.ReadBeginningsAsync(homes, rows, cancellationToken);

    public Task<int> ReadHeadAsync(HomeId home, CancellationToken cancellationToken = default) =>
        inner.ReadHeadAsync(home, cancellationToken);

    public Task<SnapshotRow?> ReadSnapshotAsync(HomeId home, CancellationToken cancellationToken = default) =>
        inner.ReadSnapshotAsync(home, cancellationToken);

    public Task<Dictionary<IdentifierKey, PointerRow>> ReadPointersAsync(
        IReadOnlyCollection<IdentifierKey> identifiers, CancellationToken cancellationToken = default) =>
        inner.ReadPointersAsync(identifiers, cancellationToken);

    public Task<IReadOnlyList<ReadOnlyMemory<byte>>> ReadOpenJoinsAsync(
        HomeId home, CancellationToken cancellationToken = default) =>
        inner.ReadOpenJoinsAsync(home, cancellationToken);

    public Task<IReadOnlyList<HomeId>> ReadHomesAsync(HomeId? after, int limit, CancellationToken cancellationToken) =>
        inner.ReadHomesAsync(after, limit, cancellationToken);

    public Task<IReadOnlyList<HomeId>> ReadUnfinishedHomesAsync(
        HomeId? after, int limit, CancellationToken cancellationToken = default) =>
        inner.ReadUnfinishedHomesAsync(after, limit, cancellationToken);

    public Task<IReadOnlyList<DueRow>> ReadDueAsync(
        long untilMs, int limit, CancellationToken cancellationToken = default) =>
        inner.ReadDueAsync(untilMs, limit, cancellationToken);

    public Task<IReadOnlyList<QuarantineWrite>> ReadQuarantineAsync(
        QuarantineCursor? after, int limit, CancellationToken cancellationToken = default) =>
        inner.ReadQuarantineAsync(after, limit, cancellationToken);

    public Task<QuarantineWrite?> ReadQuarantinedAsync(Guid id, CancellationToken cancellationToken = default) =>
        inner.ReadQuarantinedAsync(id, cancellationToken);

    public Task<IReadOnlyList<WrappedKeyRow>> ReadWrappedKeysAsync(
        HomeId home, CancellationToken cancellationToken = default) =>
        inner.ReadWrappedKeysAsync(home, cancellationToken);

    public Task<IReadOnlyList<FeedBatch>> ReadFeedAsync(
        FeedCursor after, int limit, CancellationToken cancellationToken = default) =>
        inner.ReadFeedAsync(after, limit, cancellationToken);

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
