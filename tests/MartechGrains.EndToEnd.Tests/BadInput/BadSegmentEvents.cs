using System.Globalization;
using System.Text;
using static MartechGrains.EndToEnd.Tests.BadInput.BadEvent;

namespace MartechGrains.EndToEnd.Tests.BadInput;

/// <summary>Events in Segment's form that cannot be used, by what is wrong with them.</summary>
internal static class BadSegmentEvents
{
    private const string User = $"\"userId\":\"{Personal}\"";

    public static IReadOnlyDictionary<string, BadEvent> All { get; } = new Dictionary<string, BadEvent>
    {
        ["malformed JSON"] = Segment(
            "MALFORMED_PAYLOAD", "", $$"""{"messageId":"$",{{User}}""", Door.SegmentEvent, Door.SegmentBatch),
        ["no object"] = Segment("MALFORMED_PAYLOAD", "", $"[\"$\",\"{Personal}\"]", Door.SegmentEvent),
        ["invalid UTF-8"] = Segment("MALFORMED_PAYLOAD", "", InvalidUtf8, Door.SegmentEvent),
        ["half a character in the only id"] = Track(
            "INVALID_IDENTIFIER", "userId", $$"""
            "userId":"{{Personal}}\ud83d"
            """),
        ["nesting too deep"] = Track("MALFORMED_PAYLOAD", "", $"{User},\"properties\":{Nested(40)}"),
        ["no known type"] = Segment(
            "UNKNOWN_EVENT_TYPE", "type", $$"""{"type":"{{Personal}}","messageId":"$",{{User}}}"""),
        ["no event name"] = Segment(
            "MISSING_FIELD", "event", $$"""{"type":"track","messageId":"$",{{User}}}"""),
        ["too large"] = Track(
            "EVENT_TOO_LARGE", "", $$"""{{User}},"properties":{"x":"{{new string('x', 33_000)}}"}"""),

        ["user id of another type"] = Track("WRONG_TYPE", "userId", $"\"userId\":[\"{Personal}\"]"),
        ["properties of an order of another type"] = Segment(
            "WRONG_TYPE", "properties",
            $$"""{"type":"track","event":"Order Completed","messageId":"$",{{User}},"properties":"{{Personal}}"}"""),
        ["time of another type"] = Track("WRONG_TYPE", "timestamp", $"{User},\"timestamp\":1767225600"),
        ["amount of another type"] = Order("WRONG_TYPE", "properties.revenue", $"\"revenue\":\"{Personal}\""),
        ["amount with a currency"] = Order("WRONG_TYPE", "properties.total", "\"total\":\"€49.90\""),
        ["units out of range"] = Order("OUT_OF_RANGE", "properties.quantity", "\"quantity\":2000000000"),
        ["negative amount"] = Order("INVALID_AMOUNT", "properties.revenue", "\"revenue\":-3"),
        ["no such currency"] = Order(
            "INVALID_AMOUNT", "properties.currency", $"\"revenue\":3,\"currency\":\"{Personal}\""),

        ["unreadable time"] = Track("INVALID_EVENT_TIME", "timestamp", $"{User},\"timestamp\":\"{Personal}\""),
        ["future time"] = Track("EVENT_TIME_IN_FUTURE", "timestamp", $"{User},\"timestamp\":\"{InTwoHours}\""),
        ["last time there is"] = Track(
            "EVENT_TIME_IN_FUTURE", "timestamp", $"{User},\"timestamp\":\"9999-12-31T23:59:59.999Z\""),
        ["1970"] = Track("EVENT_TIME_TOO_OLD", "timestamp", $"{User},\"timestamp\":\"1970-01-01T00:00:00.000Z\""),

        ["no identifier"] = Track("NO_IDENTIFIER", "userId", $$"""
            "properties":{"name":"{{Personal}}"}
            """),
        ["empty identifiers"] = Track("NO_IDENTIFIER", "userId", "\"userId\":\"\",\"anonymousId\":\"  \""),
        ["blocked identifiers"] = Track(
            "ONLY_BLOCKED_IDENTIFIERS", "userId", "\"userId\":\"null\",\"anonymousId\":\"0000-0000\""),
        ["control character"] = Track("INVALID_IDENTIFIER", "userId", $"\"userId\":\"{Personal}\\u0007{Personal}\""),
        ["identifier too long"] = Track(
            "INVALID_IDENTIFIER", "userId", $"\"userId\":\"{Personal}{new string('x', 300)}\""),
        ["51 identifiers"] = Track("TOO_MANY_IDENTIFIERS", "context.externalIds[50].id", ExternalIds("email", 51)),
        ["10,000 identifiers"] = Track("EVENT_TOO_LARGE", "", ExternalIds("email", 10_000)),
        ["two users"] = Track("NAMESPACE_LIMIT_EXCEEDED", "identifiers", ExternalIds("user_id", 2)),
    };

    private static string InTwoHours => DateTime.UtcNow.AddHours(2).ToString("O", CultureInfo.InvariantCulture);

    private static byte[] InvalidUtf8(string id) =>
    [
        .. Encoding.UTF8.GetBytes($$"""{"messageId":"{{id}}","userId":"{{Personal}}"""), 0xC3, 0x28, .. "\"}"u8,
    ];

    private static BadEvent Order(string reason, string field, string properties) => Segment(
        reason, field,
        $$"""{"type":"track","event":"Order Completed","messageId":"$",{{User}},"properties":{ {{properties}} } }""");

    private static string Nested(int levels) =>
        string.Concat(Enumerable.Repeat("{\"x\":", levels)) + $"\"{Personal}\"" + new string('}', levels);

    private static string ExternalIds(string ns, int count)
    {
        var ids = Enumerable.Range(0, count)
            .Select(i => $$"""{"type":"{{ns}}","id":"{{Personal}}-{{i}}"}""");
        return $$"""
            "context":{"externalIds":[{{string.Join(',', ids)}}]}
            """;
    }
}
