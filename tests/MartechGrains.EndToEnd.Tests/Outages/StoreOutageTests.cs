using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;
using MartechGrains.EndToEnd.Tests.Support;
using MartechGrains.Protocol.Ingest.V1;
using MartechGrains.Testing;
using Npgsql;
using Xunit;

namespace MartechGrains.EndToEnd.Tests.Outages;

/// <summary>
/// A store that takes no writes: the first callers wait for as long as a batch is tried, all others are refused at
/// once, whoever asks is told that the server is not ready, and it goes on by itself when the store does.
/// </summary>
public sealed class StoreOutageTests
{
    private static readonly Uri Track = new("/v1/track", UriKind.Relative);
    private static readonly Uri Ready = new("/health/ready", UriKind.Relative);

    /// <summary>Longest time for an answer that waits for nothing, on a machine that has other things to do.</summary>
    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan TestLimit = TimeSpan.FromMinutes(1);

    [SkippableFact]
    public async Task A_full_disk()
    {
        await using var store = TestStore.Sqlite();
        using var disk = SmallDisk.Mount(Path.Combine(store.Folder, "data"));

        await RunAsync(store, disk.Fill, disk.Clear, readsGoOn: true);
    }

    [SkippableFact]
    public async Task A_database_that_is_down()
    {
        var database = await PostgresServer.CreateDatabaseAsync();
        var settings = new NpgsqlConnectionStringBuilder(database.ConnectionString);
        using var relay = new TcpRelay(settings.Host!, settings.Port);
        (settings.Host, settings.Port) = ("127.0.0.1", relay.Port);
        await using var store = TestStore.Of(database, settings.ToString());

        await RunAsync(store, relay.Cut, relay.Mend, readsGoOn: false);
    }

    [SkippableFact]
    public async Task A_database_that_is_made_read_only()
    {
        var database = await PostgresServer.CreateDatabaseAsync();
        await using var store = TestStore.Of(database, database.ConnectionString);

        await RunAsync(
            store,
            () => SetReadOnly(database, "on"),
            () => SetReadOnly(database, "off"),
            readsGoOn: true);
    }

    private static async Task RunAsync(TestStore store, Action breakIt, Action mendIt, bool readsGoOn)
    {
        using var limit = new CancellationTokenSource(TestLimit);
        await using var server = await ServerProcess.StartAsync(store, "--journal-retry-for", "00:00:01");
        var http = server.Address.Http;
        var sent = 0;
        Assert.Equal(HttpStatusCode.OK, (await SendAsync()).Status);

        breakIt();
        // What the database's log has room for may still be taken, and reads may fail before a write does.
        while (!await IsRefusingAsync(http)) await SendAsync();

        for (var i = 0; i < 3; i++)
        {
            var (status, retryAfter, lasted) = await SendAsync();
            Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
            Assert.NotNull(retryAfter);
            Assert.InRange(lasted, TimeSpan.Zero, AtOnce);
        }

        Assert.True(await IsRefusingAsync(http));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await SendAsync(isGood: false)).Status);
        var refused = await Assert.ThrowsAsync<RpcException>(async () => await IngestAsync(server));
        refused.AssertTyped(StatusCode.Unavailable, "UNAVAILABLE", null);
        Assert.NotNull(refused.GetRpcStatus()?.GetDetail<RetryInfo>());
        if (readsGoOn) await server.Address.Channel.ProfileAsync(ClientExtensions.KeyOf("user_id", "outage-0"));

        mendIt();
        var mended = Stopwatch.GetTimestamp();
        while (!await server.Address.IsReadyAsync()) limit.Token.ThrowIfCancellationRequested();
        Assert.InRange(Stopwatch.GetElapsedTime(mended), TimeSpan.Zero, TimeSpan.FromSeconds(3));
        Assert.Equal(HttpStatusCode.OK, (await SendAsync()).Status);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(isGood: false)).Status);
        await IngestAsync(server);

        var log = await server.StopAsync();
        Assert.Equal(0, server.ExitCode);
        Assert.Equal(1, log.Split("The store takes no writes: ").Length - 1);
        Assert.Equal(1, log.Split("The store takes writes again").Length - 1);

        async Task<(HttpStatusCode Status, TimeSpan? RetryAfter, TimeSpan Lasted)> SendAsync(bool isGood = true)
        {
            var began = Stopwatch.GetTimestamp();
            using var request = new HttpRequestMessage(HttpMethod.Post, Track)
            {
                Content = JsonContent.Create(isGood ? Events.Of("outage", sent++) : new { type = "track" }),
            };
            request.Headers.TryAddWithoutValidation("Authorization", ClientExtensions.Credentials("demo"));
            using var answer = await http.SendAsync(request, limit.Token);
            return (answer.StatusCode, answer.Headers.RetryAfter?.Delta, Stopwatch.GetElapsedTime(began));
        }
    }

    /// <summary>Whether it says that it is not ready, and why.</summary>
    private static async Task<bool> IsRefusingAsync(HttpClient http)
    {
        using var ready = await http.GetAsync(Ready);
        return ready.StatusCode == HttpStatusCode.ServiceUnavailable
            && (await ready.Content.ReadAsStringAsync())
                .Contains("The store takes no writes.", StringComparison.Ordinal);
    }

    private static async Task IngestAsync(ServerProcess server) =>
        await server.Address.Channel.Ingest().IngestEventsAsync(
            new IngestEventsRequest
            {
                Events =
                {
                    new Event
                    {
                        SegmentJson = ByteString.CopyFromUtf8(
                            """{"type":"track","event":"Seen","messageId":"outage-grpc","userId":"outage-grpc"}"""),
                    },
                },
            },
            ClientExtensions.Key("demo"));

    /// <summary>From now on, also for who is connected: all begin anew.</summary>
    private static void SetReadOnly(PostgresDatabase database, string value) => database.ExecuteAsync(
        $"""
        SET TRANSACTION READ WRITE;
        DO $$ BEGIN
            EXECUTE format('ALTER DATABASE %I SET default_transaction_read_only = {value}', current_database());
        END $$;
        SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid();
        """).GetAwaiter().GetResult();
}
