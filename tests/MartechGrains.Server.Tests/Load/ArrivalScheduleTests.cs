using MartechGrains.LoadTests.Driving;
using Xunit;

namespace MartechGrains.Server.Tests.Load;

public sealed class ArrivalScheduleTests
{
    private const long Second = 1_000;

    [Fact]
    public void Arrivals_are_due_at_the_fixed_rate()
    {
        var schedule = new ArrivalSchedule(start: 50, perSecond: 10, seconds: 1, Second);
        Assert.True(schedule.TryTake(50, hasRoom: true, out var first));
        Assert.Equal(50, first);
        Assert.False(schedule.TryTake(149, hasRoom: true, out _));
        Assert.True(schedule.TryTake(150, hasRoom: true, out var second));
        Assert.Equal(150, second);
    }

    [Fact]
    public void An_arrival_taken_late_keeps_its_intended_moment()
    {
        var schedule = new ArrivalSchedule(start: 0, perSecond: 10, seconds: 1, Second);
        Assert.True(schedule.TryTake(0, hasRoom: true, out _));
        Assert.True(schedule.TryTake(700, hasRoom: true, out var intended));
        Assert.Equal(100, intended);
        Assert.Equal(1, schedule.Late);
    }

    [Fact]
    public void A_stall_drops_and_counts_only_what_waited_longer_than_a_second()
    {
        var schedule = new ArrivalSchedule(start: 0, perSecond: 10, seconds: 3, Second);
        Assert.False(schedule.TryTake(2_000, hasRoom: false, out _));
        Assert.Equal(10, schedule.Dropped);
        Assert.True(schedule.TryTake(2_000, hasRoom: true, out var intended));
        Assert.Equal(1_000, intended);
    }

    [Fact]
    public void Taken_and_dropped_arrivals_add_up_to_the_plan()
    {
        var schedule = new ArrivalSchedule(start: 0, perSecond: 100, seconds: 5, Second);
        for (var now = 0; !schedule.IsOver; now++)
        {
            var stalled = now is > 1_000 and < 3_500;
            while (schedule.TryTake(now, !stalled, out _))
            {
                Assert.False(stalled);
            }
        }

        Assert.Equal(500, schedule.Taken + schedule.Dropped);
        Assert.InRange(schedule.Dropped, 140, 151);
    }
}
