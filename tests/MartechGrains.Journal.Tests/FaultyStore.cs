using MartechGrains.Core.Identity;
using MartechGrains.Core.Profiles;
using MartechGrains.Journal.Feed;

namespace MartechGrains.Journal.Tests;

/// <summary>A real store whose commits and reads wait or fail as a test says.</summary>
internal sealed class FaultyStore(IJournalStore inner) : IJournalStore
{
    /// <summary>Called instead of a commit; gets the batch and what really commits it.</summary>
    public Func<IReadOnlyList<StoreWrite>, Func<Task>, Task> OnCommit { get; set; } = (_, commit) => commit();

    /// <summary>Called before a look.</summary>
    public Func<Task> OnLook { get; set; } = () => Task.CompletedTask;

    /// <summary>Called instead of a read of beginnings; gets the homes and what really reads them.</summary>
    public Func<IReadOnlyCollection<HomeId>, Func<Task<Dictionary<HomeId, List<JournalRow>>>>,
        Task<Dictionary<HomeId, List<JournalRow>>>> OnReadBeginnings
    { get; set; } = (_, read) => read();

    /// <summary>A store over another, which it disposes of.</summary>
    public static FaultyStore Over(IJournalStore inner) => new(inner);

    /// <summary>Commits asked for.</summary>
    public int Commits { get; private set; }

    public async Task CommitAsync(
        int writer,
        IReadOnlyList<StoreWrite> batch,
        WriteOutcome[] outcomes,
        CancellationToken cancellationToken = default)
    {
        Commits++;
        await OnCommit(batch, () => inner.CommitAsync(writer, batch, outcomes, cancellationToken));
    }

    public async Task<bool[]> ArePresentAsync(
        int writer, IReadOnlyList<StoreWrite> batch, CancellationToken cancellationToken = default)
    {
        await OnLook();
        return await inner.ArePresentAsync(writer, batch, cancellationToken);
    }

    public Task MigrateAsync(CancellationToken cancellationToken = default) => inner.MigrateAsync(cancellationToken);

    public Task<int> RegisterWriterAsync(string name, CancellationToken cancellationToken = default) =>
        inner.RegisterWriterAsync(name, cancellationToken);

    public IAsyncEnumerable<JournalRow> ReadHomeAsync(
        HomeId home, int fromSeq = 1, int toSeq = int.MaxValue, CancellationToken cancellationToken = default) =>
        inner.ReadHomeAsync(home, fromSeq, toSeq, cancellationToken);

    public Task<Dictionary<HomeId, List<JournalRow>>> ReadBeginningsAsync(
        IReadOnlyCollection<HomeId> homes, int rows, CancellationToken cancellationToken = default) =>
        OnReadBeginnings(homes, () => inner.ReadBeginningsAsync(homes, rows, cancellationToken));

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

    public Task<IReadOnlyList<HomeId>> ReadHomesAsync(
        HomeId? after, int limit, CancellationToken cancellationToken) =>
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
