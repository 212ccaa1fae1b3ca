using MartechGrains.Journal.Writing;
using Xunit;

namespace MartechGrains.Journal.Tests;

public sealed class StoreBreakerTests
{
    private readonly StoreBreaker _breaker = new();

    [Fact]
    public void A_store_that_says_it_takes_no_writes_is_believed_at_once()
    {
        Assert.True(_breaker.Fail(Seconds(5), refusesWrites: true));
        Assert.True(_breaker.IsOpen);
    }

    [Fact]
    public void A_failure_that_may_pass_is_borne_for_a_while()
    {
        Assert.False(_breaker.Fail(Seconds(5), refusesWrites: false));
        Assert.False(_breaker.Fail(Seconds(5.9), refusesWrites: false));
        Assert.False(_breaker.IsOpen);
        Assert.True(_breaker.Fail(Seconds(6), refusesWrites: false));
        Assert.True(_breaker.IsOpen);
    }

    [Fact]
    public void A_success_between_two_failures_ends_the_while()
    {
        _breaker.Fail(Seconds(5), refusesWrites: false);
        Assert.False(_breaker.Succeed(Seconds(5.5)));
        Assert.False(_breaker.Fail(Seconds(6.4), refusesWrites: false));
        Assert.False(_breaker.IsOpen);
    }

    [Fact]
    public void It_opens_once_and_closes_once()
    {
        Assert.True(_breaker.Fail(Seconds(1), refusesWrites: true));
        Assert.False(_breaker.Fail(Seconds(2), refusesWrites: true));
        Assert.True(_breaker.Succeed(Seconds(3)));
        Assert.False(_breaker.IsOpen);
        Assert.False(_breaker.Succeed(Seconds(4)));
    }

    [Fact]
    public void A_store_that_takes_probes_and_then_no_writes_is_probed_less_and_less_often()
    {
        var delays = new List<TimeSpan>();
        for (var second = 0; second < 8; second++)
        {
            _breaker.Fail(Seconds(second), refusesWrites: true);
            delays.Add(_breaker.ProbeDelay);
            _breaker.Succeed(Seconds(second + 0.5));
        }

        Assert.Equal(
            [0.25, 0.5, 1, 2, 4, 8, 8, 8], delays.Select(static delay => delay.TotalSeconds));
        _breaker.Fail(Seconds(7.5) + StoreBreaker.Steadiness, refusesWrites: true);
        Assert.Equal(StoreBreaker.FirstProbeDelay, _breaker.ProbeDelay);
    }

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}
