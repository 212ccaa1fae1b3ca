using MartechGrains.Core.Curation;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Time;
using MartechGrains.Journal.Contracts;

namespace MartechGrains.Testing;

/// <summary>Passes everything on to a real store; tests derive what they interfere with.</summary>
public abstract class PassingStore(IJournalStore inner) : IJournalStore
{
    /// <summary>The real store.</summary>
    protected IJournalStore Inner { get; } = inner;

    /// <inheritdoc/>
    public virtual Task CommitAsync(
        int writer, IReadOnlyList<StoreWrite> batch, WriteOutcome[] outcomes,
        CancellationToken cancellationToken = default) =>
        Inner.CommitAsync(writer, batch, outcomes, cancellationToken);

    /// <inheritdoc/>
    public virtual Task<bool[]> ArePresentAsync(
        int writer, IReadOnlyList<StoreWrite> batch, CancellationToken cancellationToken = default) =>
        Inner.ArePresentAsync(writer, batch, cancellationToken);

    /// <inheritdoc/>
    public virtual Task ProbeAsync(CancellationToken cancellationToken = default) =>
        Inner.ProbeAsync(cancellationToken);

    /// <inheritdoc/>
    public virtual IAsyncEnumerable<JournalRow> ReadHomeAsync(
        HomeId home, int fromSeq = 1, int toSeq = int.MaxValue, CancellationToken cancellationToken = default) =>
        Inner.ReadHomeAsync(home, fromSeq, toSeq, cancellationToken);

    /// <inheritdoc/>
    public virtual Task<Dictionary<HomeId, List<JournalRow>>> ReadBeginningsAsync(
        IReadOnlyCollection<HomeId> homes, int rows, CancellationToken cancellationToken = default) =>
        Inner.ReadBeginningsAsync(homes, rows, cancellationToken);

    /// <inheritdoc/>
    public virtual Task<SnapshotRow?> ReadSnapshotAsync(HomeId home, CancellationToken cancellationToken = default) =>
        Inner.ReadSnapshotAsync(home, cancellationToken);

    /// <inheritdoc/>
    public Task MigrateAsync(CancellationToken cancellationToken = default) => Inner.MigrateAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<ReadOnlyMemory<byte>?> ReadKeyCheckAsync(CancellationToken cancellationToken = default) =>
        Inner.ReadKeyCheckAsync(cancellationToken);

    /// <inheritdoc/>
    public Task KeepKeyCheckAsync(ReadOnlyMemory<byte> check, CancellationToken cancellationToken = default) =>
        Inner.KeepKeyCheckAsync(check, cancellationToken);

    /// <inheritdoc/>
    public Task<int> RegisterWriterAsync(string name, CancellationToken cancellationToken = default) =>
        Inner.RegisterWriterAsync(name, cancellationToken);

    /// <inheritdoc/>
    public Task<int> ReadHeadAsync(HomeId home, CancellationToken cancellationToken = default) =>
        Inner.ReadHeadAsync(home, cancellationToken);

    /// <inheritdoc/>
    public virtual Task<Dictionary<IdentifierKey, PointerRow>> ReadPointersAsync(
        IReadOnlyCollection<IdentifierKey> identifiers, CancellationToken cancellationToken = default) =>
        Inner.ReadPointersAsync(identifiers, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<PointerRow>> ReadFlaggedPointersAsync(
        PointerFlags flags, IdentifierKey? after, int limit, CancellationToken cancellationToken = default) =>
        Inner.ReadFlaggedPointersAsync(flags, after, limit, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<CarrierRow>> ReadCarriersAsync(
        IdentifierKey identifier, IReadOnlyCollection<HomeId> homes, CancellationToken cancellationToken = default) =>
        Inner.ReadCarriersAsync(identifier, homes, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<CarrierRow>> ReadCarriersAsync(
        IdentifierKey identifier, HomeId? after, int limit, CancellationToken cancellationToken = default) =>
        Inner.ReadCarriersAsync(identifier, after, limit, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<CarrierRow>> ReadUnhandledCarriersAsync(
        IdentifierKey identifier, long epoch, int limit, CancellationToken cancellationToken = default) =>
        Inner.ReadUnhandledCarriersAsync(identifier, epoch, limit, cancellationToken);

    /// <inheritdoc/>
    public virtual Task<StoreClock> ReadClockAsync(CancellationToken cancellationToken = default) =>
        Inner.ReadClockAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<BatchHeads>> ReadBatchHeadsAsync(
        long after, int limit, CancellationToken cancellationToken = default) =>
        Inner.ReadBatchHeadsAsync(after, limit, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<PointerRow>> ReadAllPointersAsync(
        IdentifierKey? after, int limit, CancellationToken cancellationToken = default) =>
        Inner.ReadAllPointersAsync(after, limit, cancellationToken);

    /// <inheritdoc/>
    public Task<DecisionRow?> ReadDecisionAsync(DecisionId id, CancellationToken cancellationToken = default) =>
        Inner.ReadDecisionAsync(id, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<DecisionRow>> ReadDecisionsAsync(
        DecisionCursor? after, int limit, CancellationToken cancellationToken = default) =>
        Inner.ReadDecisionsAsync(after, limit, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<DecisionRow>> ReadUnfinishedDecisionsAsync(
        DecisionId? after, int limit, CancellationToken cancellationToken = default) =>
        Inner.ReadUnfinishedDecisionsAsync(after, limit, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<ReadOnlyMemory<byte>>> ReadOpenJoinsAsync(
        HomeId home, CancellationToken cancellationToken = default) =>
        Inner.ReadOpenJoinsAsync(home, cancellationToken);

    /// <inheritdoc/>
    public virtual Task<IReadOnlyList<HomeId>> ReadHomesAsync(
        HomeId? after, int limit, CancellationToken cancellationToken = default) =>
        Inner.ReadHomesAsync(after, limit, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<HomeId>> ReadUnfinishedHomesAsync(
        HomeId? after, int limit, CancellationToken cancellationToken = default) =>
        Inner.ReadUnfinishedHomesAsync(after, limit, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<DueRow>> ReadDueAsync(
        IngestTime until, int limit, CancellationToken cancellationToken = default) =>
        Inner.ReadDueAsync(until, limit, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<QuarantineRow>> ReadQuarantineAsync(
        QuarantineCursor? after, int limit, CancellationToken cancellationToken = default) =>
        Inner.ReadQuarantineAsync(after, limit, cancellationToken);

    /// <inheritdoc/>
    public Task<QuarantineRow?> ReadQuarantinedAsync(Guid id, CancellationToken cancellationToken = default) =>
        Inner.ReadQuarantinedAsync(id, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<WrappedKeyRow>> ReadWrappedKeysAsync(
        HomeId home, CancellationToken cancellationToken = default) =>
        Inner.ReadWrappedKeysAsync(home, cancellationToken);

    /// <inheritdoc/>
    public virtual Task<IReadOnlyList<FeedBatch>> ReadFeedAsync(
        FeedCursor after, int limit, CancellationToken cancellationToken = default) =>
        Inner.ReadFeedAsync(after, limit, cancellationToken);

    /// <inheritdoc/>
    public Task<bool> HasBatchesAsync(FeedCursor cursor, CancellationToken cancellationToken = default) =>
        Inner.HasBatchesAsync(cursor, cancellationToken);

    /// <inheritdoc/>
    public virtual async ValueTask DisposeAsync()
    {
        await Inner.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
