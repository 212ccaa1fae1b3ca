using System.Globalization;
using System.Text.Json;
using MartechGrains.Core.Curation;
using MartechGrains.Definitions;
using MartechGrains.EndToEnd.Tests.Convergence;
using MartechGrains.EndToEnd.Tests.Support;
using MartechGrains.Protocol.Activation.V1;
using MartechGrains.Protocol.Identity.V1;
using MartechGrains.Protocol.Ingest.V1;
using MartechGrains.Testing;
using Xunit;
using static MartechGrains.EndToEnd.Tests.Explanations.ExplainedServer;

namespace MartechGrains.EndToEnd.Tests.Explanations;

/// <summary>Of random people, explanations agree with the lookups, and every link in them is real evidence.</summary>
public sealed class ExplainedWorldTests
{
    private const int Decisions = 3;

    private static readonly string Policy =
        DefaultPolicy.ReadYaml().Replace("genericAfter: 10", "genericAfter: 3", StringComparison.Ordinal);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Two_are_explained_to_be_together_if_and_only_if_lookups_give_one_profile(int seed)
    {
        var world = new World(seed);
        await using var server = await InProcessServer.StartAsync(seed, Policy, World.WriteKeys);
        var evidence = new Evidence(world);
        foreach (var sourced in world.List)
            await server.Address.Channel.SendAsync([sourced.Event], World.WriteKeys[sourced.Source]);
        await DecideAsync(server, new Random(seed), world, evidence);
        var client = new IdentityService.IdentityServiceClient(server.Address.Channel);
        var seen = world.Identifiers.Select(Text).Where(evidence.IsSeen).Order(StringComparer.Ordinal).ToArray();
        var profiles = await ProfilesAsync(server, seen);
        // In a sample, one pair of three on the average; the step of 1 takes all.
        var step = TestVolume.Of(sample: 5, full: 1);
        var random = new Random(seed);
        var causes = new HashSet<Apart.Types.Cause>();
        for (var i = 0; i < seen.Length; i++)
        {
            for (var j = i + 1; j < seen.Length; j += 1 + random.Next(step))
            {
                var (a, b) = (i + j) % 2 == 0 ? (seen[i], seen[j]) : (seen[j], seen[i]);
                var why = await client.ExplainLinkAsync(new ExplainLinkRequest
                {
                    A = Named(a),
                    B = Named(b),
                    Purpose = ClientExtensions.Purpose,
                });
                var isTogether = profiles[a].Length > 0 && profiles[a] == profiles[b];
                Assert.True(isTogether == (why.Together is not null), $"{a} and {b}: {why}");
                if (isTogether)
                    CheckPath(why.Together!, a, b, profiles[a], evidence);
                else
                    causes.Add(CheckApart(why.Apart, evidence));
            }
        }

        Assert.Contains(Apart.Types.Cause.InertIdentifier, causes);
        Assert.Contains(Apart.Types.Cause.Refused, causes);
    }

    private static async Task DecideAsync(InProcessServer server, Random random, World world, Evidence evidence)
    {
        var seen = world.Identifiers.Select(Text).Where(evidence.IsSeen).ToArray();
        for (var i = 0; i < Decisions * 2; i++)
        {
            random.Shuffle(seen);
            var kind = i < Decisions ? DecisionKind.MustLink : DecisionKind.CannotLink;
            var request = string.Create(CultureInfo.InvariantCulture, $"decision {i}");
            var id = await server.LinkAsync(kind, request, CoreNamed(seen[0]), CoreNamed(seen[1]));
            evidence.Decisions.Add(id, Pair(seen[0], seen[1]));
        }
    }

    /// <summary>The profile id of each identifier; empty where it is in none.</summary>
    private static async Task<Dictionary<string, string>> ProfilesAsync(InProcessServer server, string[] identifiers)
    {
        var client = new ActivationService.ActivationServiceClient(server.Address.Channel);
        var request = new LookupProfilesRequest { Purpose = ClientExtensions.Purpose };
        request.Keys.Add(identifiers.Select(Named).Select(one => ClientExtensions.KeyOf(one.Namespace, one.Value)));
        var results = (await client.LookupProfilesAsync(request)).Results;
        return identifiers.Zip(results).ToDictionary(
            pair => pair.First, pair => pair.Second.Profile?.ProfileId ?? "");
    }

    private static void CheckPath(Together together, string a, string b, string profile, Evidence evidence)
    {
        Assert.Equal(profile, together.ProfileId);
        Assert.NotEmpty(together.Path);
        var at = a;
        foreach (var link in together.Path)
        {
            Assert.Contains(at, new[] { Text(link.A), Text(link.B) });
            CheckLink(link, evidence);
            at = at == Text(link.A) ? Text(link.B) : Text(link.A);
        }

        Assert.Equal(b, at);
    }

    private static Apart.Types.Cause CheckApart(Apart apart, Evidence evidence)
    {
        Assert.Equal(apart.Cause == Apart.Types.Cause.InertIdentifier, apart.Ends.Count > 0);
        Assert.Equal(apart.Cause == Apart.Types.Cause.InertBetween, apart.Between.Count > 0);
        Assert.True(apart.Cause != Apart.Types.Cause.Refused || apart.RefusedLinks.Count > 0);
        foreach (var link in apart.RefusedLinks)
        {
            CheckLink(link, evidence);
            for (var i = 1; i < link.WitnessPath.Count; i++)
            {
                var step = Pair(Text(link.WitnessPath[i - 1]), Text(link.WitnessPath[i]));
                Assert.True(evidence.Connects(step), $"{link}");
            }
        }

        return apart.Cause;
    }

    /// <summary>Some event carried both ends, the newest one is shown; or an operator decided so.</summary>
    private static void CheckLink(Link link, Evidence evidence)
    {
        var pair = Pair(Text(link.A), Text(link.B));
        Assert.True(evidence.Connects(pair), $"{link}");
        if (link.MustLinkId.Length > 0)
            Assert.Equal(pair, evidence.Decisions[link.MustLinkId]);
        var isCarried = evidence.Events.TryGetValue(pair, out var events);
        Assert.Equal(isCarried && link.NewestEventTime is not null, link.ExampleEvent is not null);
        if (link.ExampleEvent is null)
            return;
        Assert.Contains($"{link.ExampleEvent.Source}/{link.ExampleEvent.EventId}", events!);
        Assert.Equal(link.NewestEventTime, link.ExampleEvent.EventTime);
    }

    private static string Pair(string one, string other) =>
        string.CompareOrdinal(one, other) < 0 ? $"{one} - {other}" : $"{other} - {one}";

    /// <summary>What the events and decisions of a world connect.</summary>
    private sealed class Evidence
    {
        private readonly HashSet<string> _seen = [];

        public Evidence(World world)
        {
            foreach (var sourced in world.List)
            {
                var (id, identifiers) = Read(sourced.Event);
                _seen.UnionWith(identifiers);
                foreach (var one in identifiers)
                {
                    foreach (var other in identifiers.Where(other => string.CompareOrdinal(one, other) < 0))
                    {
                        if (!Events.TryGetValue(Pair(one, other), out var events))
                            Events.Add(Pair(one, other), events = []);
                        events.Add($"{sourced.Source}/{id}");
                    }
                }
            }
        }

        /// <summary>By pair, the events that carried both.</summary>
        public Dictionary<string, HashSet<string>> Events { get; } = [];

        /// <summary>Decisions' pairs by id.</summary>
        public Dictionary<string, string> Decisions { get; } = [];

        public bool IsSeen(string identifier) => _seen.Contains(identifier);

        public bool Connects(string pair) => Events.ContainsKey(pair) || Decisions.ContainsValue(pair);

        private static (string Id, HashSet<string> Identifiers) Read(Event sent)
        {
            if (sent.Typed is { } typed)
                return (typed.EventId, [.. typed.Identifiers.Select(Text)]);
            using var json = JsonDocument.Parse(sent.SegmentJson.ToStringUtf8());
            var root = json.RootElement;
            HashSet<string> identifiers =
                [$"user_id:{root.GetProperty("userId")}", $"anonymous_id:{root.GetProperty("anonymousId")}"];
            if (root.TryGetProperty("traits", out var traits) && traits.TryGetProperty("email", out var email))
                identifiers.Add($"email:{email.GetString()!.ToLowerInvariant()}");
            return (root.GetProperty("messageId").GetString()!, identifiers);
        }
    }
}
