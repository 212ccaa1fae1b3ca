using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using MartechGrains.Protocol.Ingest.V1;
using MartechGrains.Protocol.Types.V1;
using static MartechGrains.EndToEnd.Tests.BadInput.BadEvent;

namespace MartechGrains.EndToEnd.Tests.BadInput;

/// <summary>Events in typed form that cannot be used, by what is wrong with them.</summary>
internal static class BadTypedEvents
{
    private const int UnknownField = 90;

    private static readonly Door[] GrpcDoors = [Door.GrpcCall, Door.GrpcStream];

    public static IReadOnlyDictionary<string, BadEvent> All { get; } = new Dictionary<string, BadEvent>
    {
        ["no body"] = new("UNKNOWN_EVENT_TYPE", "", static _ => new Event(), [.. GrpcDoors, Door.JsonCall]),
        ["a body of tomorrow"] = new("UNKNOWN_EVENT_TYPE", "", Tomorrow, GrpcDoors),
        ["no id"] = Typed("INVALID_EVENT_ID", "event_id", static typed => typed.EventId = ""),
        ["control character in the id"] = Typed("INVALID_EVENT_ID", "event_id", static typed => typed.EventId += "\n"),
        ["no class and no name"] = Typed("MISSING_FIELD", "name", static typed => typed.EventClass = default),
        ["no such class"] = Typed("OUT_OF_RANGE", "event_class", static typed => typed.EventClass = (EventClass)99),
        ["no such channel"] = Typed("OUT_OF_RANGE", "channel", static typed => typed.Channel = (Channel)99),
        ["too large"] = Typed("EVENT_TOO_LARGE", "", static typed => typed.Name = new string('x', 33_000)),

        ["no time"] = Typed("INVALID_EVENT_TIME", "event_time", static typed => typed.EventTime = null),
        ["time out of range"] = Typed(
            "INVALID_EVENT_TIME", "event_time", static typed => typed.EventTime.Seconds = long.MaxValue, GrpcDoors),
        ["future time"] = Typed(
            "EVENT_TIME_IN_FUTURE", "event_time", static typed => typed.EventTime.Seconds += 2 * 60 * 60),
        ["1970"] = Typed("EVENT_TIME_TOO_OLD", "event_time", static typed => typed.EventTime = new Timestamp()),

        ["no identifier"] = Typed("NO_IDENTIFIER", "identifiers", static typed => typed.Identifiers.Clear()),
        ["empty identifier"] = Typed(
            "NO_IDENTIFIER", "identifiers[0]", static typed => typed.Identifiers[0].Value = " "),
        ["blocked identifier"] = Typed(
            "ONLY_BLOCKED_IDENTIFIERS", "identifiers[0]", static typed => typed.Identifiers[0].Value = "undefined"),
        ["no such namespace"] = Typed(
            "UNKNOWN_NAMESPACE", "identifiers[0]", static typed => typed.Identifiers[0].Namespace = Personal),
        ["no e-mail address"] = Typed(
            "INVALID_IDENTIFIER", "identifiers[0]", static typed => typed.Identifiers[0].Namespace = "email"),
        ["51 identifiers"] = Typed("TOO_MANY_IDENTIFIERS", "identifiers[50]", static typed => AddEmails(typed, 50)),
        ["10,000 identifiers"] = Typed("EVENT_TOO_LARGE", "", static typed => AddEmails(typed, 10_000)),

        ["malformed properties"] = Typed(
            "MALFORMED_PAYLOAD", "properties_json",
            static typed => typed.PropertiesJson = ByteString.CopyFromUtf8($"{{\"x\":\"{Personal}\"")),
        ["traits in no UTF-8"] = Typed(
            "MALFORMED_PAYLOAD", "traits_json",
            static typed => typed.TraitsJson = ByteString.CopyFrom([.. "{\"x\":\""u8, 0xFF, .. "\"}"u8])),
        ["traits of another type"] = Typed(
            "MALFORMED_PAYLOAD", "traits_json",
            static typed => typed.TraitsJson = ByteString.CopyFromUtf8($"\"{Personal}\"")),
        ["negative amount"] = Typed("INVALID_AMOUNT", "amount", static typed => typed.Amount.MinorUnits = -1),
        ["no such currency"] = Typed("INVALID_AMOUNT", "amount", static typed => typed.Amount.CurrencyCode = Personal),
        ["negative units"] = Typed("OUT_OF_RANGE", "units", static typed => typed.Units = -1),
    };

    private static BadEvent Typed(string reason, string field, Action<TypedEvent> spoil, params Door[] doors) => new(
        reason, field,
        id =>
        {
            var typed = new TypedEvent
            {
                EventId = id,
                EventTime = Timestamp.FromDateTime(DateTime.UtcNow),
                EventClass = EventClass.OrderCompleted,
                Identifiers = { new Identifier { Namespace = "user_id", Value = $"{Personal}-{id}" } },
                Amount = new Money { CurrencyCode = "EUR", MinorUnits = 1 },
                Units = 1,
            };
            spoil(typed);
            return new Event { Typed = typed };
        },
        doors.Length > 0 ? doors : [.. GrpcDoors, Door.JsonCall]);

    private static void AddEmails(TypedEvent typed, int count) => typed.Identifiers.Add(
        Enumerable.Range(0, count)
            .Select(static i => new Identifier { Namespace = "email", Value = $"{Personal}.{i}@example.org" }));

    private static Event Tomorrow(string id)
    {
        using var output = new MemoryStream();
        using (var coded = new CodedOutputStream(output, leaveOpen: true))
        {
            coded.WriteTag(UnknownField, WireFormat.WireType.LengthDelimited);
            coded.WriteString($"{Personal}-{id}");
        }

        return Event.Parser.ParseFrom(output.ToArray());
    }
}
