using System.Net;
using System.Text;
using System.Text.Json;
using Google.Protobuf.WellKnownTypes;
using MartechGrains.EndToEnd.Tests.Support;
using MartechGrains.Protocol.Activation.V1;
using MartechGrains.Protocol.Ingest.V1;
using MartechGrains.Protocol.Types.V1;
using Xunit;

namespace MartechGrains.EndToEnd.Tests.Evidence;

/// <summary>Consent statements come in through every door, and lookups show what they come to.</summary>
[Collection(ShippedPolicy.Name)]
public sealed class ConsentTests(ShippedPolicyServer server)
{
    [Fact]
    public async Task Statements_of_both_doors_are_shown_and_the_newest_decides_whatever_came_last()
    {
        await PostAsync("""
            {"type":"track","event":"Segment Consent Preference Updated","messageId":"s-1","userId":"ada",
             "timestamp":"2026-01-02T00:00:00Z",
             "context":{"consent":{"categoryPreferences":{"Marketing.Email":true,"ads":false}}}}
            """);
        await SendAsync("g-1", day: 1, ["user_id:ada"], ("ads", ConsentChoice.Granted));
        AssertConsent(await LookupAsync("ada"), "marketing.email", ConsentChoice.Granted, "s-1");
        AssertConsent(await LookupAsync("ada"), "ads", ConsentChoice.Denied, "s-1");

        await SendAsync("g-2", day: 3, ["user_id:ada"], ("ads", ConsentChoice.Granted));
        await SendAsync("g-3", day: 3, ["user_id:ada"], ("marketing.email", ConsentChoice.Denied));
        var profile = await LookupAsync("ada");
        AssertConsent(profile, "ads", ConsentChoice.Granted, "g-2");
        AssertConsent(profile, "marketing.email", ConsentChoice.Denied, "g-3");
        Assert.Equal(["ads", "marketing.email"], profile.Consents.Keys.Order());
    }

    [Fact]
    public async Task A_grant_waits_for_all_its_identifiers_and_a_denial_follows_any_through_a_merge()
    {
        await SendAsync("g-1", day: 5, ["user_id:bob"], ("ads", ConsentChoice.Granted));
        await SendAsync("g-2", day: 6, ["email:bob@example.com"], ("ads", ConsentChoice.Denied));
        AssertConsent(await LookupAsync("bob"), "ads", ConsentChoice.Granted, "g-1");

        await SendAsync("g-3", day: 1, ["email:bob@example.com", "user_id:bob"], ("mail", ConsentChoice.Granted));
        AssertConsent(await LookupAsync("bob"), "ads", ConsentChoice.Denied, "g-2");
        AssertConsent(await LookupAsync("bob"), "mail", ConsentChoice.Granted, "g-3");

        // The address turns out to be a team's: it names nobody, and what was stated with it is not Bob's any more.
        for (var i = 0; i < 10; i++)
            await SendAsync($"t-{i}", day: 7, ["email:bob@example.com", $"user_id:colleague-{i}"]);
        var profile = await LookupAsync("bob");
        AssertConsent(profile, "ads", ConsentChoice.Granted, "g-1");
        Assert.DoesNotContain("mail", profile.Consents.Keys);
    }

    [Fact]
    public async Task A_read_mask_may_ask_for_one_purpose_and_json_shows_it_too()
    {
        await SendAsync(
            "g-1", day: 1, ["user_id:eve"], ("a.b", ConsentChoice.Granted), ("c", ConsentChoice.Denied));
        var client = new ActivationService.ActivationServiceClient(server.Address.Channel);
        var response = await client.GetProfileAsync(new GetProfileRequest
        {
            Key = ClientExtensions.KeyOf("user_id", "eve"),
            Purpose = ClientExtensions.Purpose,
            ReadMask = new FieldMask { Paths = { "consents.a.b" } },
        });
        Assert.Equal("a.b", Assert.Single(response.Profile.Consents).Key);
        Assert.Empty(response.Profile.Features);

        using var json = JsonDocument.Parse(await server.Address.Http.GetStringAsync(
            new Uri("/v1/profiles/user_id/eve?purpose=testing", UriKind.Relative)));
        var consent = json.RootElement.GetProperty("profile").GetProperty("consents").GetProperty("c");
        Assert.Equal("CONSENT_CHOICE_DENIED", consent.GetProperty("choice").GetString());
        Assert.Equal("g-1", consent.GetProperty("statedBy").GetProperty("eventId").GetString());
    }

    [Fact]
    public async Task What_is_no_consent_is_left_out_and_told_with_its_field()
    {
        var reply = await PostAsync("""
            {"type":"page","messageId":"bad","userId":"zoe",
             "context":{"consent":{"categoryPreferences":{"ads":"yes"}}}}
            """);
        Assert.Contains("\"accepted\":1", reply, StringComparison.Ordinal);
        Assert.Contains("ignored.WRONG_TYPE", reply, StringComparison.Ordinal);
        Assert.Contains("context.consent.categoryPreferences.ads", reply, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_state_hash_tells_worlds_apart_that_differ_in_consent_alone()
    {
        await using var one = await server.StartAnotherAsync();
        await using var same = await server.StartAnotherAsync();
        await using var other = await server.StartAnotherAsync();
        await SendAsync(one.Address, "g-1", day: 1, ["user_id:kim"], ("ads", ConsentChoice.Granted));
        await SendAsync(same.Address, "g-1", day: 1, ["user_id:kim"], ("ads", ConsentChoice.Granted));
        await SendAsync(other.Address, "g-1", day: 1, ["user_id:kim"], ("ads", ConsentChoice.Denied));
        Assert.Equal(await HashAsync(one.Address), await HashAsync(same.Address));
        Assert.NotEqual(await HashAsync(one.Address), await HashAsync(other.Address));
    }

    private static async Task<string> HashAsync(ServerAddress address) =>
        (await address.Channel.StateHashAsync(new DateTime(2026, 2, 1, 0, 0, 0, DateTimeKind.Utc))).StateHash;

    private static void AssertConsent(Profile profile, string purpose, ConsentChoice choice, string eventId)
    {
        var consent = profile.Consents[purpose];
        Assert.Equal(
            (choice, ShippedPolicyServer.Source, eventId),
            (consent.Choice, consent.StatedBy.Source, consent.StatedBy.EventId));
        Assert.NotNull(consent.StatedBy.EventTime);
    }

    private Task<Profile> LookupAsync(string user) => server.Address.Channel.ProfileAsync("user_id", user);

    private Task SendAsync(
        string id, int day, string[] identifiers, params (string Purpose, ConsentChoice Choice)[] consents) =>
        SendAsync(server.Address, id, day, identifiers, consents);

    private static Task SendAsync(
        ServerAddress address, string id, int day, string[] identifiers,
        params (string Purpose, ConsentChoice Choice)[] consents)
    {
        var typed = new TypedEvent
        {
            EventId = id,
            EventTime = Timestamp.FromDateTime(new DateTime(2026, 1, day, 0, 0, 0, DateTimeKind.Utc)),
            Name = "Preferences Updated",
        };
        typed.Identifiers.Add(identifiers.Select(static text => text.Split(':', 2)).Select(static parts =>
            new Identifier { Namespace = parts[0], Value = parts[1] }));
        typed.Consents.Add(consents.Select(static one =>
            new ConsentStatement { Purpose = one.Purpose, Choice = one.Choice }));
        return address.Channel.SendAsync([new Event { Typed = typed }], ShippedPolicyServer.Key);
    }

    private async Task<string> PostAsync(string json)
    {
        var reply = await server.Address.Http.PostAsync(
            "/v1/batch", Encoding.UTF8.GetBytes($"{{\"batch\":[{json}]}}"), ShippedPolicyServer.Key);
        Assert.Equal(HttpStatusCode.OK, reply.Status);
        return reply.Text;
    }
}
