using System.Text;
using MartechGrains.Core.Events;
using MartechGrains.Core.Events.Cleaning;
using MartechGrains.Core.Time;
using Xunit;
using static MartechGrains.Core.Tests.Events.DecodingFixture;

namespace MartechGrains.Core.Tests.Events;

public class TypedDraftTests
{
    private static readonly EventDraft Purchase = new()
    {
        EventId = "row-1",
        EventIdField = "event_id",
        Type = EventType.Track,
        Name = "Order Completed",
        Timestamp = new(ReceivedAt - 1000),
        Identifiers = [new("user_id", "c1", "identifiers[0]")],
        Stated = new StatedFact(Units: 3, AmountMinor: 3995, Currency: "usd"),
        Raw = Encoding.UTF8.GetBytes("bytes"),
    };

    [Fact]
    public void Stated_facts_need_no_json()
    {
        var accepted = Assert.IsType<DecodedEvent.Accepted>(EventCleaning.Clean(Purchase, Context())).Event;
        Assert.Equal(new Fact(EventClass.OrderCompleted, Channel.Unknown, 3, 3995, "USD"), accepted.Fact);
        Assert.Equal(("row-1", new EventTime(ReceivedAt - 1000)), (accepted.EventId, accepted.EventTime));
        var classed = Purchase with
        {
            Name = "till",
            Stated = Purchase.Stated with { Class = EventClass.OrderCompleted },
        };
        var other = Assert.IsType<DecodedEvent.Accepted>(EventCleaning.Clean(classed, Context())).Event;
        Assert.Equal(accepted.Fact, other.Fact);
        Assert.NotEqual(accepted.ContentHash, other.ContentHash);
    }

    [Fact]
    public void Stated_facts_are_checked()
    {
        static string Code(EventDraft draft) =>
            Assert.IsType<DecodedEvent.Rejected>(EventCleaning.Clean(draft, Context())).Reason.Code;
        Assert.Equal("OUT_OF_RANGE", Code(Purchase with { Stated = Purchase.Stated with { Units = -1 } }));
        Assert.Equal("INVALID_AMOUNT", Code(Purchase with { Stated = Purchase.Stated with { AmountMinor = -1 } }));
        Assert.Equal("INVALID_AMOUNT", Code(Purchase with { Stated = Purchase.Stated with { Currency = null } }));
        Assert.Equal("OUT_OF_RANGE", Code(Purchase with { Name = "Tree Planted" }));
        Assert.Equal("INVALID_EVENT_ID", Code(Purchase with { EventId = new string('ä', 129) }));
        Assert.Equal(
            "EVENT_TIME_IN_FUTURE", Code(Purchase with { Timestamp = EventTime.MaxValue, SentAt = long.MinValue }));
        Assert.Equal("EVENT_TIME_TOO_OLD", Code(Purchase with { Timestamp = EventTime.MinValue }));
        Assert.Equal("NO_IDENTIFIER", Code(Purchase with { Identifiers = [new("email", " ", "identifiers[0]")] }));
        Assert.Equal("INVALID_IDENTIFIER", Code(Purchase with { Identifiers = [new("email", "x", "identifiers[0]")] }));
    }
}
