namespace MartechGrains.Journal.Writing;

/// <summary>Limits of a <see cref="JournalWriter"/>.</summary>
public sealed record JournalWriterOptions
{
    /// <summary>Most writes that wait in the queue.</summary>
    public int MaxQueuedWrites { get; init; } = 16_384;

    /// <summary>Most bytes, about, that wait in the queue; more are refused at once.</summary>
    public long MaxQueuedBytes { get; init; } = 256 << 20;

    /// <summary>Most rows in one transaction; a single write may exceed it.</summary>
    public int MaxBatchRows { get; init; } = 2_048;

    /// <summary>Most bytes in one transaction, about; a single write may exceed it.</summary>
    public long MaxBatchBytes { get; init; } = 8 << 20;

    /// <summary>How long a caller waits for a place in a full queue.</summary>
    public TimeSpan MaxQueueWait { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a batch is tried again while the store is unavailable.</summary>
    public TimeSpan RetryFor { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Wait before the first new attempt; doubles with each, up to <see cref="MaxRetryDelay"/>.</summary>
    public TimeSpan FirstRetryDelay { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>Longest wait between two attempts.</summary>
    public TimeSpan MaxRetryDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Measures waits and durations.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
