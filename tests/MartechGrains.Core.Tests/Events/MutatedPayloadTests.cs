using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using MartechGrains.Core.Events;
using Xunit;
using static MartechGrains.Core.Tests.Events.DecodingFixture;

namespace MartechGrains.Core.Tests.Events;

/// <summary>
/// Each field of each type of event, with each kind of value in its place. What becomes of the event is in the table
/// beside this file; of whatever is in another field, nothing of identity, time and money may ever be lost by it.
/// </summary>
public sealed class MutatedPayloadTests
{
    private const string Context = """
        {"traits":{"email":"c@example.org","phone":"+4915112345678"},"channel":"web",
         "device":{"id":"d1","adTrackingEnabled":true},"library":{"name":"analytics.js","version":"5"},
         "externalIds":[{"id":"n1","type":"customer_number","collection":"users","encoding":"none"}],
         "consent":{"categoryPreferences":{"ads":true}},"ip":"203.0.113.9","page":{"url":"https://shop.example"}}
        """;

    private const string Envelope = $$"""
        "messageId":"m1","userId":"u1","anonymousId":"a1","timestamp":"2026-01-01T11:00:00Z",
        "originalTimestamp":"2026-01-01T11:00:01Z","sentAt":"2026-01-01T11:59:59Z","channel":"web",
        "integrations":{"All":true},"context":{{Context}}
        """;

    private static readonly string[] Payloads =
    [
        $$$"""
        {"type":"track","event":"Order Completed",{{{Envelope}}},"properties":{"revenue":39.95,"total":45,"value":7,
         "currency":"EUR","quantity":9,"products":[{"sku":"s","quantity":2,"price":19.5}],"order_id":"o1"}}
        """,
        $$$"""{"type":"identify",{{{Envelope}}},"traits":{"email":"a@example.org","phone":"+4915112345679","plan":"a"}}""",
        $$$"""{"type":"page","name":"Home",{{{Envelope}}},"properties":{"title":"Shop"}}""",
        $$$"""{"type":"screen","name":"Home",{{{Envelope}}},"properties":{"title":"Shop"}}""",
        $$$"""{"type":"group","groupId":"g1",{{{Envelope}}},"traits":{"name":"Group"}}""",
        $$$"""{"type":"alias","previousId":"p1",{{{Envelope}}}}""",
    ];

    private static readonly (string Name, Func<JsonNode?>? Value)[] Mutations =
    [
        ("number", static () => JsonValue.Create(7)), ("\"\"", static () => JsonValue.Create("")),
        ("[]", static () => new JsonArray()), ("{}", static () => new JsonObject()),
        ("false", static () => JsonValue.Create(false)), ("text", static () => JsonValue.Create("text")),
        ("null", static () => null), ("absent", null),
    ];

    [Fact]
    public void What_becomes_of_an_event_with_another_kind_of_value_in_a_field_is_as_the_table_says()
    {
        var table = new StringBuilder();
        foreach (var payload in Payloads)
        {
            var whole = Accept(payload);
            foreach (var path in PathsOf(JsonNode.Parse(payload)!, ""))
            {
                table.Append(CultureInfo.InvariantCulture, $"{whole.Fact.Class} {path}:");
                foreach (var (name, value) in Mutations)
                    table.Append(CultureInfo.InvariantCulture, $" {name}={Outcome(payload, path, value, whole)}");
                table.Append('\n');
            }
        }

        var file = Path.Combine(AppContext.BaseDirectory, "Events", "mutated-payloads.txt");
        if (Environment.GetEnvironmentVariable("MARTECH_WRITE_TABLE") is { } written)
            File.WriteAllText(written, table.ToString());
        Assert.Equal(File.ReadAllText(file), table.ToString());
    }

    private static string Outcome(string payload, string path, Func<JsonNode?>? value, CanonicalEvent whole)
    {
        var decoded = Decode(Mutate(payload, path, value));
        if (decoded is DecodedEvent.Rejected rejected) return $"{rejected.Reason.Code}@{rejected.Reason.Field}";
        var accepted = ((DecodedEvent.Accepted)decoded).Event;
        List<string> changed =
        [
            .. whole.Identifiers.Except(accepted.Identifiers).Select(static lost => $"-{lost.Namespace}"),
            .. accepted.Identifiers.Except(whole.Identifiers).Select(static gained => $"+{gained}"),
        ];
        if (accepted.EventTime != whole.EventTime) changed.Add("time");
        if (accepted.EventId != whole.EventId) changed.Add("id");
        if (accepted.Fact.Class != whole.Fact.Class) changed.Add("class");
        if ((accepted.Fact.AmountMinor, accepted.Fact.Currency) != (whole.Fact.AmountMinor, whole.Fact.Currency))
            changed.Add($"{accepted.Fact.AmountMinor}{accepted.Fact.Currency}");
        if (accepted.Fact.Units != whole.Fact.Units) changed.Add($"{accepted.Fact.Units}units");
        AssertNothingElse(path, changed);
        changed.AddRange(accepted.SourceFields
            .Where(static step => step.Output.StartsWith("ignored.", StringComparison.Ordinal)
                || step.Output.StartsWith("coerced.", StringComparison.Ordinal))
            .Select(static step => step.Output[..7]).Distinct());
        return changed.Count == 0 ? "kept" : string.Join(',', changed);
    }

    /// <summary>Identity, time and money change by a field of theirs only.</summary>
    private static void AssertNothingElse(string path, List<string> changed)
    {
        bool In(params string[] fields) => fields.Any(field =>
            path == field || path.StartsWith($"{field}.", StringComparison.Ordinal)
            || field.StartsWith($"{path}.", StringComparison.Ordinal));
        foreach (var change in changed)
        {
            Assert.True(
                change switch
                {
                    "time" => In("timestamp", "originalTimestamp", "sentAt"),
                    "id" => In("messageId"),
                    "class" => In("type", "event", "name"),
                    _ when change.EndsWith("units", StringComparison.Ordinal) =>
                        In("type", "event", "properties.products", "properties.quantity"),
                    _ when change[0] is '-' or '+' => In(
                        "userId", "anonymousId", "previousId", "traits.email", "traits.phone", "context.traits.email",
                        "context.traits.phone", "context.device.id", "context.device.adTrackingEnabled",
                        "context.externalIds", "context.externalIds.0"),
                    _ => In(
                        "type", "event", "properties.revenue", "properties.total", "properties.value",
                        "properties.currency"),
                },
                $"{path} changed {change}");
        }
    }

    private static IEnumerable<string> PathsOf(JsonNode node, string prefix)
    {
        IEnumerable<(string Name, JsonNode? Value)> members = node switch
        {
            JsonObject owner => owner.Select(static member => (member.Key, member.Value)),
            JsonArray list => list.Select(static (item, i) => (i.ToString(CultureInfo.InvariantCulture), item)),
            _ => [],
        };
        foreach (var (name, value) in members)
        {
            yield return prefix + name;
            if (value is null) continue;
            foreach (var inner in PathsOf(value, $"{prefix}{name}.")) yield return inner;
        }
    }

    private static string Mutate(string payload, string path, Func<JsonNode?>? value)
    {
        var root = JsonNode.Parse(payload)!;
        var names = path.Split('.');
        var owner = names[..^1].Aggregate(root, static (node, name) =>
            node is JsonArray list ? list[int.Parse(name, CultureInfo.InvariantCulture)]! : node[name]!);
        if (owner is JsonArray items)
        {
            items.RemoveAt(0);
            if (value is not null) items.Add(value());
        }
        else if (value is null)
        {
            owner.AsObject().Remove(names[^1]);
        }
        else
        {
            owner[names[^1]] = value();
        }

        return root.ToJsonString();
    }
}
