using MartechGrains.Core.Time;
using MartechGrains.Grains.Registry;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;
using Orleans.TestingHost;
using Xunit;

namespace MartechGrains.Cluster.Tests.Registry;

/// <summary>What low-rate grain state promises, whatever database keeps it.</summary>
public abstract class RegistrySuite : IAsyncLifetime
{
    private static readonly IngestTime Now = new(1_700_000_000_000);
    private static readonly IngestTime Later = new(1_700_000_000_005);
    private InProcessTestCluster? _cluster;

    protected abstract string Invariant { get; }

    /// <summary>The database; skips the test where there is none.</summary>
    protected abstract Task<string> OpenAsync();

    public Task InitializeAsync() => Task.CompletedTask;

    public virtual async Task DisposeAsync() => await StopAsync();

    private async Task<InProcessTestCluster> StartAsync()
    {
        var connection = await OpenAsync();
        await RegistrySchema.MigrateAsync(Invariant, connection);
        var builder = new InProcessTestClusterBuilder(1);
        builder.Options.ServiceId = "registry-tests";
        builder.ConfigureSilo((_, silo) => silo.AddRegistryStorage(Invariant, connection));
        _cluster = builder.Build();
        await _cluster.DeployAsync();
        return _cluster;
    }

    private async Task<InProcessTestCluster> RestartAsync()
    {
        await StopAsync();
        return await StartAsync();
    }

    private async Task StopAsync()
    {
        if (_cluster is not null) await _cluster.DisposeAsync();
        _cluster = null;
    }

    private static ISourceRegistryGrain Source(InProcessTestCluster cluster, string name) =>
        cluster.Client.GetGrain<ISourceRegistryGrain>(RegistryKeys.OfSource(name));

    [SkippableFact]
    public async Task A_source_keeps_its_first_registration_over_a_restart()
    {
        var cluster = await StartAsync();
        Assert.Null(await Source(cluster, "web").Find());
        await Source(cluster, "web").Register(["b", "a", "b"], Now);
        cluster = await RestartAsync();
        await Source(cluster, "web").Register(["c"], Later);
        cluster = await RestartAsync();
        var source = (await Source(cluster, "web").Find())!;
        Assert.Equal(("web", Now, Later), (source.Name, source.FirstRegistered, source.LastRegistered));
        Assert.Equal<string>(["c"], source.WriteKeyHashes);
    }

    [SkippableTheory]
    [InlineData("020235", "20235")]
    [InlineData("ABCD", "abcd")]
    [InlineData("source", "source:")]
    public async Task Names_that_look_alike_are_different_sources(string one, string other)
    {
        var cluster = await StartAsync();
        await Source(cluster, one).Register(["1"], Now);
        Assert.Null(await Source(cluster, other).Find());
        await Source(cluster, other).Register(["2"], Now);
        cluster = await RestartAsync();
        Assert.Equal<string>(["1"], (await Source(cluster, one).Find())!.WriteKeyHashes);
        Assert.Equal<string>(["2"], (await Source(cluster, other).Find())!.WriteKeyHashes);
    }

    [SkippableFact]
    public async Task Of_two_activations_that_write_at_once_one_fails()
    {
        var cluster = await StartAsync();
        var storage = cluster.Silos[0].ServiceProvider.GetRequiredKeyedService<IGrainStorage>(RegistryStorage.Name);
        var id = GrainId.Create("source", RegistryKeys.OfSource("web"));
        var first = State("first");
        var second = State("second");
        var writes = await Task.WhenAll(TryAsync(storage, id, first), TryAsync(storage, id, second));
        Assert.Single(writes, static written => written);
        var winner = writes[0] ? first : second;
        var stale = State("stale");
        stale.ETag = winner.ETag;
        Assert.True(await TryAsync(storage, id, winner));
        Assert.False(await TryAsync(storage, id, stale));

        var read = State("");
        await storage.ReadStateAsync(SourceRegistryGrain.StateName, id, read);
        Assert.Equal(winner.State!.Source!.Name, read.State!.Source!.Name);
        Assert.Equal(winner.ETag, read.ETag);

        await storage.ClearStateAsync(SourceRegistryGrain.StateName, id, read);
        Assert.False(await TryAsync(storage, id, winner));
        var afresh = State("");
        await storage.ReadStateAsync(SourceRegistryGrain.StateName, id, afresh);
        Assert.Null(afresh.State!.Source);
    }

    [SkippableFact]
    public async Task The_schema_may_be_migrated_again_and_by_several_at_once()
    {
        var connection = await OpenAsync();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ =>
            Task.Run(() => RegistrySchema.MigrateAsync(Invariant, connection))));
        await RegistrySchema.MigrateAsync(Invariant, connection);
        var cluster = await StartAsync();
        await Source(cluster, "web").Register(["1"], Now);
    }

    private static GrainState<SourceState> State(string name) =>
        new(new SourceState { Source = SourceRecord.Register(null, name, [], Now) });

    private static async Task<bool> TryAsync(
        IGrainStorage storage, GrainId id, GrainState<SourceState> state)
    {
        try
        {
            await storage.WriteStateAsync(SourceRegistryGrain.StateName, id, state);
            return true;
        }
        catch (InconsistentStateException)
        {
            return false;
        }
    }
}
