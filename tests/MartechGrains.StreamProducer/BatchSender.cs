using MartechGrains.Grains.Streams;

namespace MartechGrains.StreamProducer;

/// <summary>
/// Sends batches until all are acknowledged: those that are not, and a random tenth of those that are. The latter must
/// be known in full, for acknowledged means kept.
/// </summary>
internal sealed class BatchSender(InboundEventStream stream, AcknowledgedFile acknowledged, Random random)
{
    /// <summary>Most batches under way at once.</summary>
    public const int MaxInFlight = 16;

    /// <summary>How often a batch is sent before the sender gives up.</summary>
    public const int MaxAttempts = 3;

    /// <summary>How long an acknowledgement may take.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private const int ResentOneOf = 10;

    /// <summary>Sends what is to be sent, in random order.</summary>
    /// <exception cref="InvalidDataException">An event was refused, or an acknowledged one was not known.</exception>
    public async Task SendAsync(IReadOnlyList<EventBatch> batches)
    {
        var sent = batches
            .Select(batch => (Batch: batch, IsAcknowledged: acknowledged.Has(batch.BatchId)))
            .Where(item => !item.IsAcknowledged || random.Next(ResentOneOf) == 0)
            .ToArray();
        random.Shuffle(sent);
        await Parallel.ForEachAsync(
            sent, new ParallelOptions { MaxDegreeOfParallelism = MaxInFlight },
            async (item, cancellation) => await SendAsync(item.Batch, item.IsAcknowledged, cancellation));
    }

    private async Task SendAsync(EventBatch batch, bool isAcknowledged, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var results = await stream.PublishAsync(batch, Patience, cancellation);
                var wrong = results.FirstOrDefault(result => result != "duplicate" && (isAcknowledged || result != "accepted"));
                if (wrong is not null || results.Length != batch.Payloads.Length)
                    throw new InvalidDataException(
                        $"Batch {batch.BatchId}, {(isAcknowledged ? "acknowledged before" : "new")}: {wrong}.");
                // Said only once it is on disk.
                Console.WriteLine($"Acknowledged: {acknowledged.Add(batch.BatchId)}");
                return;
            }
            catch (TimeoutException) when (attempt < MaxAttempts)
            {
                Console.WriteLine($"Not acknowledged in time: {batch.BatchId}");
            }
        }
    }
}
