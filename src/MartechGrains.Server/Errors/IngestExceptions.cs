namespace MartechGrains.Server.Errors;

/// <summary>Thrown while more events arrive than can be made durable.</summary>
public sealed class IngestOverloadedException : Exception
{
    private static readonly TimeSpan DefaultDelay = TimeSpan.FromSeconds(1);

    /// <summary>Creates one with the usual delay.</summary>
    public IngestOverloadedException()
        : this("Ingest is overloaded.")
    {
    }

    /// <summary>Creates one with the usual delay.</summary>
    public IngestOverloadedException(string message)
        : base(message)
    {
    }

    /// <summary>Creates one with the usual delay.</summary>
    public IngestOverloadedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Creates one.</summary>
    /// <param name="retryAfter">When to try again.</param>
    public IngestOverloadedException(TimeSpan retryAfter)
        : this() => RetryAfter = retryAfter;

    /// <summary>When to try again.</summary>
    public TimeSpan RetryAfter { get; } = DefaultDelay;
}

/// <summary>Thrown while the store, or a node that is needed, cannot answer.</summary>
public sealed class IngestUnavailableException : Exception
{
    /// <summary>Creates one.</summary>
    public IngestUnavailableException()
        : this("Ingest is unavailable.")
    {
    }

    /// <summary>Creates one.</summary>
    public IngestUnavailableException(string message)
        : base(message)
    {
    }

    /// <summary>Creates one.</summary>
    public IngestUnavailableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Whether the log tells of the cause already, once for all requests that meet it.</summary>
    public bool IsLogged { get; init; }
}
