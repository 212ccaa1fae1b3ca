using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using MartechGrains.Core.Events;
using MartechGrains.Core.Events.Cleaning;
using MartechGrains.Core.Time;
using MartechGrains.Protocol.Ingest.V1;
using MartechGrains.Protocol.Types.V1;
using Xunit;
using Wire = MartechGrains.Protocol.Types.V1;

namespace MartechGrains.Server.Tests.Ingress;

/// <summary>Typed events to begin tests with.</summary>
internal static class TypedEvents
{
    public const long Time = 1_767_268_740_123; // 2026-01-01T11:59:00.123Z

    public static ReceivedContext Context { get; } = new()
    {
        Source = "web",
        ReceivedAt = IngestTime.Of(IngestServer.Now),
        Normalise = static (name, value) =>
            new IdentifierVerdict(new Core.Identity.Identifier(name, value), IsBlocked: value == "null"),
    };

    /// <summary>One row of a purchase log.</summary>
    public static TypedEvent Purchase(string id = "1", string user = "u1") => new()
    {
        EventId = id,
        EventTime = Timestamp.FromDateTimeOffset(DateTimeOffset.FromUnixTimeMilliseconds(Time)),
        EventClass = Wire.EventClass.OrderCompleted,
        Identifiers = { new Wire.Identifier { Namespace = "user_id", Value = user } },
        Amount = new Money { CurrencyCode = "USD", MinorUnits = 1177 },
        Units = 1,
    };

    public static Event Wrap(TypedEvent typed) => new() { Typed = typed };

    public static Event Segment(string json) => new() { SegmentJson = ByteString.CopyFromUtf8(json) };

    public static TypedEvent Changed(Action<TypedEvent> change)
    {
        var typed = Purchase();
        change(typed);
        return typed;
    }

    public static CanonicalEvent Accepted(DecodedEvent decoded)
    {
        if (decoded is DecodedEvent.Rejected rejected)
            Assert.Fail($"{rejected.Reason.Code} at {rejected.Reason.Field}: {rejected.Reason.Kind}");
        return ((DecodedEvent.Accepted)decoded).Event;
    }

    public static QuarantineReason Rejected(DecodedEvent decoded) =>
        Assert.IsType<DecodedEvent.Rejected>(decoded).Reason;
}
