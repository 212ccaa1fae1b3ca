using Microsoft.Extensions.Logging;
using Orleans.Streams;
using Orleans.Streams.Core;

namespace MartechGrains.Grains.Streams.Inbound;

/// <summary>One partition's consumer of inbound events. Its key is the partition.</summary>
[Alias("martechgrains.inboundConsumer")]
[GrainInterfaceType("martechgrains.inboundConsumer")]
public interface IInboundConsumerGrain : IGrainWithIntegerKey;

/// <summary>
/// Takes inbound batches in, one after another, and acknowledges each after its journal commit and not before. A batch
/// that fails is tried again a few times; then it stays unacknowledged, and its producer sends it again. Taking a batch
/// in twice changes nothing: events count once.
/// </summary>
[GrainType("inbound")]
[ImplicitStreamSubscription(EventStreams.Inbound)]
public sealed partial class InboundConsumerGrain(
    IngestInbound ingest, TimeProvider time, ILogger<InboundConsumerGrain> logger)
    : Grain, IInboundConsumerGrain, IStreamSubscriptionObserver, IAsyncObserver<EventBatch>
{
    /// <summary>How often a batch is tried before it is left unacknowledged.</summary>
    public const int MaxAttempts = 5;

    /// <summary>The wait after the first failure; it doubles with each: at most 0.75 s in all.</summary>
    public static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(50);

    /// <inheritdoc/>
    public async Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory) =>
        await handleFactory.Create<EventBatch>().ResumeAsync(this);

    /// <inheritdoc/>
    public async Task OnNextAsync(EventBatch item, StreamSequenceToken? token = null)
    {
        var delay = FirstDelay;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await IngestAsync(item);
                return;
            }
            catch (Exception error)
            {
                if (attempt == MaxAttempts)
                {
                    StreamMetrics.InboundUnacknowledged.Add(1);
                    LogGivenUp(item.BatchId, attempt, error);
                    return;
                }
                StreamMetrics.InboundRetries.Add(1);
            }
            await Task.Delay(delay, time);
            delay *= 2;
        }
    }

    /// <inheritdoc/>
    public Task OnErrorAsync(Exception ex)
    {
        LogStreamFailed(this.GetPrimaryKeyLong(), ex);
        return Task.CompletedTask;
    }

    private async Task IngestAsync(EventBatch batch)
    {
        var results = await ingest(batch.Source, batch.Payloads, CancellationToken.None);
        if (results.Count != batch.Payloads.Length)
            throw new InvalidOperationException($"{batch.Payloads.Length} events had {results.Count} results.");
        var acknowledged = EventStreams.StreamOf(EventStreams.Acknowledged, (int)this.GetPrimaryKeyLong());
        await this.GetStreamProvider(EventStreams.ProviderName).GetStream<BatchAcknowledged>(acknowledged)
            .OnNextAsync(new BatchAcknowledged(batch.BatchId, [.. results]));
    }

    [LoggerMessage(
        Level = LogLevel.Error, Message = "Inbound batch {BatchId} stays unacknowledged after {Attempts} attempts")]
    private partial void LogGivenUp(Guid batchId, int attempts, Exception error);

    [LoggerMessage(Level = LogLevel.Error, Message = "Inbound partition {Partition} failed")]
    private partial void LogStreamFailed(long partition, Exception error);
}
