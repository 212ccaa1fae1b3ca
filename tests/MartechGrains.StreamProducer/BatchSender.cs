using MartechGrains.Grains.Streams;
using MartechGrains.Grains.Streams.Inbound;

namespace MartechGrains.StreamProducer;

/// <summary>
/// Sends batches until they are acknowledged: those that are not, and a random tenth of those that are. The latter must
/// be known in full, for acknowledged means kept.
/// </summary>
public sealed class BatchSender(InboundEventStream stream, AcknowledgedFile acknowledged, Random random)
{
    /// <summary>What is said of a batch before it is sent.</summary>
    public const string Sending = "Sending: ";

    /// <summary>What is said of a batch once its acknowledgement is on disk: how many there are.</summary>
    public const string Acknowledged = "Acknowledged: ";

    /// <summary>Most batches under way at once.</summary>
    public const int MaxInFlight = 16;

    /// <summary>How often a batch is sent before the sender gives up.</summary>
    public const int MaxAttempts = 3;

    /// <summary>How long an acknowledgement may take.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private const int ResentOneOf = 10;

    /// <summary>Sends what is to be sent, in random order; false where more is left.</summary>
    /// <param name="batches">All batches.</param>
    /// <param name="most">Most batches that are not acknowledged yet.</param>
    /// <exception cref="InvalidDataException">An event was refused, or an acknowledged one was not known.</exception>
    public async Task<bool> SendAsync(IEnumerable<EventBatch> batches, int most)
    {
        var shuffled = batches.Select(batch => (Batch: batch, IsAcknowledged: acknowledged.Has(batch.BatchId)))
            .ToArray();
        random.Shuffle(shuffled);
        var fresh = shuffled.Where(static item => !item.IsAcknowledged).ToArray();
        var sent = shuffled.Where(item => item.IsAcknowledged && random.Next(ResentOneOf) == 0)
            .Concat(fresh.Take(most)).ToArray();
        random.Shuffle(sent);
        await Parallel.ForEachAsync(
            sent, new ParallelOptions { MaxDegreeOfParallelism = MaxInFlight },
            async (item, cancellation) => await SendAsync(item.Batch, item.IsAcknowledged, cancellation));
        return fresh.Length <= most;
    }

    private async Task SendAsync(EventBatch batch, bool isAcknowledged, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                Console.WriteLine($"{Sending}{batch.BatchId}");
                var results = await stream.PublishAsync(batch, Patience, cancellation);
                var wrong = results
                    .FirstOrDefault(result => result != "duplicate" && (isAcknowledged || result != "accepted"));
                if (wrong is not null || results.Length != batch.Payloads.Length)
                    throw new InvalidDataException(
                        $"Batch {batch.BatchId}, {(isAcknowledged ? "acknowledged before" : "new")}: {wrong}.");
                // Said only once it is on disk.
                Console.WriteLine($"{Acknowledged}{acknowledged.Add(batch.BatchId)}");
                return;
            }
            catch (TimeoutException) when (attempt < MaxAttempts)
            {
                Console.WriteLine($"Not acknowledged in time: {batch.BatchId}");
            }
        }
    }
}
