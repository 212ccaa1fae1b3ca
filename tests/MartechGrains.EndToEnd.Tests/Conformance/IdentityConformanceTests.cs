using System.Globalization;
using System.Text.Json;
using MartechGrains.Core.Curation;
using MartechGrains.EndToEnd.Tests.Support;
using MartechGrains.Protocol.Activation.V1;
using MartechGrains.Protocol.Identity.V1;
using MartechGrains.Protocol.Ingest.V1;
using MartechGrains.Testing;
using Xunit;
using Xunit.Abstractions;
using Identifier = MartechGrains.Core.Identity.Identifier;

namespace MartechGrains.EndToEnd.Tests.Conformance;

/// <summary>
/// The shared and the own identity cases, event by event and decision by decision through a running server: in the
/// order they are written in, and shuffled.
/// </summary>
public sealed class IdentityConformanceTests(ITestOutputHelper output)
{
    private const int Shuffles = 20;
    private const int SideBySide = 2;
    private const string Source = "case";

    [SkippableFact]
    public Task Every_shared_identity_case_comes_out_of_a_server_as_expected_in_every_order() =>
        CheckAsync(IdentityCaseFiles.Shared());

    [Fact]
    public Task Every_own_identity_case_comes_out_of_a_server_as_expected_in_every_order() =>
        CheckAsync(IdentityCaseFiles.Own());

    private async Task CheckAsync(IEnumerable<(string Name, JsonElement Case)> cases)
    {
        var all = cases.ToArray();
        Assert.NotEmpty(all);
        var servers = 0;
        await Parallel.ForEachAsync(
            all, new ParallelOptions { MaxDegreeOfParallelism = SideBySide },
            async (one, _) =>
                Interlocked.Add(ref servers, await CheckAsync(one.Name, new ServedCase(one.Case, Shuffles))));
        output.WriteLine($"{all.Length} cases, each in {1 + Shuffles} orders, on {servers} servers.");
    }

    /// <summary>One server takes in all orders of a case, if its values may be renamed; else one each.</summary>
    /// <returns>How many servers it took.</returns>
    private static async Task<int> CheckAsync(string name, ServedCase served)
    {
        var servers = 1;
        await using var shared = await StartAsync(served);
        Assert.True(served.Expected == await RunAsync(shared, served, 0, one => one, null), $"{name}, as written");
        for (var shuffle = 1; shuffle <= Shuffles; shuffle++)
        {
            var random = new Random(shuffle);
            if (served.Rename(shuffle) is { } named)
            {
                await CheckAsync(shared, named);
                continue;
            }

            servers++;
            await using var own = await StartAsync(served);
            await CheckAsync(own, one => one);

            async Task CheckAsync(InProcessServer server, Func<Identifier, Identifier> names)
            {
                var outcome = await RunAsync(server, served, shuffle, names, random);
                Assert.True(served.Expected == outcome,
                    $"{name}, shuffle {shuffle}:\nexpected {served.Expected}\nactual   {outcome}");
            }
        }

        return servers;
    }

    private static Task<InProcessServer> StartAsync(ServedCase served) => InProcessServer.StartAsync(
        9, served.PolicyYaml, new Dictionary<string, string> { [Source] = "demo" });

    private static async Task<CaseOutcome> RunAsync(
        InProcessServer server, ServedCase served, int run, Func<Identifier, Identifier> named, Random? random)
    {
        var isRejected = false;
        var steps = Enumerable.Range(0, served.EventCount)
            .Select(index => (Func<Task>)(async () => isRejected |= await SendAsync(index)))
            .Concat(DecisionsOf(server, served, run, named)).ToArray();
        random?.Shuffle(steps);
        foreach (var step in steps)
            await step();
        return await ReadAsync(server, served, named, isRejected);

        async Task<bool> SendAsync(int index)
        {
            var id = string.Create(CultureInfo.InvariantCulture, $"{run}-{index}");
            var request = new IngestEventsRequest { Events = { served.EventOf(index, id, named) } };
            var reply = await server.Address.Channel.Ingest().IngestEventsAsync(request, ClientExtensions.Key("demo"));
            var result = Assert.Single(reply.Results);
            return result.Status == EventResult.Types.Status.Quarantined && result.Reason == "NAMESPACE_LIMIT_EXCEEDED";
        }
    }

    private static IEnumerable<Func<Task>> DecisionsOf(
        InProcessServer server, ServedCase served, int run, Func<Identifier, Identifier> named)
    {
        var number = 0;
        foreach (var (decisions, kind) in new[]
        {
            (served.Decisions.MustLinks, DecisionKind.MustLink),
            (served.Decisions.CannotLinks, DecisionKind.CannotLink),
        })
        {
            foreach (var decision in decisions)
            {
                var request = Request(number++);
                yield return () => server.LinkAsync(
                    kind, request, named(decision.Pair.First), named(decision.Pair.Second));
            }
        }

        foreach (var decision in served.Decisions.LinkableValues)
        {
            var request = Request(number++);
            yield return () => server.MakeLinkableAsync(request, named(decision.Identifier));
        }

        string Request(int decision) => string.Create(CultureInfo.InvariantCulture, $"{run}-{decision}");
    }

    /// <summary>What lookups and graphs show of the case, told in the case's own names.</summary>
    private static async Task<CaseOutcome> ReadAsync(
        InProcessServer server, ServedCase served, Func<Identifier, Identifier> named, bool isRejected)
    {
        var names = served.Identifiers.ToDictionary(one => named(one).ToString(), one => one.ToString());
        var keys = served.Identifiers.Select(named).Select(one => ClientExtensions.KeyOf(one.Namespace, one.Value));
        var activation = new ActivationService.ActivationServiceClient(server.Address.Channel);
        var profiles = new Dictionary<string, Profile>();
        foreach (var chunk in keys.Chunk(ClientExtensions.MaxKeys))
        {
            var request = new LookupProfilesRequest { Purpose = ClientExtensions.Purpose, Keys = { chunk } };
            foreach (var result in (await activation.LookupProfilesAsync(request)).Results)
            {
                if (result.Profile is { } profile)
                    profiles[profile.ProfileId] = profile;
                else
                    Assert.Equal((int)Grpc.Core.StatusCode.NotFound, result.Error.Code);
            }
        }

        var refused = new List<IEnumerable<string>>();
        foreach (var home in profiles.Values.DistinctBy(profile => profile.Version.Home))
        {
            var request = new GetIdentityGraphRequest
            {
                Key = new Protocol.Types.V1.ProfileKey { Identifier = home.Identifiers[0] },
                Purpose = ClientExtensions.Purpose,
            };
            var graph = (await new IdentityService.IdentityServiceClient(server.Address.Channel)
                .GetIdentityGraphAsync(request)).Graph;
            refused.AddRange(graph.Links.Where(link => link.State == Link.Types.State.Refused)
                .Select(link => new[] { Told(link.A), Told(link.B) }));
        }

        return CaseOutcome.Of(
            profiles.Values.Select(profile => profile.Identifiers.Select(Told)), refused, isRejected);

        string Told(Protocol.Types.V1.Identifier one) => names[$"{one.Namespace}:{one.Value}"];
    }
}
