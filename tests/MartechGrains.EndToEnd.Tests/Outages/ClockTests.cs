using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Google.Rpc;
using Grpc.Core;
using MartechGrains.Definitions;
using MartechGrains.EndToEnd.Tests.Support;
using MartechGrains.Journal.Clocks;
using MartechGrains.Protocol.Ingest.V1;
using MartechGrains.Protocol.Operations.V1;
using MartechGrains.Testing;
using Npgsql;
using Xunit;
using static MartechGrains.EndToEnd.Tests.Decisions.Requests;

namespace MartechGrains.EndToEnd.Tests.Outages;

/// <summary>
/// A node whose clock is off by more than 30 s takes no events, is not ready, quarantines nothing and answers lookups;
/// once the clock is right, it goes on by itself.
/// </summary>
public sealed class ClockTests
{
    private const string Off = "Events are refused until it is right";
    private const string Right = "The clock is right again";
    private static readonly Uri Batch = new("/v1/batch", UriKind.Relative);
    private static readonly Uri Ready = new("/health/ready", UriKind.Relative);
    private static readonly TimeSpan TestLimit = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task A_clock_that_is_set_back_before_what_the_file_holds()
    {
        var clock = new ShiftedClock();
        using var log = new ListedLog();
        await using var server = await InProcessServer.StartAsync(
            1, DefaultPolicy.ReadYaml(), Keys, time: clock, log: log);
        await HoldsAsync(server.Address, 0);
        // What was written since the last comparison is known from the next one on.
        await server.Clock.CheckAsync(default);

        await RefusesAsync(server.Address, clock, TimeSpan.FromHours(-1), "before the newest entry");
        await HoldsAsync(server.Address, 1);
        // A file cannot tell that its only writer is ahead of the time.
        clock.Shift = TimeSpan.FromMinutes(1);
        await HoldsAsync(server.Address, 2);

        Assert.Equal((1, 1), (log.Count(Off), log.Count(Right)));
    }

    [SkippableFact]
    public async Task A_clock_that_is_set_ahead_of_and_behind_the_databases()
    {
        var clock = new ShiftedClock();
        using var log = new ListedLog();
        await using var database = await PostgresServer.CreateDatabaseAsync();
        await using var server = await InProcessServer.StartAsync(
            1, DefaultPolicy.ReadYaml(), Keys, database, clock, log);
        await HoldsAsync(server.Address, 0);
        clock.Shift = TimeSpan.FromSeconds(20);
        await HoldsAsync(server.Address, 1);

        await RefusesAsync(server.Address, clock, TimeSpan.FromHours(1), "ahead of the store's");
        await HoldsAsync(server.Address, 2);
        await RefusesAsync(server.Address, clock, TimeSpan.FromMinutes(-10), "behind the store's");
        await HoldsAsync(server.Address, 3);

        Assert.Equal((2, 2), (log.Count(Off), log.Count(Right)));
    }

    [SkippableFact]
    public async Task A_real_server_notices_by_itself_what_the_database_says()
    {
        using var limit = new CancellationTokenSource(TestLimit);
        var database = await PostgresServer.CreateDatabaseAsync();
        await SetClockAsync(database, "0 s");
        var connection = new NpgsqlConnectionStringBuilder(database.ConnectionString)
        {
            SearchPath = "told,pg_catalog,public",
        };
        await using var store = TestStore.Of(database, connection.ToString());
        await using var server = await ServerProcess.StartAsync(store, "--write-key", "demo=demo");
        await HoldsAsync(server.Address, 0);

        await SetClockAsync(database, "1 hour");
        await server.WaitForLineAsync(Off, limit.Token);
        Assert.False(await server.Address.IsReadyAsync());
        await IsRefusedAsync(server.Address, "behind the store's");
        await SetClockAsync(database, "0 s");
        await server.WaitForLineAsync(Right, limit.Token);
        await HoldsAsync(server.Address, 1);

        var log = await server.StopAsync();
        Assert.Equal((2, 2), (log.Split(Off).Length, log.Split(Right).Length));
    }

    private static Dictionary<string, string> Keys => new(StringComparer.Ordinal) { ["demo"] = "demo" };

    /// <summary>Events count, and one more of them than before.</summary>
    private static async Task HoldsAsync(ServerAddress server, int before)
    {
        Assert.True(await server.IsReadyAsync());
        await server.Channel.SendAsync([Visit($"{before}", Name("user_id", "ada"))]);
        Assert.Equal(before + 1, (await server.Channel.ProfileAsync("user_id", "ada")).EventCount());
    }

    private static async Task RefusesAsync(
        ServerAddress server, ShiftedClock clock, TimeSpan shift, string problem)
    {
        clock.Shift = shift;
        await IsRefusedAsync(server, problem);
        clock.Shift = TimeSpan.Zero;
    }

    private static async Task IsRefusedAsync(ServerAddress server, string problem)
    {
        var events = (await server.Channel.ProfileAsync("user_id", "ada")).EventCount();
        var request = new IngestEventsRequest { Events = { Visit("off", Name("user_id", "ada")) } };
        var refused = await Assert.ThrowsAsync<RpcException>(
            async () => await server.Channel.Ingest().IngestEventsAsync(request, ClientExtensions.Key("demo")));
        refused.AssertTyped(StatusCode.Unavailable, "CLOCK_OFF", null);
        Assert.Contains(problem, refused.Status.Detail, StringComparison.Ordinal);
        Assert.Equal(
            ClockGate.Interval, refused.GetRpcStatus()!.GetDetail<RetryInfo>()!.RetryDelay.ToTimeSpan());

        using var batch = new HttpRequestMessage(HttpMethod.Post, Batch)
        {
            Content = JsonContent.Create(new
            {
                batch = new[]
                {
                    new { type = "track", @event = "Seen", messageId = "off-1", userId = "ada" },
                    new { type = "track", @event = "", messageId = "off-2", userId = "" },
                },
            }),
        };
        batch.Headers.TryAddWithoutValidation("Authorization", ClientExtensions.Credentials("demo"));
        using var answer = await server.Http.SendAsync(batch);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal(ClockGate.Interval, answer.Headers.RetryAfter?.Delta);
        using var told = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Equal("CLOCK_OFF", told.RootElement.GetProperty("error").GetProperty("code").GetString());

        using var ready = await server.Http.GetAsync(Ready);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Contains(problem, await ready.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Empty((await server.Channel.Operations().ListQuarantinedEventsAsync(
            new ListQuarantinedEventsRequest())).Events);
        Assert.Equal(events, (await server.Channel.ProfileAsync("user_id", "ada")).EventCount());
    }

    /// <summary>What the database says of the time, to who looks there before PostgreSQL's own functions.</summary>
    private static Task SetClockAsync(PostgresDatabase database, string ahead) => database.ExecuteAsync($"""
        CREATE SCHEMA IF NOT EXISTS told;
        CREATE OR REPLACE FUNCTION told.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE AS
            $told$ SELECT pg_catalog.clock_timestamp() + interval '{ahead}' $told$;
        """);
}
