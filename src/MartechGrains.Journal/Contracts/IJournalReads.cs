using MartechGrains.Core.Identity;
using MartechGrains.Core.Time;

namespace MartechGrains.Journal.Contracts;

/// <summary>
/// Reads journals, and what is kept beside them of each home. Reads may run side by side, see what was committed before
/// they began, and throw <see cref="StoreUnavailableException"/> when the store cannot be reached.
/// </summary>
public interface IJournalReads
{
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

    /// <summary>The ids of a home's open joins, in byte order.</summary>
    Task<IReadOnlyList<ReadOnlyMemory<byte>>> ReadOpenJoinsAsync(
        HomeId home, CancellationToken cancellationToken = default);

    /// <summary>Homes due at <paramref name="until"/> or before, earliest first.</summary>
    Task<IReadOnlyList<DueRow>> ReadDueAsync(
        IngestTime until, int limit, CancellationToken cancellationToken = default);

    /// <summary>The wrapped keys in a home's journal, by seq, without its entries.</summary>
    Task<IReadOnlyList<WrappedKeyRow>> ReadWrappedKeysAsync(HomeId home, CancellationToken cancellationToken = default);
}
