using MartechGrains.Core.Identity;
using MartechGrains.Grains.Hosting;
using MartechGrains.Journal.Contracts;
using Microsoft.Extensions.DependencyInjection;
using Orleans.TestingHost;

namespace MartechGrains.Cluster.Tests.Hosting;

/// <summary>One silo over a journal.</summary>
internal sealed class OneSilo : IAsyncDisposable
{
    private readonly JournalFolder _journal;
    private readonly bool _ownsJournal;

    private OneSilo(
        JournalFolder journal, bool ownsJournal, SiloResources services, InProcessTestCluster cluster) =>
        (_journal, _ownsJournal, Services, Cluster) = (journal, ownsJournal, services, cluster);

    public SiloResources Services { get; }

    public InProcessTestCluster Cluster { get; }

    /// <summary>Starts one.</summary>
    /// <param name="wrap">What to put around its store.</param>
    /// <param name="configure">What to add to it.</param>
    /// <param name="configureClient">What to add to its client.</param>
    /// <param name="journal">A journal that outlives it; null for one of its own.</param>
    /// <param name="writer">A name that no other running silo over the journal has.</param>
    public static async Task<OneSilo> StartAsync(
        Func<IJournalStore, IJournalStore>? wrap = null, Action<ISiloBuilder>? configure = null,
        Action<IClientBuilder>? configureClient = null, JournalFolder? journal = null, string writer = "a")
    {
        var own = journal is null ? await JournalFolder.CreateAsync() : null;
        journal ??= own!;
        var services = await journal.OpenAsync(writer, wrap);
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureClient(client =>
        {
            client.Services.AddMartechGrainsWireForms();
            configureClient?.Invoke(client);
        });
        builder.ConfigureSilo((_, silo) =>
        {
            silo.Services.AddMartechGrains(services);
            configure?.Invoke(silo);
        });
        var cluster = builder.Build();
        await cluster.DeployAsync();
        return new OneSilo(journal, own is not null, services, cluster);
    }

    public T Of<T>() where T : notnull => Cluster.Silos[0].ServiceProvider.GetRequiredService<T>();

    public IdentifierKey Key(Identifier identifier) => _journal.Derivation.Derive(identifier);

    public async ValueTask DisposeAsync()
    {
        await Cluster.DisposeAsync();
        if (_ownsJournal) await _journal.DisposeAsync();
    }
}
