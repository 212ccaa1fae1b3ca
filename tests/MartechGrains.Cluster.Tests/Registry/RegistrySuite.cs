using MartechGrains.Grains.Registry;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;
using Orleans.TestingHost;
using Xunit;

namespace MartechGrains.Cluster.Tests.Registry;

/// <summary>What low-rate grain state promises, whatever database keeps it.</summary>
public abstract class RegistrySuite : IAsyncLifetime
{
    private const long Now = 1_700_000_000_000;
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

    private static IDefinitionInForceGrain Policy(InProcessTestCluster cluster) =>
        cluster.Client.GetGrain<IDefinitionInForceGrain>(RegistryKeys.IdentityPolicy);

    [SkippableFact]
    public async Task A_source_keeps_its_first_registration_over_a_restart()
    {
        var cluster = await StartAsync();
        Assert.Null(await Source(cluster, "web").Find());
        await Source(cluster, "web").Register(["b", "a", "b"], Now);
        cluster = await RestartAsync();
        await Source(cluster, "web").Register(["c"], Now + 5);
        cluster = await RestartAsync();
        var source = (await Source(cluster, "web").Find())!;
        Assert.Equal(("web", Now, Now + 5), (source.Name, source.FirstRegistered, source.LastRegistered));
        Assert.Equal<string>(["c"], source.WriteKeyHashes);
    }

    [SkippableTheory]
    [InlineData("020235", "20235")]
    [InlineData("ABCD", "abcd")]
    [InlineData("definition", "identity-policy")]
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
    public async Task A_definition_in_force_gives_way_to_a_newer_version_only()
    {
        var cluster = await StartAsync();
        Assert.Equal(AdoptOutcome.Adopted, await Policy(cluster).Adopt(2, "aa", Now));
        Assert.Equal(AdoptOutcome.Unchanged, await Policy(cluster).Adopt(2, "aa", Now + 1));
        cluster = await RestartAsync();
        Assert.Equal(AdoptOutcome.Unchanged, await Policy(cluster).Adopt(2, "aa", Now + 2));
        Assert.Equal(AdoptOutcome.SameVersionOtherContent, await Policy(cluster).Adopt(2, "bb", Now + 3));
        Assert.Equal(AdoptOutcome.OlderVersion, await Policy(cluster).Adopt(1, "aa", Now + 4));
        Assert.Equal(new DefinitionInForce(2, "aa", Now), await Policy(cluster).Find());
        Assert.Equal(AdoptOutcome.Adopted, await Policy(cluster).Adopt(3, "bb", Now + 5));
        cluster = await RestartAsync();
        Assert.Equal(new DefinitionInForce(3, "bb", Now + 5), await Policy(cluster).Find());
    }

    [SkippableFact]
    public async Task Of_two_activations_that_write_at_once_one_fails()
    {
        var cluster = await StartAsync();
        var storage = cluster.Silos[0].ServiceProvider.GetRequiredKeyedService<IGrainStorage>(RegistryStorage.Name);
        var id = GrainId.Create("definition", RegistryKeys.IdentityPolicy);
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
        await storage.ReadStateAsync(DefinitionInForceGrain.StateName, id, read);
        Assert.Equal(winner.State!.InForce, read.State!.InForce);
        Assert.Equal(winner.ETag, read.ETag);

        await storage.ClearStateAsync(DefinitionInForceGrain.StateName, id, read);
        Assert.False(await TryAsync(storage, id, winner));
        var afresh = State("");
        await storage.ReadStateAsync(DefinitionInForceGrain.StateName, id, afresh);
        Assert.Null(afresh.State!.InForce);
    }

    [SkippableFact]
    public async Task The_schema_may_be_migrated_again_and_by_several_at_once()
    {
        var connection = await OpenAsync();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ =>
            Task.Run(() => RegistrySchema.MigrateAsync(Invariant, connection))));
        await RegistrySchema.MigrateAsync(Invariant, connection);
        var cluster = await StartAsync();
        Assert.Equal(AdoptOutcome.Adopted, await Policy(cluster).Adopt(1, "aa", Now));
    }

    private static GrainState<DefinitionInForceState> State(string digest) =>
        new(new DefinitionInForceState { InForce = new DefinitionInForce(1, digest, Now) });

    private static async Task<bool> TryAsync(
        IGrainStorage storage, GrainId id, GrainState<DefinitionInForceState> state)
    {
        try
        {
            await storage.WriteStateAsync(DefinitionInForceGrain.StateName, id, state);
            return true;
        }
        catch (InconsistentStateException)
        {
            return false;
        }
    }
}
