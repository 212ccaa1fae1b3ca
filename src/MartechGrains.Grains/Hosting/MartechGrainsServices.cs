using MartechGrains.Core.Homes.Machine;
using MartechGrains.Grains.Adoption;
using MartechGrains.Grains.Curation;
using MartechGrains.Grains.Damage;
using MartechGrains.Grains.Homes;
using MartechGrains.Grains.Pointers;
using MartechGrains.Grains.Routing;
using MartechGrains.Grains.Streams;
using MartechGrains.Grains.Verification;
using MartechGrains.Grains.Views;
using MartechGrains.Grains.Walks;
using MartechGrains.Journal.Contracts;
using MartechGrains.Journal.Entries;
using MartechGrains.Journal.Reading;
using Microsoft.Extensions.DependencyInjection;

namespace MartechGrains.Grains.Hosting;

/// <summary>Registers what the grains of a silo, and callers inside its process, work with.</summary>
public static class MartechGrainsServices
{
    /// <summary>Registers the grains' services; one silo per container.</summary>
    /// <param name="services">The container of the silo's host.</param>
    /// <param name="resources">The caller disposes them, after the host.</param>
    public static IServiceCollection AddMartechGrains(this IServiceCollection services, SiloResources resources)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(resources);
        services.AddMartechGrainsWireForms();
        services.AddJournal(resources);
        services.AddSingleton(resources.Derivation);
        services.AddSingleton(resources.Policies);
        services.AddSingleton(resources.Time);
        services.AddGrainService<PolicyNotice>();
        services.AddSingleton<ProtocolGrains>();
        services.AddSingleton<DamagedHomes>();
        services.AddSingleton<LiveViews>();
        services.AddSingleton<ChangePublisher>();
        services.AddSingleton<HomeSnapshots>();
        services.AddSingleton<PointerDirectory>();
        services.AddSingleton<Attempts>();
        services.AddSingleton<RouterExecutor>();
        services.AddSingleton<HomeJournals>();
        services.AddSingleton<HomeLoader>();
        services.AddSingleton<JournalWalk>();
        services.AddSingleton<HomeVerifier>();
        services.AddSingleton<JournalVerifier>();
        services.AddSingleton<HomeEnvironment>();
        services.AddSingleton<PointerEnvironment>();
        services.AddSingleton<PolicyNoticeClient>();
        services.AddTransient<PolicyWalk>();
        services.AddSingleton<EventRouter>();
        services.AddSingleton<DecisionRouter>();
        services.AddSingleton<SourceWalk>();
        services.AddSingleton<DecisionDelivery>();
        services.AddSingleton<ProfileReader>();
        services.AddSingleton<DecisionEvidenceReader>();
        services.AddSingleton<DecisionPlanner>();
        services.AddSingleton<InertValues>();
        return services;
    }

    private static void AddJournal(this IServiceCollection services, SiloResources resources)
    {
        services.AddSingleton<IJournalReads>(resources.Store);
        services.AddSingleton<IPointerReads>(resources.Store);
        services.AddSingleton<ICurationReads>(resources.Store);
        services.AddSingleton<IQuarantineReads>(resources.Store);
        services.AddSingleton<IFeedReads>(resources.Store);
        services.AddSingleton<IVerificationReads>(resources.Store);
        services.AddSingleton(new BatchedReads(resources.Store, resources.Store, HomeMachine.MinUncovered));
        services.AddSingleton(resources.Writer);
        services.AddSingleton(resources.Clock);
        services.AddSingleton(resources.WrappingKey);
        services.AddSingleton(resources.Random);
        services.AddSingleton<HomeCodecs>();
        services.AddSingleton<PointerCodec>();
        services.AddSingleton<DecisionCodec>();
    }
}
