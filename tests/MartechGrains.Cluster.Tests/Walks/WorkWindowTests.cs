using MartechGrains.Grains.Walks;
using Xunit;

namespace MartechGrains.Cluster.Tests.Walks;

public sealed class WorkWindowTests
{
    private readonly TaskCompletionSource _first = new();
    private readonly TaskCompletionSource _second = new();

    [Fact]
    public async Task So_many_pieces_are_under_way_at_a_time()
    {
        await using var window = new WorkWindow(2, CancellationToken.None);
        await window.AddAsync(_ => _first.Task);
        await window.AddAsync(_ => _second.Task);
        var begun = false;
        var third = window.AddAsync(_ =>
        {
            begun = true;
            return Task.CompletedTask;
        }).AsTask();
        Assert.False(begun);

        _second.SetResult();
        await third;
        Assert.True(begun);
        _first.SetResult();
        await window.FinishAsync();
    }

    [Fact]
    public async Task Where_one_fails_the_others_are_stopped_and_waited_for()
    {
        var window = new WorkWindow(2, CancellationToken.None);
        var stopping = CancellationToken.None;
        await window.AddAsync(token =>
        {
            stopping = token;
            return _first.Task;
        });
        await window.AddAsync(_ => Task.FromException(new InvalidOperationException("a bug")));
        var error = await Assert.ThrowsAsync<InvalidOperationException>(
            async () => await window.AddAsync(static _ => Task.CompletedTask));
        Assert.Equal("a bug", error.Message);
        Assert.False(stopping.IsCancellationRequested);

        var end = window.DisposeAsync().AsTask();
        Assert.True(stopping.IsCancellationRequested);
        Assert.False(end.IsCompleted);
        _first.SetException(new InvalidOperationException("another bug"));
        await end;
    }

    [Fact]
    public async Task Finishing_tells_what_failed()
    {
        await using var window = new WorkWindow(2, CancellationToken.None);
        await window.AddAsync(static _ => Task.FromException(new InvalidOperationException()));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await window.FinishAsync());
    }
}
