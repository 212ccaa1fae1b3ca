using MartechGrains.Core.Identity;
using MartechGrains.Core.Identity.Policy;
using MartechGrains.Grains.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Orleans.TestingHost;

namespace MartechGrains.Cluster.Tests.Hosting;

/// <summary>Two silos over one store, each with its own writer.</summary>
internal sealed class TwoSilos : IAsyncDisposable
{
    private readonly JournalFolder _journal;

    private TwoSilos(JournalFolder journal, InProcessTestCluster cluster) => (_journal, Cluster) = (journal, cluster);

    public InProcessTestCluster Cluster { get; }

    public IdentityPolicy Policy => _journal.Policies.Newest;

    public static async Task<TwoSilos> StartAsync()
    {
        var journal = await JournalFolder.CreateAsync();
        SiloResources[] homes = [await journal.OpenAsync("a"), await journal.OpenAsync("b")];
        var builder = new InProcessTestClusterBuilder(2);
        builder.ConfigureClient(static client => client.Services.AddMartechGrainsWireForms());
        var next = 0;
        builder.ConfigureSilo((_, silo) =>
        {
            silo.Services.AddMartechGrains(homes[Interlocked.Increment(ref next) - 1]);
            // Placed by load, which is measured once a second, all grains of a short test may come to one silo.
            silo.Services.AddSingleton<PlacementStrategy, RandomPlacement>();
        });
        var cluster = builder.Build();
        await cluster.DeployAsync();
        return new TwoSilos(journal, cluster);
    }

    public IdentifierKey Key(Identifier identifier) => _journal.Derivation.Derive(identifier);

    public T Of<T>(int silo) where T : notnull => Cluster.Silos[silo].ServiceProvider.GetRequiredService<T>();

    public async ValueTask DisposeAsync()
    {
        await Cluster.DisposeAsync();
        await _journal.DisposeAsync();
    }
}
