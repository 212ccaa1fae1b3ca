using MartechGrains.Cluster.Tests.Hosting;
using MartechGrains.Core.Events;
using MartechGrains.Core.Homes.Messages;
using MartechGrains.Grains.Routing;
using MartechGrains.Testing;
using Xunit;

namespace MartechGrains.Cluster.Tests;

/// <summary>As many events of one person as a producer may send: they all go into appends of one home.</summary>
public sealed class LargeAppendTests : IAsyncLifetime
{
    private readonly CommitGate _gate = new();
    private OneSilo _silo = null!;

    public async Task InitializeAsync() => _silo = await OneSilo.StartAsync(_gate.Before);

    public async Task DisposeAsync() => await _silo.DisposeAsync();

    [Fact]
    public async Task The_largest_batch_may_be_of_one_person() =>
        Assert.All(
            await RouteAsync(0, EventLimits.MaxBatchEvents), status => Assert.Equal(ApplyStatus.Applied, status));

    [Fact]
    public async Task Batches_that_wait_for_one_home_share_appends_no_larger_than_the_store_takes()
    {
        await RouteAsync(0, 1);
        _gate.Close();
        var first = RouteAsync(1, 1);
        await _gate.Reached;
        var waiting = Enumerable.Range(0, 12).Select(i => RouteAsync(2 + (i * 500), 500)).ToArray();
        _gate.Open();
        var statuses = (await Task.WhenAll([first, .. waiting])).SelectMany(static all => all).ToList();
        Assert.Equal(6001, statuses.Count);
        Assert.All(statuses, status => Assert.Equal(ApplyStatus.Applied, status));
    }

    private async Task<IEnumerable<ApplyStatus>> RouteAsync(int first, int count) =>
        (await _silo.Of<EventRouter>().RouteAsync(
            [.. Enumerable.Range(first, count).Select(i => SampleEvents.Order($"e{i}", SampleEvents.User("ada")))],
            default)).Select(static routed => routed.Status);
}
