using MartechGrains.Core.Time;
using Xunit;

namespace MartechGrains.Core.Tests.Time;

public sealed class ClockComparisonTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData(100_000, 100_000, 0, false)]
    [InlineData(130_000, 100_000, 0, false)]
    [InlineData(130_001, 100_000, 0, true)]
    [InlineData(70_000, 100_000, 0, false)]
    [InlineData(69_999, 100_000, 0, true)]
    // The answer was 8 s on its way, so that the store's clock showed it from 0 to 8 s ago.
    [InlineData(138_000, 100_000, 8_000, false)]
    [InlineData(138_001, 100_000, 8_000, true)]
    [InlineData(70_000, 100_000, 8_000, false)]
    [InlineData(69_999, 100_000, 8_000, true)]
    // Nothing is sure of an answer that took minutes, but what is further away.
    [InlineData(100_000, 100_000, 600_000, false)]
    [InlineData(long.MaxValue, long.MinValue, 0, true)]
    public void A_clock_is_off_by_more_than_the_limit_once_that_is_sure(
        long node, long store, long roundTrip, bool isOff) => Assert.Equal(
            isOff,
            ClockComparison.WithClock(
                new IngestTime(node), new IngestTime(store), TimeSpan.FromMilliseconds(roundTrip)).IsOff(Limit));

    [Theory]
    [InlineData(100_000, 100_000, false)]
    [InlineData(70_000, 100_000, false)]
    [InlineData(69_999, 100_000, true)]
    // Nothing was written for long: that says nothing of the clock.
    [InlineData(long.MaxValue, 100_000, false)]
    public void Without_a_clock_of_the_stores_only_what_was_written_can_be_ahead(
        long node, long newest, bool isOff) => Assert.Equal(
            isOff, ClockComparison.WithNewestEntry(new IngestTime(node), new IngestTime(newest)).IsOff(Limit));
}
