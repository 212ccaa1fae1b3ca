using System.Globalization;
using System.Text;
using Google.Protobuf;
using MartechGrains.EndToEnd.Tests.Support;
using MartechGrains.Protocol.Ingest.V1;
using MartechGrains.Protocol.Lineage.V1;
using Xunit;

namespace MartechGrains.EndToEnd.Tests.Field;

/// <summary>
/// Events as producers really send them, through both doors and over both stores: identity, time and money are kept,
/// and what is left out or coerced stands in the lineage. In the payloads $ is the name of the test's own person,
/// and # a digit.
/// </summary>
public sealed class FieldPayloadTests(FieldServers servers) : IClassFixture<FieldServers>
{
    private const string Buys = """
        "type":"track","event":"Order Completed","timestamp":"2026-11-01T10:00:00Z","userId":"$"
        """;

    private static readonly (string Json, string Kept)[] Payloads =
    [
        // A number where an id is text.
        ($$$"""{"messageId":1,{{{Buys}}},"anonymousId":17#,"properties":{"total":10,"currency":"EUR"}}""",
            "1000 EUR 1 unit, anonymous_id:17# user_id:$, coerced.number_to_text messageId, "
            + "coerced.number_to_text anonymousId"),
        ($$$"""{{{{Buys}}},"context":{"traits":{"phone":4915112345678}},"properties":{"total":1,"currency":"EUR"}}""",
            "100 EUR 1 unit, user_id:$, coerced.number_to_text context.traits.phone, "
            + "ignored.INVALID_IDENTIFIER context.traits.phone"),
        // The empty array of PHP, and other things in the place of an object.
        ($$$"""{{{{Buys}}},"context":[],"traits":[],"properties":{"total":"30.00","currency":"EUR","products":[]}}""",
            "3000 EUR 1 unit, user_id:$, coerced.empty_array_to_object traits, coerced.empty_array_to_object context, "
            + "coerced.text_to_number properties.total"),
        ($$$"""{{{{Buys}}},"context":"x","traits":7,"properties":{"total":3,"currency":"EUR"}}""",
            "300 EUR 1 unit, user_id:$, ignored.WRONG_TYPE traits, ignored.WRONG_TYPE context"),
        ($$$"""{{{{Buys}}},"context":{"device":"x","externalIds":{},"consent":[]},"properties":{"total":3}}""",
            "300 USD 1 unit, user_id:$, ignored.WRONG_TYPE context.device, ignored.WRONG_TYPE context.externalIds, "
            + "coerced.empty_array_to_object context.consent"),
        // Lines of an order.
        ($$$"""{{{{Buys}}},"properties":{"total":12.4,"currency":"EUR","products":[{"quantity":0.35},{"quantity":"2"}]}}""",
            "1240 EUR 3 unit, user_id:$, coerced.measure_to_one_unit properties.products[].quantity 0.35, "
            + "coerced.text_to_number properties.products[].quantity"),
        ($$$"""{{{{Buys}}},"properties":{"revenue":"","total":5,"currency":"EUR","products":[null,7,{"quantity":2}]}}""",
            "500 EUR 2 unit, user_id:$, ignored.WRONG_TYPE properties.products[]"),
        // Half an emoji.
        ($$$"""{{{{Buys}}},"properties":{"total":5,"currency":"EUR","note":"thanks \ud83d"}}""",
            "500 EUR 1 unit, user_id:$, coerced.half_character_to_replacement "),
        // Ids that cannot be kept as they are, beside one that can.
        ($$$"""{{{{Buys}}},"anonymousId":false,"properties":{"total":5,"currency":"EUR"}}""",
            "500 EUR 1 unit, user_id:$, ignored.WRONG_TYPE anonymousId"),
        ($$$"""{{{{Buys}}},"anonymousId":"a\u0000b","properties":{"total":5,"currency":"EUR"}}""",
            "500 EUR 1 unit, user_id:$, ignored.INVALID_IDENTIFIER anonymousId"),
        // Times of sending that are none.
        ($$$"""{{{{Buys}}},"sentAt":"soon","properties":{"total":5,"currency":"EUR"}}""",
            "500 EUR 1 unit, user_id:$, ignored.INVALID_EVENT_TIME sentAt"),
        ($$$"""{{{{Buys}}},"sentAt":"1970-01-01T00:00:00Z","properties":{"total":5,"currency":"EUR"}}""",
            "500 EUR 1 unit, user_id:$, ignored.EVENT_TIME_TOO_OLD sentAt"),
        ($$$"""{{{{Buys}}},"sentAt":null,"originalTimestamp":"x","properties":{"total":5,"currency":"EUR"}}""",
            "500 EUR 1 unit, user_id:$, ignored.INVALID_EVENT_TIME originalTimestamp"),
        // Old times of a source that is not declared to be its clients' clocks are honest.
        ($$$"""{{{{Buys}}},"sentAt":"2026-11-01T10:00:01Z","properties":{"total":5,"currency":"EUR"}}""",
            "500 EUR 1 unit, user_id:$"),
        // A placeholder beside somebody.
        ($$$"""{{{{Buys}}},"anonymousId":"{{user.id}}","properties":{"total":5,"currency":"EUR"}}""",
            "500 EUR 1 unit, user_id:$"),
    ];

    private static string Named(string text, string person, bool grpc) => text
        .Replace("$", person, StringComparison.Ordinal).Replace("#", grpc ? "1" : "2", StringComparison.Ordinal);

    public static TheoryData<int, bool, bool> Cases()
    {
        var cases = new TheoryData<int, bool, bool>();
        for (var i = 0; i < Payloads.Length; i++)
        {
            cases.Add(i, false, false);
            cases.Add(i, true, false);
            cases.Add(i, false, true);
        }

        return cases;
    }

    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public async Task An_order_counts_whatever_is_wrong_beside_it(int payload, bool grpc, bool postgres)
    {
        var server = await servers.AddressAsync(postgres);
        var person = $"field-{payload}-{grpc}".ToLowerInvariant();
        var (json, kept) = Payloads[payload];

        await SendAsync(server, Named(json, person, grpc), grpc);

        Assert.Equal(Named(kept, person, grpc), await KeptAsync(server, person));
    }

    [SkippableTheory]
    [InlineData("1,299.00")]
    [InlineData("$49.90")]
    [InlineData("49,90")]
    public async Task An_amount_that_could_be_another_is_not_guessed(string amount)
    {
        var server = await servers.AddressAsync(postgres: false);
        var json = $$$"""{"messageId":"m-{{{amount}}}",{{{Buys}}},"properties":{"revenue":"{{{amount}}}","total":1}}"""
            .Replace("\"userId\":\"$\"", "\"userId\":\"guess\"", StringComparison.Ordinal);

        var answer = await server.Http.PostAsync("/v1/track", Encoding.UTF8.GetBytes(json), FieldServers.ShopKey);

        var told = answer.Json.GetProperty("quarantined")[0];
        Assert.Equal("WRONG_TYPE", told.GetProperty("code").GetString());
        Assert.Equal("properties.revenue", told.GetProperty("field").GetString());
    }

    [SkippableFact]
    public async Task Replies_tell_what_was_left_out_or_coerced_and_an_alias_that_it_joins_no_user_ids()
    {
        var server = await servers.AddressAsync(postgres: false);
        const string alias = """{"type":"alias","userId":"told","previousId":4711,"messageId":"told"}""";

        var answer = await server.Http.PostAsync("/v1/alias", Encoding.UTF8.GetBytes(alias), FieldServers.ShopKey);
        var response = await server.Channel.Ingest().IngestEventsAsync(
            new IngestEventsRequest { Events = { new Event { SegmentJson = ByteString.CopyFromUtf8(alias) } } },
            ClientExtensions.Key(FieldServers.ShopKey));

        string[] notes =
            ["coerced.number_to_text previousId", "coerced.previous_id_to_anonymous_id previousId"];
        Assert.Equal(notes, answer.Json.GetProperty("noted").EnumerateArray()
            .Select(static note => $"{note.GetProperty("note")} {note.GetProperty("field")}"));
        Assert.Equal(notes, Assert.Single(response.Results).Notes.Select(static note => $"{note.Note} {note.Field}"));
        var plain = await server.Http.PostAsync(
            "/v1/page", """{"type":"page","userId":"told"}"""u8.ToArray(), FieldServers.ShopKey);
        Assert.False(plain.Json.TryGetProperty("noted", out _), plain.Text);
    }

    [SkippableFact]
    public async Task The_slow_clock_of_a_source_that_is_declared_so_is_corrected_in_whole_minutes_and_told()
    {
        var server = await servers.AddressAsync(postgres: false);
        var now = DateTime.UtcNow;
        var json = string.Create(CultureInfo.InvariantCulture, $$$"""
            {"type":"track","event":"Order Completed","userId":"slow",
             "timestamp":"{{{now.AddDays(-3).AddMinutes(-2):O}}}","sentAt":"{{{now.AddDays(-3):O}}}",
             "properties":{"total":1,"currency":"EUR"}}
            """);

        var answer = await server.Http.PostAsync("/v1/track", Encoding.UTF8.GetBytes(json), FieldServers.PhoneKey);
        Assert.Equal(1, answer.Json.GetProperty("accepted").GetInt32());

        var event_ = Assert.Single((await ExplainAsync(server, "slow")).Contributions);
        Assert.InRange(event_.Event.EventTime.ToDateTime(), now.AddMinutes(-4), now);
        Assert.Contains(event_.SourceFields, static step =>
            step is { Output: "event_time.corrected", Field: "sentAt +4320 min" });
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Two_spellings_of_an_address_sent_as_user_id_are_one_person_and_that_address(bool postgres)
    {
        var server = await servers.AddressAsync(postgres);
        foreach (var spelling in new[] { "c26.ada@example.org", "C26.Ada@example.org", "\ufeffc26.ada@example.org" })
        {
            await SendAsync(
                server, Buys.Replace("$", spelling, StringComparison.Ordinal).Insert(0, "{")
                    + $$$""","messageId":"{{{spelling}}}","properties":{"total":1,"currency":"EUR"}}""",
                grpc: false);
        }

        var byUser = await server.Channel.ProfileAsync("user_id", "C26.ADA@example.org");
        var byAddress = await server.Channel.ProfileAsync("email", "c26.ada@example.org");
        Assert.Equal(byUser.ProfileId, byAddress.ProfileId);
        Assert.Equal(300, byUser.MinorUnits("revenue", "EUR"));
    }

    private static async Task SendAsync(ServerAddress server, string json, bool grpc)
    {
        if (grpc)
        {
            await server.Channel.SendAsync(
                [new Event { SegmentJson = ByteString.CopyFromUtf8(json) }], FieldServers.ShopKey);
            return;
        }

        var answer = await server.Http.PostAsync("/v1/track", Encoding.UTF8.GetBytes(json), FieldServers.ShopKey);
        Assert.True(answer.Json.GetProperty("accepted").GetInt32() == 1, answer.Text);
    }

    private static async Task<string> KeptAsync(ServerAddress server, string person)
    {
        var profile = await server.Channel.ProfileAsync("user_id", person);
        var amount = Assert.Single(profile.Features["revenue"].Value.Amounts.Amounts);
        var counted = Assert.Single((await ExplainAsync(server, person)).Contributions);
        Assert.Equal(3, counted.CleaningVersion);
        var notes = counted.SourceFields
            .Where(static step => step.Output.StartsWith("ignored.", StringComparison.Ordinal)
                || step.Output.StartsWith("coerced.", StringComparison.Ordinal))
            .Select(static step => $", {step.Output} {step.Field}");
        var linked = string.Join(
            ' ', profile.Identifiers.Select(static id => $"{id.Namespace}:{id.Value}").Order(StringComparer.Ordinal));
        return $"{amount.MinorUnits} {amount.CurrencyCode} {profile.Integer("units")} unit, {linked}"
            + string.Concat(notes);
    }

    private static async Task<ExplainValueResponse> ExplainAsync(ServerAddress server, string person) =>
        await new LineageService.LineageServiceClient(server.Channel).ExplainValueAsync(new ExplainValueRequest
        {
            Key = ClientExtensions.KeyOf("user_id", person),
            Purpose = ClientExtensions.Purpose,
            Field = "features.purchase_count",
        });
}
