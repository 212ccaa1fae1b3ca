using System.Diagnostics.Metrics;
using Grpc.Core;
using MartechGrains.Server.Lineage;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MartechGrains.Server.Tests.Lineage;

public sealed class ExplanationLimitTests : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly ExplanationLimit _limit;

    public ExplanationLimitTests() => _limit = new ExplanationLimit(_services.GetRequiredService<IMeterFactory>());

    public void Dispose()
    {
        _limit.Dispose();
        _services.Dispose();
    }

    [Fact]
    public async Task Those_beyond_the_limit_wait_for_a_turn_and_those_beyond_the_queue_are_refused()
    {
        var turns = await Task.WhenAll(Enumerable.Range(0, ExplanationLimit.MaxAtATime).Select(_ => EnterAsync()));
        var waiting = Enumerable.Range(0, ExplanationLimit.MaxWaiting).Select(_ => EnterAsync()).ToArray();
        Assert.All(waiting, static one => Assert.False(one.IsCompleted));
        var refused = await Assert.ThrowsAsync<RpcException>(EnterAsync);
        Assert.Equal(StatusCode.ResourceExhausted, refused.StatusCode);

        turns[0].Dispose();
        (await waiting[0]).Dispose();
        await waiting[1];
        Assert.False(waiting[2].IsCompleted);
    }

    [Fact]
    public async Task Who_gives_up_leaves_the_queue()
    {
        for (var i = 0; i < ExplanationLimit.MaxAtATime; i++) await EnterAsync();
        using var patience = new CancellationTokenSource();
        var leaving = _limit.EnterAsync(patience.Token).AsTask();
        for (var i = 1; i < ExplanationLimit.MaxWaiting; i++) _ = EnterAsync();
        await Assert.ThrowsAsync<RpcException>(EnterAsync);

        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaving);
        Assert.False(EnterAsync().IsCompleted);
    }

    private Task<IDisposable> EnterAsync() => _limit.EnterAsync(CancellationToken.None).AsTask();
}
