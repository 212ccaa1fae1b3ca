using System.Net;
using System.Text;
using System.Text.Json;
using Xunit;

namespace MartechGrains.EndToEnd.Tests.BadInput;

/// <summary>Requests that the JSON form of the gRPC calls refuses: with the errors of gRPC, as JSON.</summary>
[Collection(OneProcess.Name)]
public sealed class JsonRefusalTests(BadInputServer fixture)
{
    private const string Ingest = "/v1/events:ingest";

    /// <summary>Bodies in which $ stands for a name that no answer may carry.</summary>
    [SkippableTheory]
    [InlineData("", "")]
    [InlineData("null", "")]
    [InlineData("""["$"]""", "")]
    [InlineData("""{"events":["$""", "")]
    [InlineData("""{"events":[]} "$" """, "")]
    [InlineData("""{"source":["$"]}""", "source")]
    [InlineData("""{"events":"$"}""", "events")]
    [InlineData("""{"events":[{"segmentJson":"$!"}]}""", "events[0].segmentJson")]
    [InlineData("""{"events":[{"typed":"$"}]}""", "events[0].typed")]
    [InlineData("""{"events":[{"typed":{"eventId":4711}}]}""", "events[0].typed.eventId")]
    [InlineData("""{"events":[{},{"typed":{"event_id":4711}}]}""", "events[1].typed.event_id")]
    [InlineData("""{"events":[{"typed":{"eventTime":"$"}}]}""", "events[0].typed.eventTime")]
    [InlineData("""{"events":[{"typed":{"eventClass":"$"}}]}""", "events[0].typed.eventClass")]
    [InlineData("""{"events":[{"typed":{"units":"$"}}]}""", "events[0].typed.units")]
    [InlineData("""{"events":[{"typed":{"units":1.5}}]}""", "events[0].typed.units")]
    [InlineData("""{"events":[{"typed":{"identifiers":[null]}}]}""", "events[0].typed.identifiers[0]")]
    public Task A_value_of_another_type_is_refused_by_its_path(string body, string field) =>
        AssertRefusedAsync(Encoding.UTF8.GetBytes(body.Replace("$", BadEvent.Personal)), field);

    [SkippableTheory]
    [InlineData("""{"$":1}""", "")]
    [InlineData("""{"events":[{"typd":"$"}]}""", "events[0]")]
    [InlineData("""{"events":[{"typed":{"identifiers":[{"valu":"$"}]}}]}""", "events[0].typed.identifiers[0]")]
    public Task A_member_that_the_message_does_not_have_is_refused(string body, string field) =>
        AssertRefusedAsync(Encoding.UTF8.GetBytes(body.Replace("$", BadEvent.Personal)), field);

    [SkippableFact]
    public Task Two_forms_of_one_event_are_refused() => AssertRefusedAsync(
        Encoding.UTF8.GetBytes("""{"events":[{"typed":{},"segmentJson":"e30="}]}"""), "events[0]");

    [SkippableFact]
    public Task Invalid_UTF8_is_refused() => AssertRefusedAsync(
        [.. Encoding.UTF8.GetBytes($$"""{"source":"{{BadEvent.Personal}}"""), 0xC3, 0x28, .. "\"}"u8], "");

    [SkippableTheory]
    [InlineData(6_000_000, "events")]
    [InlineData(9_000_000, "")]
    public Task A_body_of_megabytes_is_refused(int bytes, string field) => AssertRefusedAsync(
        Encoding.UTF8.GetBytes($$"""{"events":[{"segmentJson":"{{new string('A', bytes)}}"}]}"""), field,
        "BATCH_TOO_LARGE");

    [SkippableFact]
    public async Task A_parameter_that_cannot_be_read_is_refused()
    {
        var server = await fixture.AddressAsync();
        using var request = new HttpRequestMessage(
            HttpMethod.Get, $"/v1/quarantinedEvents?pageSize={BadEvent.Personal}");
        var answer = await server.Http.AnswerAsync(request);
        AssertTyped(answer, HttpStatusCode.BadRequest, 3, "INVALID_FIELD", "pageSize");
    }

    [SkippableFact]
    public async Task A_lookup_of_no_keys_is_refused_however_it_says_so()
    {
        var server = await fixture.AddressAsync();
        foreach (var keys in new[] { "", ",\"keys\":null", ",\"keys\":[]" })
        {
            var answer = await server.PostAsync(
                "/v1/profiles:lookup", Encoding.UTF8.GetBytes($"{{\"purpose\":\"testing\"{keys}}}"));
            AssertTyped(answer, HttpStatusCode.BadRequest, 3, "BATCH_TOO_LARGE", "keys");
        }
    }

    [SkippableFact]
    public async Task An_unknown_write_key_is_refused()
    {
        var server = await fixture.AddressAsync();
        var answer = await server.PostAsync(Ingest, Encoding.UTF8.GetBytes("""{"events":[{}]}"""), BadEvent.Personal);
        AssertTyped(answer, HttpStatusCode.Unauthorized, 16, "INVALID_WRITE_KEY", null);
    }

    [SkippableFact]
    public async Task What_a_service_refuses_is_told_with_its_details()
    {
        await AssertRefusedAsync(Encoding.UTF8.GetBytes("""{"events":[]}"""), "events");
        var server = await fixture.AddressAsync();
        var answer = await server.PostAsync(
            Ingest, Encoding.UTF8.GetBytes($$"""{"source":"{{BadEvent.Personal}}","events":[{}]}"""));
        AssertTyped(answer, HttpStatusCode.Forbidden, 7, "SOURCE_MISMATCH", "source");
    }

    [SkippableFact]
    public async Task A_lookup_that_fits_is_answered()
    {
        var server = await fixture.AddressAsync();
        await server.SendAsync(Door.JsonCall, GoodEvent.Create(out var user));
        var answer = await server.PostAsync("/v1/profiles:lookup", Encoding.UTF8.GetBytes($$"""
            {"purpose":"testing","readMask":"identifiers","keys":[
              {"identifier":{"namespace":"user_id","value":"{{user}}"} },{"profileId":null,"profile_id":"x"}]}
            """));
        var results = answer.Json.GetProperty("results");
        var identifier = Assert.Single(results[0].GetProperty("profile").GetProperty("identifiers").EnumerateArray());
        Assert.Equal(user, identifier.GetProperty("value").GetString());
        Assert.Equal(3, results[1].GetProperty("error").GetProperty("code").GetInt32());
    }

    private async Task AssertRefusedAsync(byte[] body, string field, string reason = "INVALID_FIELD")
    {
        var answer = await (await fixture.AddressAsync()).PostAsync(Ingest, body);
        AssertTyped(answer, HttpStatusCode.BadRequest, 3, reason, field);
    }

    private static void AssertTyped(HttpAnswer answer, HttpStatusCode status, int code, string reason, string? field)
    {
        Assert.True((status, code) == (answer.Status, answer.Json.GetProperty("code").GetInt32()), answer.Text);
        Assert.NotEmpty(answer.Json.GetProperty("message").GetString()!);
        var info = DetailOf(answer, "google.rpc.ErrorInfo");
        Assert.Equal("martechgrains", info.GetProperty("domain").GetString());
        Assert.Equal(reason, info.GetProperty("reason").GetString());
        if (field is not null)
        {
            var violations = DetailOf(answer, "google.rpc.BadRequest").GetProperty("fieldViolations");
            var violation = Assert.Single(violations.EnumerateArray());
            Assert.Equal(field, violation.GetProperty("field").GetString());
            Assert.NotEmpty(violation.GetProperty("description").GetString()!);
        }

        Assert.DoesNotContain(BadEvent.Personal, answer.Text, StringComparison.OrdinalIgnoreCase);
    }

    private static JsonElement DetailOf(HttpAnswer answer, string type)
    {
        var details = answer.Json.GetProperty("details").EnumerateArray()
            .Where(detail => detail.GetProperty("@type").GetString() == $"type.googleapis.com/{type}").ToList();
        Assert.True(details.Count == 1, answer.Text);
        return details[0];
    }
}
