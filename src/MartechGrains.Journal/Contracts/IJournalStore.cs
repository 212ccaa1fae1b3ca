using MartechGrains.Core.Curation;
using MartechGrains.Core.Identity;
using MartechGrains.Journal.Writing;

namespace MartechGrains.Journal.Contracts;

/// <summary>
/// The durable store of journals, pointers and what belongs to them. Reads may run side by side, and see what was
/// committed before they began. Writes go through a <see cref="JournalWriter"/>.
/// Reads throw <see cref="StoreUnavailableException"/> when the store cannot be reached.
/// </summary>
public interface IJournalStore : IAsyncDisposable
{
    /// <summary>Largest page of any read.</summary>
    const int MaxPage = 10_000;

    /// <summary>Creates the schema or brings it up to date; may be called again and from several processes.</summary>
    /// <exception cref="StoreSetupException">The schema is newer than the program, or a setting breaks
    /// durability.</exception>
    Task MigrateAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// The writer number of a name, a new one for a new name. Commits under one number are made visible strictly one
    /// after another, even by two processes that share it; so a restarted process may keep its name, and feed
    /// cursors stay as short as the list of names.
    /// </summary>
    Task<int> RegisterWriterAsync(string name, CancellationToken cancellationToken = default);

    /// <summary>
    /// Commits a batch in one transaction. The outcomes are final once the call returns: appends and pointers that
    /// lost their place are <see cref="WriteStatus.Fenced"/> and the others are on disk. After a fenced append, later
    /// ones of the same home in the batch are fenced too.
    /// </summary>
    /// <param name="writer">From <see cref="RegisterWriterAsync"/>.</param>
    /// <param name="batch">In the order in which the writes shall take effect; each within <see
    /// cref="StoreLimits"/>.</param>
    /// <param name="outcomes">Filled, one for each write; as long as the batch or longer.</param>
    /// <param name="cancellationToken">Given up before the commit is sent only.</param>
    /// <exception cref="BatchRejectedException">Nothing is on disk; something in the batch is at fault.</exception>
    /// <exception cref="StoreUnavailableException">Nothing is on disk; the batch may be tried again.</exception>
    /// <exception cref="AmbiguousCommitException">Ask <see cref="ArePresentAsync"/>.</exception>
    Task CommitAsync(
        int writer,
        IReadOnlyList<StoreWrite> batch,
        WriteOutcome[] outcomes,
        CancellationToken cancellationToken = default);

    /// <summary>
    /// After an ambiguous commit: waits until the writer's last transaction has ended, whichever way, then tells for
    /// each write whether what it asked for is on disk. Writes that are not may be committed again.
    /// </summary>
    Task<bool[]> ArePresentAsync(
        int writer, IReadOnlyList<StoreWrite> batch, CancellationToken cancellationToken = default);

    /// <summary>
    /// A home's rows from <paramref name="fromSeq"/> to <paramref name="toSeq"/>, both included, by seq.
    /// </summary>
    IAsyncEnumerable<JournalRow> ReadHomeAsync(
        HomeId home, int fromSeq = 1, int toSeq = int.MaxValue, CancellationToken cancellationToken = default);

    /// <summary>
    /// The first rows of several homes, at most <paramref name="rows"/> of each, by seq, in one round trip. Homes
    /// without a journal are left out.
    /// </summary>
    Task<Dictionary<HomeId, List<JournalRow>>> ReadBeginningsAsync(
        IReadOnlyCollection<HomeId> homes, int rows, CancellationToken cancellationToken = default);

    /// <summary>The seq of a home's last row; 0 where it has none.</summary>
    Task<int> ReadHeadAsync(HomeId home, CancellationToken cancellationToken = default);

    /// <summary>A home's snapshot, or null.</summary>
    Task<SnapshotRow?> ReadSnapshotAsync(HomeId home, CancellationToken cancellationToken = default);

    /// <summary>The rows of those identifiers that have one, in one round trip.</summary>
    Task<Dictionary<IdentifierKey, PointerRow>> ReadPointersAsync(
        IReadOnlyCollection<IdentifierKey> identifiers, CancellationToken cancellationToken = default);

    /// <summary>
    /// Pointers with any of the given flags, by identifier, after <paramref name="after"/> (null: from the first).
    /// </summary>
    Task<IReadOnlyList<PointerRow>> ReadFlaggedPointersAsync(
        PointerFlags flags, IdentifierKey? after, int limit, CancellationToken cancellationToken = default);

    /// <summary>Those of the given homes that are carriers of a value in rows of their own.</summary>
    Task<IReadOnlyList<CarrierRow>> ReadCarriersAsync(
        IdentifierKey identifier, IReadOnlyCollection<HomeId> homes, CancellationToken cancellationToken = default);

    /// <summary>
    /// Carriers of a value in rows of their own, by home, after <paramref name="after"/> (null: from the first).
    /// </summary>
    Task<IReadOnlyList<CarrierRow>> ReadCarriersAsync(
        IdentifierKey identifier, HomeId? after, int limit, CancellationToken cancellationToken = default);

    /// <summary>Carriers of a value that were not handled for an epoch, by home.</summary>
    Task<IReadOnlyList<CarrierRow>> ReadUnhandledCarriersAsync(
        IdentifierKey identifier, long epoch, int limit, CancellationToken cancellationToken = default);

    /// <summary>A decision, or null.</summary>
    Task<DecisionRow?> ReadDecisionAsync(DecisionId id, CancellationToken cancellationToken = default);

    /// <summary>Decisions, newest first, after a cursor (null: from the newest).</summary>
    Task<IReadOnlyList<DecisionRow>> ReadDecisionsAsync(
        DecisionCursor? after, int limit, CancellationToken cancellationToken = default);

    /// <summary>Unfinished decisions, by id, after <paramref name="after"/> (null: from the first).</summary>
    Task<IReadOnlyList<DecisionRow>> ReadUnfinishedDecisionsAsync(
        DecisionId? after, int limit, CancellationToken cancellationToken = default);

    /// <summary>The ids of a home's open joins, in byte order.</summary>
    Task<IReadOnlyList<ReadOnlyMemory<byte>>> ReadOpenJoinsAsync(
        HomeId home, CancellationToken cancellationToken = default);

    /// <summary>
    /// All homes that have a journal, those that have moved included, by id, after <paramref name="after"/> (null: from
    /// the first). Reads the whole key index once over all pages: for hashes and exports, not for serving.
    /// </summary>
    Task<IReadOnlyList<HomeId>> ReadHomesAsync(HomeId? after, int limit, CancellationToken cancellationToken = default);

    /// <summary>
    /// Homes that have open joins or are moving, by id, after <paramref name="after"/> (null: from the first).
    /// </summary>
    Task<IReadOnlyList<HomeId>> ReadUnfinishedHomesAsync(
        HomeId? after, int limit, CancellationToken cancellationToken = default);

    /// <summary>
    /// Homes due at <paramref name="untilMs"/> (milliseconds since 1970 UTC) or before, earliest first.
    /// </summary>
    Task<IReadOnlyList<DueRow>> ReadDueAsync(long untilMs, int limit, CancellationToken cancellationToken = default);

    /// <summary>
    /// Quarantined events, newest first, after a cursor (null: from the newest); without their raw bytes, which may be
    /// megabytes each.
    /// </summary>
    Task<IReadOnlyList<QuarantineWrite>> ReadQuarantineAsync(
        QuarantineCursor? after, int limit, CancellationToken cancellationToken = default);

    /// <summary>One quarantined event, or null.</summary>
    Task<QuarantineWrite?> ReadQuarantinedAsync(Guid id, CancellationToken cancellationToken = default);

    /// <summary>The wrapped keys in a home's journal, by seq, without its entries.</summary>
    Task<IReadOnlyList<WrappedKeyRow>> ReadWrappedKeysAsync(HomeId home, CancellationToken cancellationToken = default);

    /// <summary>
    /// The batches committed after a cursor, whole, in an order in which each home's rows are consecutive by seq.
    /// About <paramref name="limit"/> rows: at least one batch where there is any, and no batch is cut.
    /// </summary>
    Task<IReadOnlyList<FeedBatch>> ReadFeedAsync(
        FeedCursor after, int limit, CancellationToken cancellationToken = default);
}
