using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Streams;

namespace MartechGrains.Grains.Streams;

/// <summary>Publishes offered changes for as long as the silo is active.</summary>
internal sealed partial class ChangePublishing(
    ChangePublisher publisher, TimeProvider time, IServiceProvider services, ILogger<ChangePublishing> logger)
    : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    /// <summary>Most changes published together.</summary>
    public const int MaxBatch = 2048;

    /// <summary>
    /// How long changes gather. Publishing costs by the piece, whether anybody listens or not; the streams themselves
    /// look for news every 100 ms.
    /// </summary>
    public static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(50);

    /// <summary>After the streams: it starts when they have, and has stopped before they do.</summary>
    private const int Stage = ServiceLifecycleStage.Active + 1;

    private readonly CancellationTokenSource _stopping = new();
    private Task _loop = Task.CompletedTask;

    public void Participate(ISiloLifecycle observer) => observer.Subscribe(
        nameof(ChangePublishing), Stage, StartAsync, StopAsync);

    public void Dispose() => _stopping.Dispose();

    private Task StartAsync(CancellationToken cancellationToken)
    {
        var provider = services.GetRequiredKeyedService<IStreamProvider>(EventStreams.ProviderName);
        var stopping = _stopping.Token;
        _loop = Task.Run(() => PublishAsync(provider, publisher.Read(), stopping), CancellationToken.None);
        return Task.CompletedTask;
    }

    private async Task StopAsync(CancellationToken cancellationToken)
    {
        publisher.StopReading();
        await _stopping.CancelAsync();
        // A silo that gives up waiting leaves out what is under way, as after a crash: nothing of it is an error.
        await _loop.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task PublishAsync(
        IStreamProvider provider, ChannelReader<ProfileChange> changes, CancellationToken stopping)
    {
        var partitions = new List<ProfileChange>[EventStreams.PartitionCount];
        for (var partition = 0; partition < partitions.Length; partition++) partitions[partition] = [];
        try
        {
            while (await changes.WaitToReadAsync(stopping))
            {
                await Task.Delay(Gathering, time, stopping);
                for (var taken = 0; taken < MaxBatch && changes.TryRead(out var change); taken++)
                    partitions[EventStreams.PartitionOf(change.Home)].Add(change);
                for (var partition = 0; partition < partitions.Length; partition++)
                {
                    if (partitions[partition].Count == 0) continue;
                    var stream = EventStreams.StreamOf(EventStreams.Changes, partition);
                    await PublishAsync(provider.GetStream<ProfileChange>(stream), partitions[partition]);
                    partitions[partition] = [];
                }
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            LogStopped();
        }
    }

    private async Task PublishAsync(IAsyncStream<ProfileChange> stream, List<ProfileChange> changes)
    {
        try
        {
            await stream.OnNextBatchAsync(changes);
            StreamMetrics.ChangesPublished.Add(changes.Count);
        }
        catch (Exception error)
        {
            StreamMetrics.ChangesDropped.Add(changes.Count);
            LogFailed(changes.Count, error);
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "The live edge of changes has stopped")]
    private partial void LogStopped();

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} changes are left out of the live edge")]
    private partial void LogFailed(int count, Exception error);
}
