using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Streams;

namespace MartechGrains.Grains.Streams.Inbound;

/// <summary>
/// Sends events into the cluster from inside of it. An event is taken in once its batch is acknowledged; whatever else
/// happens, the producer sends the batch again: events count once. Safe for use by several threads.
/// </summary>
public sealed class InboundEventStream : IDisposable
{
    /// <summary>Most batches under way at once; further callers wait.</summary>
    public const int MaxInFlight = 64;

    private readonly IStreamProvider _provider;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _places = new(MaxInFlight);
    private readonly SemaphoreSlim _subscribing = new(1);
    private readonly ConcurrentDictionary<Guid, TaskCompletionSource<ImmutableArray<string>>> _waiting = new();
    private readonly StreamSubscriptionHandle<BatchAcknowledged>?[] _acknowledged =
        new StreamSubscriptionHandle<BatchAcknowledged>?[EventStreams.PartitionCount];

    /// <summary>Created once per silo.</summary>
    public InboundEventStream(IServiceProvider services, TimeProvider time)
    {
        _provider = services.GetRequiredKeyedService<IStreamProvider>(EventStreams.ProviderName);
        _time = time;
    }

    /// <summary>Batches that wait for their acknowledgement.</summary>
    public int InFlight => _waiting.Count;

    /// <summary>Sends a batch and waits until all its events are on disk.</summary>
    /// <param name="batch">The batch; the same again where an earlier call failed.</param>
    /// <param name="timeout">How long to wait for the acknowledgement.</param>
    /// <param name="cancellationToken">Gives up waiting; the batch may still be taken in.</param>
    /// <returns>What became of each event, in order: see <see cref="BatchAcknowledged"/>.</returns>
    /// <exception cref="TimeoutException">Not acknowledged in time: send the batch again.</exception>
    /// <exception cref="ArgumentException">The batch is beyond its limits, or is under way already.</exception>
    public async Task<ImmutableArray<string>> PublishAsync(
        EventBatch batch, TimeSpan timeout, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(batch);
        batch.Check();
        await _places.WaitAsync(cancellationToken);
        try
        {
            var partition = EventStreams.PartitionOf(batch.BatchId);
            await SubscribeAsync(partition, cancellationToken);
            var waiting = new TaskCompletionSource<ImmutableArray<string>>(
                TaskCreationOptions.RunContinuationsAsynchronously);
            if (!_waiting.TryAdd(batch.BatchId, waiting))
                throw new ArgumentException($"Batch {batch.BatchId} is under way already.", nameof(batch));
            try
            {
                await _provider.GetStream<EventBatch>(EventStreams.StreamOf(EventStreams.Inbound, partition))
                    .OnNextAsync(batch);
                return await waiting.Task.WaitAsync(timeout, _time, cancellationToken);
            }
            finally
            {
                _waiting.TryRemove(batch.BatchId, out _);
            }
        }
        finally
        {
            _places.Release();
        }
    }

    /// <summary>Ends with the silo; its subscriptions are in memory and end with it.</summary>
    public void Dispose()
    {
        _places.Dispose();
        _subscribing.Dispose();
    }

    /// <summary>Listens before anything is sent, so that no acknowledgement comes unheard.</summary>
    private async Task SubscribeAsync(int partition, CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _acknowledged[partition]) is not null) return;
        await _subscribing.WaitAsync(cancellationToken);
        try
        {
            _acknowledged[partition] ??= await _provider
                .GetStream<BatchAcknowledged>(EventStreams.StreamOf(EventStreams.Acknowledged, partition))
                .SubscribeAsync((acknowledged, _) =>
                {
                    if (_waiting.TryGetValue(acknowledged.BatchId, out var waiting))
                        waiting.TrySetResult(acknowledged.Results);
                    return Task.CompletedTask;
                });
        }
        finally
        {
            _subscribing.Release();
        }
    }
}
