using MartechGrains.Core.Identity;
using MartechGrains.Grains.Homes;
using MartechGrains.Grains.Ingest;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace MartechGrains.Grains.Streams;

/// <summary>
/// The streams of a deployment: a fixed, small number of partitions per namespace, never one stream per profile.
/// </summary>
public static class EventStreams
{
    /// <summary>The stream provider's name.</summary>
    public const string ProviderName = "events";

    /// <summary>Partitions of each namespace: stream keys 0 to 7.</summary>
    public const int PartitionCount = 8;

    /// <summary>Events for us: items are <see cref="EventBatch"/>.</summary>
    public const string Inbound = "martechgrains.inbound";

    /// <summary>Batches on disk: items are <see cref="BatchAcknowledged"/>, in their batch's partition.</summary>
    public const string Acknowledged = "martechgrains.acknowledged";

    /// <summary>The live edge of the change feed: items are <see cref="ProfileChange"/>.</summary>
    public const string Changes = "martechgrains.changes";

    private const string SubscriptionStorage = "PubSubStore";

    /// <summary>The partition of a batch.</summary>
    public static int PartitionOf(Guid batchId) => (int)((uint)batchId.GetHashCode() % PartitionCount);

    /// <summary>The partition of a home's changes: they stay in order.</summary>
    public static int PartitionOf(HomeId home) => (int)(home.Founder.Bits % PartitionCount);

    /// <summary>One partition of a namespace.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No such partition.</exception>
    public static StreamId StreamOf(string streamNamespace, int partition)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(partition);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(partition, PartitionCount);
        return StreamId.Create(streamNamespace, partition);
    }

    /// <summary>
    /// Adds the streams of a single node, in memory: what is in them when the process ends is gone, so producers send
    /// again what was not acknowledged, and readers of changes catch up from the journal.
    /// <see cref="IngestInbound"/> may be registered before or after, to replace how batches are taken in.
    /// </summary>
    /// <param name="silo">The silo; its services are those of <see cref="Hosting.MartechGrainsServices"/>.</param>
    /// <param name="defaultCurrency">ISO 4217 code of amounts without one: the same as at every other door.</param>
    public static ISiloBuilder AddEventStreams(this ISiloBuilder silo, string defaultCurrency = "USD")
    {
        ArgumentNullException.ThrowIfNull(silo);
        silo.AddMemoryStreams(ProviderName, static streams => streams.ConfigurePartitioning(PartitionCount));
        silo.AddMemoryGrainStorage(SubscriptionStorage);
        silo.Services.TryAddSingleton<EventIngest>();
        silo.Services.TryAddSingleton(services => SegmentInbound.Through(
            services.GetRequiredService<EventIngest>(), services.GetRequiredService<HomeServices>(), defaultCurrency));
        silo.Services.AddSingleton<InboundEventStream>();
        silo.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, ChangePublishing>();
        return silo;
    }
}
