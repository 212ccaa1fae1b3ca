namespace MartechGrains.Journal.Contracts;

/// <summary>
/// The durable store of journals, pointers and what belongs to them, whole: who uses it is given the part that it
/// needs.
/// </summary>
public interface IJournalStore
    : IJournalReads, IPointerReads, ICurationReads, IQuarantineReads, IFeedReads, ICommits, IKeyChecks,
        IVerificationReads, IStoreClock, IAsyncDisposable
{
    /// <summary>Creates the schema or brings it up to date; may be called again and from several processes.</summary>
    /// <exception cref="StoreSetupException">The schema is newer than the program, or a setting breaks
    /// durability.</exception>
    Task MigrateAsync(CancellationToken cancellationToken = default);
}
