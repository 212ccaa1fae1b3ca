using System.Text;
using MartechGrains.Core.Events;
using MartechGrains.Core.Events.Cleaning;
using MartechGrains.Core.Events.Segment;
using MartechGrains.Core.Identity;
using Xunit;

namespace MartechGrains.Core.Tests.Events;

internal static class DecodingFixture
{
    public const long ReceivedAt = 1_767_268_800_000; // 2026-01-01T12:00:00Z

    public static ReceivedContext Context(long receivedAt = ReceivedAt) => new()
    {
        Source = "shop",
        ReceivedAt = new(receivedAt),
        Normalise = Normalise,
    };

    public static DecodedEvent Decode(string json, long receivedAt = ReceivedAt) =>
        SegmentEventDecoder.Decode(Encoding.UTF8.GetBytes(json), Context(receivedAt));

    public static CanonicalEvent Accept(string json, long receivedAt = ReceivedAt)
    {
        var decoded = Decode(json, receivedAt);
        if (decoded is DecodedEvent.Rejected rejected)
            Assert.Fail($"{rejected.Reason.Code} at {rejected.Reason.Field}: {rejected.Reason.Kind}");
        return ((DecodedEvent.Accepted)decoded).Event;
    }

    public static QuarantineReason Reject(string json, long receivedAt = ReceivedAt) =>
        Assert.IsType<DecodedEvent.Rejected>(Decode(json, receivedAt)).Reason;

    /// <summary>A track event with an id and a time, plus the given members.</summary>
    public static string Track(string name, string members = "") =>
        $$"""
        {"type":"track","messageId":"m1","timestamp":"2026-01-01T11:59:00Z","userId":"u1","event":"{{name}}"{{members}}}
        """;

    public static string Order(string properties) => Track("Order Completed", $",\"properties\":{properties}");

    public static Identifier[] Ids(params string[] texts) =>
        [.. texts.Select(text => text.Split(':', 2)).Select(parts => new Identifier(parts[0], parts[1]))];

    private static IdentifierVerdict Normalise(string namespaceName, string value)
    {
        var text = value.Trim();
        if (text is "null" or "anonymous" or "-1" || text.All(c => c is '0' or '-'))
            return new IdentifierVerdict(new Identifier(namespaceName, text), IsBlocked: true);
        if (namespaceName == "email" && !text.Contains('@', StringComparison.Ordinal))
            return IdentifierVerdict.Invalid("INVALID_IDENTIFIER", "text without @", "Send an e-mail address.");
        if (namespaceName == "phone" && text[0] != '+')
            return IdentifierVerdict.Invalid("INVALID_IDENTIFIER", "national number", "Send the number in E.164.");
        return new IdentifierVerdict(
            new Identifier(namespaceName, namespaceName == "email" ? text.ToLowerInvariant() : text));
    }
}
