namespace MartechGrains.Journal.Contracts;

/// <summary>What can go wrong with the journal; each kind asks for another reaction.</summary>
public abstract class JournalException : Exception
{
    private protected JournalException(string message, Exception? inner)
        : base(message, inner)
    {
    }

    /// <summary>
    /// Whether the store said that it takes no writes from anybody, as on a full disk, which does not pass by itself.
    /// </summary>
    public bool RefusesWrites { get; init; }
}

/// <summary>
/// The store refused a batch for what is in it. Nothing of it is on disk; smaller batches may succeed.
/// </summary>
/// <param name="message">What the store said, without personal data.</param>
/// <param name="isFence">Somebody else holds the place of one of its rows.</param>
/// <param name="inner">The cause.</param>
public sealed class BatchRejectedException(string message, bool isFence, Exception? inner = null)
    : JournalException(message, inner)
{
    /// <summary>True where somebody else holds the place of one of the batch's rows.</summary>
    public bool IsFence { get; } = isFence;
}

/// <summary>
/// The store could not be reached or has no room. Nothing was written; the same batch may be tried again.
/// </summary>
/// <param name="message">What happened.</param>
/// <param name="inner">The cause.</param>
public sealed class StoreUnavailableException(string message, Exception? inner = null)
    : JournalException(message, inner)
{
    /// <summary>
    /// Whether the store said that what it holds in this place is damaged, which does not pass; other places may be
    /// whole.
    /// </summary>
    public bool IsDamage { get; init; }
}

/// <summary>Whether the batch was committed cannot be known without looking at the store.</summary>
/// <param name="message">What happened.</param>
/// <param name="inner">The cause.</param>
public sealed class AmbiguousCommitException(string message, Exception? inner = null)
    : JournalException(message, inner);

/// <summary>
/// The writer's queue stayed full for as long as a caller may wait. Nothing was written; try again later.
/// </summary>
/// <param name="message">Which limit was met.</param>
public sealed class JournalOverloadedException(string message) : JournalException(message, null);

/// <summary>
/// The store takes no writes, as others have found out just now. Nothing was tried or written; try again later.
/// </summary>
/// <param name="message">What the store said, without personal data.</param>
public sealed class WritesRefusedException(string message) : JournalException(message, null);

/// <summary>
/// The clock of this node is off, so it takes no events. Nothing was tried or written; try again later, or elsewhere.
/// </summary>
/// <param name="message">How far, without personal data.</param>
public sealed class ClockOffException(string message) : JournalException(message, null);

/// <summary>
/// A bug kept this one write from the store, by itself and not for what shared its batch. Nothing of it is on disk.
/// </summary>
/// <param name="bug">The bug, for the log.</param>
public sealed class WriteFaultException(Exception bug)
    : JournalException($"A write could not be brought to the store: {bug?.GetType().Name}.", bug);

/// <summary>
/// The writer has ended by an error. Of what waited for it may be on disk what was being committed; nothing can be
/// written any more before the process has started anew.
/// </summary>
/// <param name="cause">What ended it.</param>
public sealed class JournalEndedException(Exception? cause)
    : JournalException($"The journal's writer has ended: {cause?.GetType().Name}.", cause);

/// <summary>The store's schema or settings do not fit this program.</summary>
/// <param name="message">What is wrong and what to do.</param>
public sealed class StoreSetupException(string message) : JournalException(message, null);

/// <summary>Another process has the data folder open.</summary>
/// <param name="message">Which folder, and what to do.</param>
/// <param name="inner">The cause.</param>
public sealed class DataFolderInUseException(string message, Exception? inner = null)
    : JournalException(message, inner);
