using MartechGrains.Core.Events.Cleaning;
using MartechGrains.Grains.Ingest;
using MartechGrains.Grains.Registry;
using MartechGrains.Grains.Streams;
using MartechGrains.Grains.Streams.Inbound;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace MartechGrains.Grains.Hosting;

/// <summary>Adds the streams of <see cref="EventStreams"/> to a silo.</summary>
public static class EventStreamHosting
{
    private const string SubscriptionStorage = "PubSubStore";

    /// <summary>
    /// Adds the streams of a single node, in memory: what is in them when the process ends is gone, so producers send
    /// again what was not acknowledged, and readers of changes catch up from the journal.
    /// <see cref="IngestInbound"/> may be registered before or after, to replace how batches are taken in.
    /// </summary>
    /// <param name="silo">The silo; its services are those of <see cref="MartechGrainsServices"/>.</param>
    /// <param name="rules">How events are read: the same as at every other door.</param>
    public static ISiloBuilder AddEventStreams(this ISiloBuilder silo, ReadingRules? rules = null)
    {
        ArgumentNullException.ThrowIfNull(silo);
        silo.AddMemoryStreams(
            EventStreams.ProviderName, static streams => streams.ConfigurePartitioning(EventStreams.PartitionCount));
        silo.AddMemoryGrainStorage(SubscriptionStorage);
        silo.Services.TryAddSingleton<EventIngest>();
        silo.Services.TryAddSingleton(services => SegmentInbound.Through(
            services.GetRequiredService<EventIngest>(), services.GetRequiredService<PolicyCache>(),
            services.GetRequiredService<TimeProvider>(), rules ?? new ReadingRules()));
        silo.Services.AddSingleton<InboundEventStream>();
        silo.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, ChangePublishing>();
        return silo;
    }
}
