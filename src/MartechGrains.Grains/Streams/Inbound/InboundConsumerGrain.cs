using Microsoft.Extensions.Logging;
using Orleans.Streams;
using Orleans.Streams.Core;
using Polly;
using Polly.Retry;

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
public sealed partial class InboundConsumerGrain
    : Grain, IInboundConsumerGrain, IStreamSubscriptionObserver, IAsyncObserver<EventBatch>, IDisposable
{
    /// <summary>How often a batch is tried before it is left unacknowledged.</summary>
    public const int MaxAttempts = 5;

    /// <summary>The wait after the first failure, about; it doubles with each, spread by chance.</summary>
    public static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(50);

    /// <summary>Longest wait between two attempts.</summary>
    public static readonly TimeSpan MaxDelay = TimeSpan.FromSeconds(1);

    private readonly IngestInbound _ingest;
    private readonly ILogger<InboundConsumerGrain> _logger;
    private readonly ResiliencePipeline _attempts;
    private readonly CancellationTokenSource _leaving = new();

    /// <summary>Made by the runtime.</summary>
    public InboundConsumerGrain(IngestInbound ingest, TimeProvider time, ILogger<InboundConsumerGrain> logger)
    {
        (_ingest, _logger) = (ingest, logger);
        _attempts = new ResiliencePipelineBuilder { TimeProvider = time }.AddRetry(new RetryStrategyOptions
        {
            // A cancellation too, unless this grain leaves: it is that of a grain which could not begin in time.
            ShouldHandle = static args => ValueTask.FromResult(
                args.Outcome.Exception is not null && !args.Context.CancellationToken.IsCancellationRequested),
            MaxRetryAttempts = MaxAttempts - 1,
            Delay = FirstDelay,
            MaxDelay = MaxDelay,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            OnRetry = static _ =>
            {
                StreamMetrics.InboundRetries.Add(1);
                return default;
            },
        }).Build();
    }

    /// <inheritdoc/>
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) =>
        _leaving.CancelAsync();

    /// <inheritdoc/>
    public void Dispose() => _leaving.Dispose();

    /// <inheritdoc/>
    public async Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory) =>
        await handleFactory.Create<EventBatch>().ResumeAsync(this);

    /// <inheritdoc/>
    public async Task OnNextAsync(EventBatch item, StreamSequenceToken? token = null)
    {
        // An attempt after a wait is to run on the grain's scheduler too.
        var context = ResilienceContextPool.Shared.Get(continueOnCapturedContext: true, _leaving.Token);
        try
        {
            await _attempts.ExecuteAsync(
                static (attempt, work) => work.Grain.IngestAsync(work.Batch, attempt.CancellationToken),
                context, (Grain: this, Batch: item));
        }
        catch (Exception error)
        {
            StreamMetrics.InboundUnacknowledged.Add(1);
            LogGivenUp(item.BatchId, error);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    /// <inheritdoc/>
    public Task OnErrorAsync(Exception ex)
    {
        LogStreamFailed(this.GetPrimaryKeyLong(), ex);
        return Task.CompletedTask;
    }

    private async ValueTask IngestAsync(EventBatch batch, CancellationToken cancellationToken)
    {
        var results = await _ingest(batch.Source, batch.Payloads, cancellationToken);
        if (results.Count != batch.Payloads.Length)
            throw new InvalidOperationException($"{batch.Payloads.Length} events had {results.Count} results.");
        var acknowledged = EventStreams.StreamOf(EventStreams.Acknowledged, (int)this.GetPrimaryKeyLong());
        await this.GetStreamProvider(EventStreams.ProviderName).GetStream<BatchAcknowledged>(acknowledged)
            .OnNextAsync(new BatchAcknowledged(batch.BatchId, [.. results]));
    }

    [LoggerMessage(
        Level = LogLevel.Error, Message = "Inbound batch {BatchId} stays unacknowledged after its last attempt")]
    private partial void LogGivenUp(Guid batchId, Exception error);

    [LoggerMessage(Level = LogLevel.Error, Message = "Inbound partition {Partition} failed")]
    private partial void LogStreamFailed(long partition, Exception error);
}
