using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Google.Rpc;
using Grpc.Core;
using MartechGrains.EndToEnd.Tests.Policies;
using MartechGrains.EndToEnd.Tests.Support;
using MartechGrains.Protocol.Activation.V1;
using MartechGrains.Protocol.Identity.V1;
using MartechGrains.Protocol.Ingest.V1;
using Xunit;
using static MartechGrains.EndToEnd.Tests.Damage.DamagedStore;
using static MartechGrains.EndToEnd.Tests.Decisions.Requests;

namespace MartechGrains.EndToEnd.Tests.Damage;

/// <summary>
/// Homes with a row that is damaged, cannot be opened, or is missing, beside whole ones: only what belongs to them
/// fails, and says which row it is; whatever goes through all homes goes on past them.
/// </summary>
public sealed class DamagedHomeTests
{
    private const string Reason = "HOME_DAMAGED";
    private static readonly Uri Batch = new("/v1/batch", UriKind.Relative);
    private static readonly TimeSpan TestLimit = TimeSpan.FromMinutes(1);

    [SkippableFact]
    public async Task In_the_embedded_store()
    {
        await using var store = TestStore.Sqlite();
        await RunAsync(store);
    }

    [SkippableFact]
    public async Task In_PostgreSQL()
    {
        await using var store = await TestStore.PostgresAsync();
        await RunAsync(store);
    }

    private static async Task RunAsync(TestStore store)
    {
        var policy = Path.Combine(store.Folder, "policy.yaml");
        await File.WriteAllTextAsync(policy, $"{new PolicyText(1)}");
        await using var server = await ServerProcess.StartAsync(store, "--identity-policy", policy);
        var people = new DamagedStore(store);
        await people.FillAsync(server);
        await server.StopAsync();
        await people.DamageAsync();
        await server.RestartAsync();

        for (var again = 0; again < 3; again++)
        {
            await SendOverGrpcAsync(server, people, again);
            await SendOverHttpAsync(server, people, again);
            await LookUpAsync(server, people, 5 + (again * 2));
        }

        await MeetAsync(server);
        await WalkAsync(server, people);
        var log = await server.StopAsync();
        foreach (var person in people.Damaged)
        {
            var (home, row) = people.Homes[person];
            Assert.Equal(1, log.Split($"Row {row} of home {home} is damaged or missing: ").Length - 1);
        }

        Assert.DoesNotContain("could not be", log, StringComparison.Ordinal);
        Assert.DoesNotContain("failed", log, StringComparison.Ordinal);
    }

    private static async Task SendOverGrpcAsync(ServerProcess server, DamagedStore people, int again)
    {
        var request = new IngestEventsRequest
        {
            Events = { Enumerable.Range(0, People).Select(person => Of(person, $"{person}-grpc-{again}")) },
        };
        var results = (await server.Address.Channel.Ingest().IngestEventsAsync(
            request, ClientExtensions.Key("demo"))).Results;
        for (var person = 0; person < People; person++)
        {
            if (people.Homes[person].Row == 0)
            {
                Assert.Equal(EventResult.Types.Status.Accepted, results[person].Status);
                continue;
            }

            Assert.Equal(EventResult.Types.Status.NotKept, results[person].Status);
            Assert.Equal(Reason, results[person].Reason);
            Assert.Contains("again", results[person].Remedy, StringComparison.Ordinal);
            Assert.Equal("", results[person].QuarantineId);
        }
    }

    private static async Task SendOverHttpAsync(ServerProcess server, DamagedStore people, int again)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Batch)
        {
            Content = JsonContent.Create(new
            {
                batch = Enumerable.Range(0, People).Select(person => new
                {
                    type = "track",
                    @event = "Seen",
                    messageId = $"{person}-http-{again}",
                    userId = $"u{person}",
                    timestamp = "2025-01-01T00:00:00Z",
                }),
            }),
        };
        request.Headers.TryAddWithoutValidation("Authorization", ClientExtensions.Credentials("demo"));
        using var answer = await server.Address.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.NotNull(answer.Headers.RetryAfter);
        using var told = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        Assert.False(told.RootElement.GetProperty("success").GetBoolean());
        Assert.Equal(People - people.Damaged.Count(), told.RootElement.GetProperty("accepted").GetInt32());
        Assert.Equal(0, told.RootElement.GetProperty("quarantined").GetArrayLength());
        var notKept = told.RootElement.GetProperty("notKept").EnumerateArray().ToList();
        Assert.Equal(people.Damaged, notKept.Select(static one => one.GetProperty("index").GetInt32()));
        Assert.All(notKept, one =>
        {
            var (home, row) = people.Homes[one.GetProperty("index").GetInt32()];
            Assert.Equal(Reason, one.GetProperty("code").GetString());
            Assert.Equal($"home {home}, row {row}", one.GetProperty("kind").GetString());
        });
    }

    private static async Task LookUpAsync(ServerProcess server, DamagedStore people, int events)
    {
        var client = new ActivationService.ActivationServiceClient(server.Address.Channel);
        var found = await client.LookupProfilesAsync(new LookupProfilesRequest
        {
            Purpose = ClientExtensions.Purpose,
            Keys = { Enumerable.Range(0, People).Select(person => ClientExtensions.KeyOf("user_id", $"u{person}")) },
        });
        for (var person = 0; person < People; person++)
        {
            if (people.Homes[person].Row == 0)
            {
                Assert.Equal(events, found.Results[person].Profile.EventCount());
                continue;
            }

            var (home, row) = people.Homes[person];
            var alone = await Assert.ThrowsAsync<RpcException>(
                () => server.Address.Channel.ProfileAsync("email", $"{person}@x.example"));
            alone.AssertTyped(StatusCode.DataLoss, Reason, null);
            foreach (var error in new[] { alone.GetRpcStatus()!, found.Results[person].Error })
            {
                Assert.Equal((int)StatusCode.DataLoss, error.Code);
                Assert.Contains("martech verify", error.Message, StringComparison.Ordinal);
                var told = error.GetDetail<ErrorInfo>()!;
                Assert.Equal((Reason, home, $"{row}"), (told.Reason, told.Metadata["home"], told.Metadata["row"]));
            }
        }
    }

    /// <summary>Events of one home share a call; of these, one leads to a damaged home.</summary>
    private static async Task MeetAsync(ServerProcess server)
    {
        var request = new IngestEventsRequest
        {
            Events = { Of(0, "0-alone"), Of(0, "0-meets", other: 1), Of(0, "0-alone-too") },
        };
        var results = (await server.Address.Channel.Ingest().IngestEventsAsync(
            request, ClientExtensions.Key("demo"))).Results;
        ClientExtensions.AssertKept(results[0]);
        Assert.Equal(EventResult.Types.Status.NotKept, results[1].Status);
        ClientExtensions.AssertKept(results[2]);
    }

    private static async Task WalkAsync(ServerProcess server, DamagedStore people)
    {
        var damaged = people.Damaged.Count();
        var channel = server.Address.Channel;
        Assert.Equal(damaged, (await channel.StateHashAsync(DateTime.UnixEpoch)).DamagedHomeCount);
        Assert.Equal(damaged, (await channel.DryRunAsync(new PolicyText(2))).Read.HomesDamaged);

        var applied = await channel.ApplyAsync(new PolicyText(2));
        var change = await channel.FinishedAsync(applied.Version);
        // An event of two homes goes to the smaller one: where that is whole, it has a join with the damaged one open.
        var joining = string.CompareOrdinal(people.Homes[0].Home, people.Homes[1].Home) < 0 ? 1 : 0;
        Assert.Equal((1, damaged + joining), (change.Pass, change.HomesDamaged));

        using var limit = new CancellationTokenSource(TestLimit);
        var decision = (await channel.Decisions().CreateDecisionAsync(
            Create(Guid.NewGuid().ToString(), new DecisionSubject
            {
                SourceRetraction = new SourceRetraction { Source = "demo" },
            }),
            cancellationToken: limit.Token)).Decision;
        while (!decision.Finished)
        {
            decision = (await channel.Decisions().GetDecisionAsync(
                new GetDecisionRequest { DecisionId = decision.DecisionId }, cancellationToken: limit.Token)).Decision;
        }

        var none = await Assert.ThrowsAsync<RpcException>(() => channel.ProfileAsync("user_id", "u2"));
        Assert.Equal(StatusCode.NotFound, none.StatusCode);
    }
}
