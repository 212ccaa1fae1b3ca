using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Grpc.Core;
using MartechGrains.EndToEnd.Tests.Support;
using MartechGrains.Protocol.Operations.V1;
using Xunit;

namespace MartechGrains.EndToEnd.Tests.StoreFixtures;

/// <summary>A server that runs on a fixture, asked through its HTTP doors as the one that wrote it was.</summary>
internal sealed class FixtureServer(ServerProcess server, StoreFixture fixture)
{
    /// <summary>The write key of the source of what comes later.</summary>
    public const string WriteKey = "fixture-later";

    private HttpClient Http => server.Address.Http;

    public async Task AnswersAsThenAsync()
    {
        await HasTheStateOfThenAsync();
        var differences = new List<string>();
        foreach (var answer in fixture.Expected.GetProperty("answers").EnumerateObject())
            differences.AddRange(
                AnswerComparison.Differences(answer.Value, await AskAsync(answer.Name), answer.Name));
        AssertNone(differences);
        await TellsTheFeedOfThenAsync();
    }

    public async Task HasTheStateOfThenAsync() => AssertNone(
        [.. AnswerComparison.Differences(fixture.Expected.GetProperty("stateHash"), await StateAsync(), "state")]);

    /// <summary>The feed begins with what it told then.</summary>
    public async Task TellsTheFeedOfThenAsync()
    {
        var entries = new List<ChangeFeedEntry>();
        using var call = server.Address.Channel.Operations().ReadChangeFeed(new ReadChangeFeedRequest());
        await foreach (var reply in call.ResponseStream.ReadAllAsync()) entries.AddRange(reply.Entries);
        var differences = new List<string>();
        foreach (var (i, then) in fixture.Feed().Index())
        {
            Assert.True(i < entries.Count, $"The feed ends before entry {i}: {then}");
            differences.AddRange(AnswerComparison.Differences(Json(then), Json(entries[i]), $"feed {i}"));
        }
        AssertNone(differences);
    }

    /// <summary>The state hash at the moment of then.</summary>
    public async Task<string> StateHashAsync() => (await StateAsync()).GetProperty("stateHash").GetString()!;

    private async Task<JsonElement> StateAsync()
    {
        var asOf = fixture.Expected.GetProperty("stateHash").GetProperty("asOf").GetString();
        return await AskAsync($"/v1/stateHash?as_of={asOf}");
    }

    public async Task CountsAPurchaseThatComesNowAsync()
    {
        var before = await PurchasesAsync("user_id", "ada");
        await SendAsync(new
        {
            messageId = "later-ada",
            timestamp = "2026-02-01T00:00:00Z",
            type = "track",
            @event = "Order Completed",
            userId = "ada",
            properties = new { order_id = "later", total = 1, currency = "EUR" },
        });
        Assert.Equal(before + 1, await PurchasesAsync("user_id", "ada"));
        Assert.Equal(before + 1, await PurchasesAsync("anonymous_id", "ada-browser"));
    }

    /// <summary>An address that comes up with two people of the store makes them one.</summary>
    public async Task MergesTwoPeopleAsync()
    {
        Assert.NotEqual(await ProfileOfAsync("ida-2"), await ProfileOfAsync("ida-3"));
        foreach (var browser in (string[])["ida-2", "ida-3"])
            await SendAsync(new
            {
                messageId = $"later-{browser}",
                timestamp = "2026-02-02T00:00:00Z",
                type = "identify",
                anonymousId = browser,
                traits = new { email = "ida@example.com" },
            });
        Assert.Equal(await ProfileOfAsync("ida-2"), await ProfileOfAsync("ida-3"));
    }

    /// <summary>They are parted again, and stay so whatever comes; returns the decision's id.</summary>
    public async Task<string> UnmergesThemAsync()
    {
        var id = await DecideAsync(new { unmerge = new { identifier = Browser("ida-3") } });
        await SendAsync(new
        {
            messageId = "later-both",
            timestamp = "2026-02-03T00:00:00Z",
            type = "identify",
            anonymousId = "ida-3",
            traits = new { email = "ida@example.com" },
        });
        Assert.NotEqual(await ProfileOfAsync("ida-2"), await ProfileOfAsync("ida-3"));
        return id;
    }

    public Task UndoAsync(string decision) => PostAsync(
        $"/v1/decisions/{decision}:undo", new { actor = "lee", reason = "a test" });

    public Task RetractWhatCameLaterAsync() => DecideAsync(new { sourceRetraction = new { source = "later" } });

    private static Dictionary<string, string> Browser(string value) => new()
    {
        ["namespace"] = "anonymous_id",
        ["value"] = value,
    };

    private static void AssertNone(List<string> differences) =>
        Assert.True(differences.Count == 0, string.Join('\n', differences));

    private static JsonElement Json(ChangeFeedEntry entry) => JsonDocument.Parse(entry.ToString()).RootElement;

    private async Task<JsonElement> AskAsync(string path)
    {
        using var answer = await Http.GetAsync(new Uri(path, UriKind.Relative));
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    private async Task<string> ProfileOfAsync(string browser)
    {
        var answer = await AskAsync($"/v1/profiles/anonymous_id/{browser}?purpose=fixture&read_mask=profile_id");
        return answer.GetProperty("profile").GetProperty("profileId").GetString()!;
    }

    private async Task<long> PurchasesAsync(string ns, string value)
    {
        const string feature = "purchase_count";
        var answer = await AskAsync(
            $"/v1/profiles/{ns}/{value}?purpose=fixture&read_mask=features.{feature}");
        return long.Parse(
            answer.GetProperty("profile").GetProperty("features").GetProperty(feature)
                .GetProperty("value").GetProperty("integer").GetString()!,
            CultureInfo.InvariantCulture);
    }

    private async Task SendAsync(object segmentEvent)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/v1/batch", UriKind.Relative))
        {
            Content = JsonContent.Create(new { batch = new[] { segmentEvent } }),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{WriteKey}:")));
        using var response = await Http.SendAsync(request);
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(1, answer.GetProperty("accepted").GetInt32());
    }

    private async Task<string> DecideAsync(object subject)
    {
        var reply = await PostAsync("/v1/decisions", new
        {
            requestId = Guid.NewGuid().ToString("n"),
            subject,
            actor = "lee",
            reason = "a test",
        });
        return reply.GetProperty("decision").GetProperty("decisionId").GetString()!;
    }

    private async Task<JsonElement> PostAsync(string path, object body)
    {
        using var response = await Http.PostAsJsonAsync(new Uri(path, UriKind.Relative), body);
        var reply = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.True(response.IsSuccessStatusCode, $"{path}: {reply}");
        Assert.True(reply.GetProperty("decision").GetProperty("finished").GetBoolean(), $"{path}: {reply}");
        return reply;
    }
}
