namespace MartechGrains.Journal.Contracts;

/// <summary>
/// Commits batches of writes. One process commits under one writer number at a time; whoever wants something written
/// hands it to the journal's writer, which makes the batches.
/// </summary>
public interface ICommits
{
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
    /// Finds out whether the store takes writes, by one of <see cref="StoreLimits.ProbeBytes"/> that means nothing.
    /// </summary>
    /// <exception cref="JournalException">It takes none.</exception>
    Task ProbeAsync(CancellationToken cancellationToken = default);
}
