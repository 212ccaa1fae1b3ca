using MartechGrains.Cluster.Tests.Hosting;
using MartechGrains.Core.Identity;
using MartechGrains.Definitions;
using MartechGrains.Grains.Adoption;
using MartechGrains.Grains.Registry;
using MartechGrains.Journal.Contracts;
using MartechGrains.Testing;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;

namespace MartechGrains.Cluster.Tests.Adoption;

/// <summary>One silo with an identity policy whose writes, and whose walk, can be held.</summary>
internal sealed class PolicySilo : IAsyncDisposable
{
    private readonly OneSilo _silo;

    private PolicySilo(OneSilo silo, WalkStore store, HeldStorage storage) =>
        (_silo, Store, Storage) = (silo, store, storage);

    public WalkStore Store { get; }

    public HeldStorage Storage { get; }

    public IIdentityPolicyGrain Grain =>
        _silo.Cluster.Client.GetGrain<IIdentityPolicyGrain>(IIdentityPolicyGrain.Key);

    public static async Task<PolicySilo> StartAsync()
    {
        WalkStore store = null!;
        var storage = new HeldStorage();
        var silo = await OneSilo.StartAsync(
            inner => store = new WalkStore(inner),
            silo => silo.Services.AddKeyedSingleton<IGrainStorage>(RegistryStorage.Name, storage));
        return new PolicySilo(silo, store, storage);
    }

    /// <summary>The shipped policy as another version.</summary>
    public static PolicyVersion Version(int version) => new(
        version,
        DefaultPolicy.ReadYaml().Replace(
            $"version: {DefaultPolicy.Load().Version}", $"version: {version}", StringComparison.Ordinal),
        default, "ada", "a test");

    public Task DropAsync() => _silo.Cluster.DeactivateAsync(Grain);

    public ValueTask DisposeAsync() => _silo.DisposeAsync();
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
        _reached.TrySetResult();
        try
        {
            return await new TaskCompletionSource<IReadOnlyList<HomeId>>().Task.WaitAsync(cancellationToken);
        }
        finally
        {
            _cancelled.TrySetResult();
        }
    }
}
