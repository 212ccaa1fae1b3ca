using System.Diagnostics.Metrics;
using MartechGrains.Grains;
using MartechGrains.Grains.Routing;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace MartechGrains.Cluster.Tests.Routing;

public sealed class AttemptsTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly Attempts _attempts;
    private int _calls;
    private int _forgotten;

    public AttemptsTests() => _attempts = new Attempts(_time);

    [Fact]
    public async Task What_met_a_reload_is_done_again_after_a_wait_and_without_the_hints_that_led_there()
    {
        var run = _attempts.RunAsync(() => FailAsync(times: 2), Forget, CancellationToken.None);
        // A wait that chance made shorter than a millisecond is over at once.
        Assert.InRange(_calls, 1, 2);
        Assert.Equal(_calls, _forgotten);
        Assert.False(run.IsCompleted);

        Assert.Equal(3, await AfterWaitsAsync(run));
        Assert.Equal((3, 2), (_calls, _forgotten));
    }

    [Fact]
    public async Task What_meets_nothing_but_reloads_is_given_up()
    {
        var run = _attempts.RunAsync(() => FailAsync(times: int.MaxValue), Forget, CancellationToken.None);
        await Assert.ThrowsAsync<GrainReloadException>(() => AfterWaitsAsync(run));
        Assert.Equal(Attempts.Max, _calls);
    }

    [Fact]
    public async Task Another_error_is_told_at_once()
    {
        await Assert.ThrowsAsync<GrainOverloadedException>(() => _attempts.RunAsync<int>(
            static () => throw new GrainOverloadedException("full"), Forget, CancellationToken.None));
        Assert.Equal(0, _forgotten);
    }

    [Fact]
    public async Task Who_gives_up_waits_no_longer_and_tries_no_more()
    {
        using var giveUp = new CancellationTokenSource();
        var run = _attempts.RunAsync(() => FailAsync(times: int.MaxValue), Forget, giveUp.Token);
        var calls = _calls;
        await giveUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        Assert.Equal(calls, _calls);
    }

    [Fact]
    public async Task Of_a_batch_only_what_failed_is_routed_again()
    {
        var routed = new List<int[]>();
        var forgotten = new List<int[]>();
        var run = _attempts.RouteAsync(
            [0, 1, 2, 3, 4],
            places =>
            {
                routed.Add([.. places]);
                return Failures(places.Where(place => place % 2 == 1 && routed.Count < place), Reload);
            },
            places => forgotten.Add([.. places]), CancellationToken.None);

        await AfterWaitsAsync(run);
        Assert.Equal<int[]>([[0, 1, 2, 3, 4], [3], [3]], routed);
        Assert.Equal<int[]>([[3], [3]], forgotten);
    }

    [Fact]
    public async Task Of_a_batch_an_error_that_is_no_reload_is_told_whatever_the_others_met()
    {
        var overload = new GrainOverloadedException("full");
        var run = _attempts.RouteAsync(
            [0, 1], _ => Failures([0], Reload, ([1], overload)), _ => { }, CancellationToken.None);

        Assert.Same(overload, await Assert.ThrowsAsync<GrainOverloadedException>(() => run));
    }

    [Fact]
    public async Task Repeats_are_counted()
    {
        var counted = 0L;
        using var listener = new MeterListener
        {
            InstrumentPublished = static (instrument, listener) =>
            {
                if (instrument.Name == "martechgrains.routing.repeats") listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((_, value, _, _) => Interlocked.Add(ref counted, value));
        listener.Start();
        await AfterWaitsAsync(_attempts.RunAsync(() => FailAsync(times: 2), Forget, CancellationToken.None));

        // Tests beside this one may repeat something too.
        Assert.InRange(Interlocked.Read(ref counted), 2, long.MaxValue);
    }

    private static GrainReloadException Reload { get; } = new("It reloads.");

    private static Task<IReadOnlyList<(IReadOnlyList<int> Places, Exception Error)>> Failures(
        IEnumerable<int> places, Exception error, params (IReadOnlyList<int> Places, Exception Error)[] more)
    {
        int[] failed = [.. places];
        return Task.FromResult<IReadOnlyList<(IReadOnlyList<int> Places, Exception Error)>>(
            failed.Length == 0 ? more : [(failed, error), .. more]);
    }

    private async Task<int> FailAsync(int times)
    {
        await Task.CompletedTask;
        return ++_calls <= times ? throw Reload : _calls;
    }

    private void Forget() => _forgotten++;

    private async Task AfterWaitsAsync(Task run)
    {
        while (!run.IsCompleted)
        {
            _time.Advance(Attempts.MaxDelay);
            await Task.Yield();
        }
        await run;
    }

    private async Task<int> AfterWaitsAsync(Task<int> run)
    {
        await AfterWaitsAsync((Task)run);
        return await run;
    }
}
