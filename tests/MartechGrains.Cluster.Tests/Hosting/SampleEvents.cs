using System.Text;
using MartechGrains.Core.Events;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Time;

namespace MartechGrains.Cluster.Tests.Hosting;

/// <summary>Small events of one source.</summary>
internal static class SampleEvents
{
    public const string Source = "web";
    public static readonly EventTime Day = new(1_700_000_000_000);
    public static readonly IngestTime AcceptedAt = new(1_700_000_000_000);

    public static Identifier User(string value) => new("user_id", value);

    public static Identifier Email(string value) => new("email", value);

    public static CanonicalEvent Order(string id, params Identifier[] identifiers) => new()
    {
        Source = Source,
        EventId = id,
        EventTime = Day,
        Identifiers = [.. identifiers.Order()],
        Fact = new Fact(EventClass.OrderCompleted, Channel.Web, Units: 1, AmountMinor: 1250, Currency: "EUR"),
        Name = "Order Completed",
        Traits = [new TraitValue("plan", "\"gold\"")],
        Consents = [new ConsentStatement("ads", IsGranted: true)],
        CleaningVersion = 1,
        ContentHash = 7,
        Raw = Encoding.UTF8.GetBytes($$"""{"messageId":"{{id}}"}"""),
    };

    /// <summary>The same in Segment's shape.</summary>
    public static ReadOnlyMemory<byte> Track(string id, string user) => Encoding.UTF8.GetBytes(
        $$"""
        {
          "type": "track", "event": "Order Completed", "messageId": "{{id}}", "userId": "{{user}}",
          "timestamp": "2023-11-14T22:13:20Z", "properties": { "revenue": 12.5, "currency": "EUR" }
        }
        """);
}
