using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace MartechGrains.Journal.Writing;

/// <summary>Limits of a <see cref="JournalWriter"/>.</summary>
public sealed record JournalWriterOptions : IValidatableObject
{
    private const string NumberRefusal = "{0} must be a whole number from {1} to {2}";
    private const string TimeRefusal = "{0} must be a time from {1:g} to {2:g} (hours:minutes:seconds)";

    /// <summary>Most writes that wait in the queue.</summary>
    [Description("most writes that wait for a commit; more have to wait themselves")]
    [Range(1, 1 << 24, ErrorMessage = NumberRefusal)]
    public int MaxQueuedWrites { get; init; } = 16_384;

    /// <summary>Most bytes, about, that wait in the queue; more are refused at once.</summary>
    [Description("most bytes, about, that wait for a commit; more are refused")]
    [Range(typeof(long), "1", "1099511627776", ErrorMessage = NumberRefusal)]
    public long MaxQueuedBytes { get; init; } = 256 << 20;

    /// <summary>Most rows in one transaction; a single write may exceed it.</summary>
    [Description("most rows in one transaction; a single write may exceed it")]
    [Range(1, 1_000_000, ErrorMessage = NumberRefusal)]
    public int MaxBatchRows { get; init; } = 2_048;

    /// <summary>Most bytes in one transaction, about; a single write may exceed it.</summary>
    [Description("most bytes in one transaction, about; a single write may exceed it")]
    [Range(typeof(long), "1", "1073741824", ErrorMessage = NumberRefusal)]
    public long MaxBatchBytes { get; init; } = 8 << 20;

    /// <summary>How long a caller waits for a place in a full queue.</summary>
    [Description("how long a caller waits for a place in a full queue before it is refused")]
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00", ErrorMessage = TimeRefusal)]
    public TimeSpan MaxQueueWait { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a batch is tried again while the store is unavailable.</summary>
    [Description("how long a batch is tried again while the store is unavailable")]
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00", ErrorMessage = TimeRefusal)]
    public TimeSpan RetryFor { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// Wait before the first new attempt, about; doubles with each, spread by chance, up to
    /// <see cref="MaxRetryDelay"/>.
    /// </summary>
    [Description("wait before the first new attempt; doubles with each")]
    [Range(typeof(TimeSpan), "00:00:00.001", "00:10:00", ErrorMessage = TimeRefusal)]
    public TimeSpan FirstRetryDelay { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>Longest wait between two attempts.</summary>
    [Description("longest wait between two attempts")]
    [Range(typeof(TimeSpan), "00:00:00.001", "00:10:00", ErrorMessage = TimeRefusal)]
    public TimeSpan MaxRetryDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Measures waits and durations.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Finds settings that cannot hold together; <c>{0}</c> and <c>{1}</c> stand for their names.</summary>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (FirstRetryDelay > MaxRetryDelay)
            yield return new ValidationResult(
                "{0} is longer than {1}; shorten the one, or lengthen the other",
                [nameof(FirstRetryDelay), nameof(MaxRetryDelay)]);
    }
}
