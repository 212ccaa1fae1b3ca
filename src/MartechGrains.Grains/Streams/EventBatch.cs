using System.Collections.Immutable;

namespace MartechGrains.Grains.Streams;

/// <summary>Events that a producer inside the cluster sends together.</summary>
/// <param name="BatchId">Chosen by the producer; the same when it sends the batch again.</param>
/// <param name="Source">The registered source of all of them.</param>
/// <param name="Payloads">One JSON object in Segment's shape per event; not changed afterwards.</param>
[GenerateSerializer]
[Immutable]
[Alias("martechgrains.stream.eventBatch")]
public sealed record EventBatch(
    [property: Id(0)] Guid BatchId,
    [property: Id(1)] string Source,
    [property: Id(2)] ImmutableArray<ReadOnlyMemory<byte>> Payloads)
{
    /// <summary>Most events of one batch.</summary>
    public const int MaxEvents = 1_000;

    /// <summary>Most bytes of one batch's payloads.</summary>
    public const int MaxBytes = 4 << 20;

    /// <summary>Refuses a batch beyond the limits.</summary>
    /// <exception cref="ArgumentException">No source, no event, or more than a batch holds.</exception>
    public void Check()
    {
        if (string.IsNullOrWhiteSpace(Source)) throw new ArgumentException("A batch names its source.");
        if (Payloads.IsDefaultOrEmpty || Payloads.Length > MaxEvents)
            throw new ArgumentException($"A batch has 1 to {MaxEvents} events; split larger ones.");
        if (Payloads.Sum(static payload => (long)payload.Length) > MaxBytes)
            throw new ArgumentException($"A batch has at most {MaxBytes} bytes of payload; split larger ones.");
    }
}

/// <summary>All events of a batch are on disk, in their profiles or in quarantine, but for those not kept.</summary>
/// <param name="BatchId">The batch.</param>
/// <param name="Results">What became of each event, in order: <c>accepted</c>, <c>duplicate</c>, or <c>quarantined</c>
/// or <c>not kept</c> with the code after a space. Those not kept are to be sent again, later.</param>
[GenerateSerializer]
[Immutable]
[Alias("martechgrains.stream.batchAcknowledged")]
public sealed record BatchAcknowledged(
    [property: Id(0)] Guid BatchId, [property: Id(1)] ImmutableArray<string> Results);

/// <summary>Takes the events of a batch in; returns when all are on disk, with what became of each, in order.</summary>
/// <param name="source">The source.</param>
/// <param name="payloads">One JSON object each.</param>
/// <param name="cancellationToken">Gives up waiting; what is under way may still happen.</param>
public delegate Task<IReadOnlyList<string>> IngestInbound(
    string source, IReadOnlyList<ReadOnlyMemory<byte>> payloads, CancellationToken cancellationToken);
