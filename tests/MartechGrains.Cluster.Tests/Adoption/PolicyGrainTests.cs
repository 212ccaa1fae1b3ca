using MartechGrains.Grains.Adoption;
using Xunit;

namespace MartechGrains.Cluster.Tests.Adoption;

public sealed class PolicyGrainTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private PolicySilo _silo = null!;

    public async Task InitializeAsync()
    {
        _silo = await PolicySilo.StartAsync();
        Assert.Equal(PolicyOutcome.Adopted, (await _silo.Grain.Propose(PolicySilo.Version(1))).Outcome);
    }

    public async Task DisposeAsync() => await _silo.DisposeAsync();

    [Fact]
    public async Task A_version_is_seen_by_nobody_before_it_is_on_disk()
    {
        var held = _silo.Storage.HoldNext();
        var proposed = _silo.Grain.Propose(PolicySilo.Version(2)).AsTask();
        await held.Reached;
        await AssertVersionsAsync(1);
        Assert.Equal(1, (await _silo.Grain.Change())!.Version);

        held.Pass();
        Assert.Equal(PolicyOutcome.Adopted, (await proposed).Outcome);
        await AssertVersionsAsync(1, 2);
    }

    [Fact]
    public async Task A_version_that_could_not_be_written_is_not_in_force()
    {
        var held = _silo.Storage.HoldNext();
        var proposed = _silo.Grain.Propose(PolicySilo.Version(2)).AsTask();
        await held.Reached;

        held.Fail();
        await Assert.ThrowsAsync<OrleansException>(() => proposed);
        await AssertVersionsAsync(1);
        Assert.Equal(PolicyOutcome.Adopted, (await _silo.Grain.Propose(PolicySilo.Version(3))).Outcome);
        await AssertVersionsAsync(1, 3);
    }

    [Fact]
    public async Task Two_requests_at_once_are_decided_one_after_the_other()
    {
        var held = _silo.Storage.HoldNext();
        var first = _silo.Grain.Propose(PolicySilo.Version(3)).AsTask();
        await held.Reached;
        var second = _silo.Grain.Propose(PolicySilo.Version(2)).AsTask();
        Assert.False(second.IsCompleted);

        held.Pass();
        Assert.Equal(PolicyOutcome.Adopted, (await first).Outcome);
        Assert.Equal(PolicyOutcome.OlderVersion, (await second).Outcome);
    }

    [Fact]
    public async Task A_walk_over_the_homes_ends_with_its_activation()
    {
        await _silo.Grain.Propose(PolicySilo.Version(2));
        await _silo.Store.Reached.WaitAsync(Patience);

        await _silo.DropAsync();
        await _silo.Store.Cancelled.WaitAsync(Patience);
        Assert.False((await _silo.Grain.Change())!.IsFinished);
    }

    private async Task AssertVersionsAsync(params int[] expected) =>
        Assert.Equal(expected, (await _silo.Grain.Versions()).Select(static one => one.Version));
}
