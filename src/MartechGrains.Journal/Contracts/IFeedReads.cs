namespace MartechGrains.Journal.Contracts;

/// <summary>
/// Reads what was committed in the order of the change feed. Reads may run side by side, see what was committed before
/// they began, and throw <see cref="StoreUnavailableException"/> when the store cannot be reached.
/// </summary>
public interface IFeedReads
{
    /// <summary>
    /// The batches committed after a cursor, whole, in an order in which each home's rows are consecutive by seq.
    /// About <paramref name="limit"/> rows: at least one batch where there is any, and no batch is cut.
    /// </summary>
    Task<IReadOnlyList<FeedBatch>> ReadFeedAsync(
        FeedCursor after, int limit, CancellationToken cancellationToken = default);

    /// <summary>
    /// Whether the store has every batch that a cursor stands at. It has not where the cursor is of another store, or
    /// where the store was brought back from a copy that was made before the cursor was given.
    /// </summary>
    Task<bool> HasBatchesAsync(FeedCursor cursor, CancellationToken cancellationToken = default);
}
