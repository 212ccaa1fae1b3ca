using MartechGrains.Core.Identity;
using MartechGrains.Grains.Adoption;
using MartechGrains.Grains.Curation;
using MartechGrains.Grains.Homes;
using MartechGrains.Grains.Pointers;
using MartechGrains.Grains.Routing;
using MartechGrains.Grains.Streams;
using MartechGrains.Grains.Views;
using Microsoft.Extensions.DependencyInjection;

namespace MartechGrains.Grains.Hosting;

/// <summary>Registers what the grains of a silo, and callers inside its process, work with.</summary>
public static class MartechGrainsServices
{
    /// <summary>Registers the grains' services; one silo per container.</summary>
    /// <param name="services">The container of the silo's host.</param>
    /// <param name="home">Store, writer, keys, policy and clock; the caller disposes them, after the host.</param>
    /// <param name="derivation">Derives identifier keys; the same secret on every silo.</param>
    public static IServiceCollection AddMartechGrains(
        this IServiceCollection services, HomeServices home, IdentifierKeyDerivation derivation)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(home);
        ArgumentNullException.ThrowIfNull(derivation);
        services.AddMartechGrainsWireForms();
        services.AddSingleton(home);
        services.AddSingleton(home.Store);
        services.AddSingleton(home.Writer);
        services.AddSingleton(home.Reads);
        services.AddSingleton(home.WrappingKey);
        services.AddSingleton(home.Random);
        services.AddSingleton(home.Policies);
        services.AddSingleton(home.Time);
        services.AddSingleton(home.Pointers);
        services.AddSingleton(derivation);
        services.AddGrainService<PolicyNotice>();
        services.AddSingleton<ProtocolGrains>();
        services.AddSingleton<LiveViews>();
        services.AddSingleton<ChangePublisher>();
        services.AddSingleton<HomeSnapshots>();
        services.AddSingleton(new PointerDirectory(home.Reads));
        services.AddSingleton<RouterExecutor>();
        services.AddSingleton<HomeJournals>();
        services.AddSingleton<HomeLoader>();
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
}
