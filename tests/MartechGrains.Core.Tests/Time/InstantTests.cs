using CsCheck;
using MartechGrains.Core.Time;
using Xunit;

namespace MartechGrains.Core.Tests.Time;

public sealed class InstantTests
{
    [Fact]
    public void Instants_are_ordered_as_their_milliseconds() => Gen.Select(Gen.Long, Gen.Long).Sample((one, other) =>
    {
        var (event1, event2) = (new EventTime(one), new EventTime(other));
        Assert.Equal(
            ((one < other), (one > other), one <= other, one >= other, one.CompareTo(other)),
            ((event1 < event2), (event1 > event2), event1 <= event2, event1 >= event2, event1.CompareTo(event2)));
        Assert.Equal(new EventTime(Math.Min(one, other)), EventTime.Min(event1, event2));
        Assert.Equal(new EventTime(Math.Max(one, other)), EventTime.Max(event1, event2));
        var (ingest1, ingest2) = (new IngestTime(one), new IngestTime(other));
        Assert.Equal(
            ((one < other), (one > other), one <= other, one >= other, one.CompareTo(other)),
            ((ingest1 < ingest2), (ingest1 > ingest2), ingest1 <= ingest2, ingest1 >= ingest2,
                ingest1.CompareTo(ingest2)));
        Assert.Equal(new IngestTime(Math.Max(one, other)), IngestTime.Max(ingest1, ingest2));
    });

    [Fact]
    public void What_lies_between_two_events_leads_from_one_to_the_other() =>
        Gen.Select(Gen.Long, Gen.Long[0, 1L << 50]).Sample((start, span) =>
        {
            var time = new EventTime(start >> 2);
            Assert.Equal(span, time + span - time);
            Assert.Equal(time, time + span - span);
        });

    [Fact]
    public void They_are_written_as_milliseconds_and_read_off_a_clock()
    {
        var moment = new DateTimeOffset(2026, 3, 17, 9, 30, 0, 123, TimeSpan.FromHours(2));
        Assert.Equal("1773732600123", $"{IngestTime.Of(moment)}");
        Assert.Equal("1773732600123", $"{IngestTime.Of(moment).AsEventTime()}");
        Assert.Equal("-5", $"{new EventTime(-5)}");
    }
}
