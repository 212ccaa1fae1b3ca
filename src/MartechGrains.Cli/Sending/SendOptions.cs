namespace MartechGrains.Cli.Sending;

/// <summary>How events are sent.</summary>
public sealed record SendOptions
{
    /// <summary>Most events in a batch.</summary>
    public const int MaxBatchEvents = 2_500;

    /// <summary>Most bytes in a batch, before its last event.</summary>
    public const int MaxBatchBytes = 2 * 1024 * 1024;

    /// <summary>Most batches in flight that may be asked for.</summary>
    public const int MaxWindow = 64;

    /// <summary>The registered source; empty means the write key's.</summary>
    public string Source { get; init; } = "";

    /// <summary>The source's write key, or null.</summary>
    public string? WriteKey { get; init; }

    /// <summary>Events in a batch.</summary>
    public int BatchEvents { get; init; } = 100;

    /// <summary>Batches in flight without an answer.</summary>
    public int Window { get; init; } = 8;

    /// <summary>Attempts in a row without any answer before giving up.</summary>
    public int MaxAttempts { get; init; } = 10;

    /// <summary>Longest wait for the next answer.</summary>
    public TimeSpan AnswerTimeout { get; init; } = TimeSpan.FromSeconds(10);
}
