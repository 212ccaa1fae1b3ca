using MartechGrains.Cluster.Tests.Hosting;
using MartechGrains.Core.Identity;
using MartechGrains.Definitions;
using MartechGrains.Grains.Adoption;
using MartechGrains.Grains.Hosting;
using MartechGrains.Grains.Registry;
using MartechGrains.Journal.Contracts;
using MartechGrains.Testing;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;
using Orleans.TestingHost;

namespace MartechGrains.Cluster.Tests.Adoption;

/// <summary>One silo with an identity policy whose writes, and whose walk, can be held.</summary>
internal sealed class PolicySilo : IAsyncDisposable
{
    private readonly JournalFolder _journal;
    private readonly InProcessTestCluster _cluster;

    private PolicySilo(JournalFolder journal, InProcessTestCluster cluster, WalkStore store, HeldStorage storage) =>
        (_journal, _cluster, Store, Storage) = (journal, cluster, store, storage);

    public WalkStore Store { get; }

    public HeldStorage Storage { get; }

    public IIdentityPolicyGrain Grain =>
        _cluster.Client.GetGrain<IIdentityPolicyGrain>(IIdentityPolicyGrain.Key);

    public static async Task<PolicySilo> StartAsync()
    {
        var journal = await JournalFolder.CreateAsync();
        WalkStore store = null!;
        var storage = new HeldStorage();
        var services = await journal.OpenAsync("a", inner => store = new WalkStore(inner));
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureClient(static client => client.Services.AddMartechGrainsWireForms());
        builder.ConfigureSilo((_, silo) =>
        {
            silo.Services.AddMartechGrains(services);
            silo.Services.AddKeyedSingleton<IGrainStorage>(RegistryStorage.Name, storage);
        });
        var cluster = builder.Build();
        await cluster.DeployAsync();
        return new PolicySilo(journal, cluster, store, storage);
    }

    /// <summary>The shipped policy as another version.</summary>
    public static PolicyVersion Version(int version) => new(
        version,
        DefaultPolicy.ReadYaml().Replace(
            $"version: {DefaultPolicy.Load().Version}", $"version: {version}", StringComparison.Ordinal),
        0, "ada", "a test");

    public Task DropAsync() => _cluster.DeactivateAsync(Grain);

    public async ValueTask DisposeAsync()
    {
        await _cluster.DisposeAsync();
        await _journal.DisposeAsync();
    }
}

/// <summary>A store whose list of homes does not come, so that a walk over them waits.</summary>
internal sealed class WalkStore(IJournalStore inner) : PassingStore(inner)
{
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when a walk waits.</summary>
    public Task Reached => _reached.Task;

    /// <summary>Completes when a walk that waits is cancelled.</summary>
    public Task Cancelled => _cancelled.Task;

    public override async Task<IReadOnlyList<HomeId>> ReadHomesAsync(
        HomeId? after, int limit, CancellationToken cancellationToken = default)
    {
        await using var registration = cancellationToken.Register(() => _cancelled.TrySetResult());
        _reached.TrySetResult();
        await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        return [];
    }
}
