using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Grpc.Core;
using MartechGrains.EndToEnd.Tests.Support;
using MartechGrains.Protocol.Identity.V1;
using MartechGrains.Protocol.Operations.V1;
using Xunit;

namespace MartechGrains.EndToEnd.Tests.Lookups;

/// <summary>Page tokens and cursors are good for what they were given for, and for nothing else.</summary>
[Collection(ShippedPolicy.Name)]
public sealed class PlaceTests(ShippedPolicyServer server)
{
    private OperationsService.OperationsServiceClient Operations => server.Address.Channel.Operations();

    [Fact]
    public async Task A_page_token_leads_on_in_its_own_list_by_both_ways_in_and_is_refused_in_any_other()
    {
        for (var i = 0; i < 3; i++) await QuarantineAsync();
        var request = new ListQuarantinedEventsRequest { PageSize = 1, Source = ShippedPolicyServer.Source };
        var first = await Operations.ListQuarantinedEventsAsync(request);
        var token = request.PageToken = first.NextPageToken;
        var second = await Operations.ListQuarantinedEventsAsync(request);
        Assert.NotEqual(first.Events.Single().QuarantineId, second.Events.Single().QuarantineId);

        var list = $"v1/quarantinedEvents?page_size=1&page_token={token}";
        var (status, json) = await GetAsync($"{list}&source={ShippedPolicyServer.Source}");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(
            second.Events.Single().QuarantineId,
            json.GetProperty("events")[0].GetProperty("quarantineId").GetString());

        foreach (var (reason, source) in new[] { ("", ""), ("", "web"), ("WRONG_TYPE", ShippedPolicyServer.Source) })
        {
            var other = new ListQuarantinedEventsRequest { PageToken = token, Source = source, Reason = reason };
            await AssertRefusedAsync(async () => await Operations.ListQuarantinedEventsAsync(other), "page_token");
        }
        var decisions = new DecisionService.DecisionServiceClient(server.Address.Channel);
        await AssertRefusedAsync(
            async () => await decisions.ListDecisionsAsync(new ListDecisionsRequest { PageToken = token }),
            "page_token");
        Assert.Equal(HttpStatusCode.BadRequest, (await GetAsync(list)).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await GetAsync($"v1/decisions?page_token={token}")).Status);
    }

    [Fact]
    public async Task A_cursor_of_the_feed_is_good_while_the_store_has_what_was_before_it_and_else_refused()
    {
        await SendAsync($$"""{"userId":"feed-{{Guid.NewGuid():n}}","event":"Signed In"}""", "accepted");
        var cursor = (await ReadAsync("", follow: false))[^1];
        Assert.Empty(await ReadAsync(cursor, follow: false));
        var (writer, batch) = (int.Parse(cursor.Split('-')[0], CultureInfo.InvariantCulture), cursor.Split('-')[1]);

        foreach (var other in new[]
        {
            $"{writer}-9223372036854775807", $"{writer}-{batch}0000", $"{writer + 1}-{batch}", "2147483647-1",
            $"{cursor}.{writer + 1}-1",
        })
        {
            foreach (var follow in new[] { false, true })
                await AssertRefusedAsync(() => ReadAsync(other, follow), "cursor");
        }
    }

    private static async Task AssertRefusedAsync(Func<Task> call, string field)
    {
        var error = await Assert.ThrowsAsync<RpcException>(call);
        error.AssertTyped(StatusCode.InvalidArgument, "INVALID_CURSOR", field);
    }

    private async Task<List<string>> ReadAsync(string cursor, bool follow)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var call = Operations.ReadChangeFeed(
            new ReadChangeFeedRequest { Cursor = cursor, Follow = follow }, cancellationToken: limit.Token);
        var cursors = new List<string>();
        await foreach (var reply in call.ResponseStream.ReadAllAsync(limit.Token)) cursors.Add(reply.Cursor);
        return cursors;
    }

    private async Task<(HttpStatusCode Status, JsonElement Json)> GetAsync(string path)
    {
        using var answer = await server.Address.Http.GetAsync(new Uri(path, UriKind.Relative));
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return (answer.StatusCode, json.RootElement.Clone());
    }

    private Task QuarantineAsync() => SendAsync(
        $$"""{"userId":"q-{{Guid.NewGuid():n}}","event":"Order Completed","properties":{"total":"much"} }""",
        "quarantined");

    private async Task SendAsync(string track, string outcome)
    {
        var answer = await server.Address.Http.PostAsync(
            "/v1/track", Encoding.UTF8.GetBytes(track), ShippedPolicyServer.Key);
        var counted = answer.Json.GetProperty(outcome);
        Assert.Equal(
            1, counted.ValueKind == JsonValueKind.Array ? counted.GetArrayLength() : counted.GetInt32());
    }
}
