using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using MartechGrains.Definitions;
using MartechGrains.EndToEnd.Tests.Support;
using MartechGrains.Protocol.Ingest.V1;
using MartechGrains.Protocol.Lineage.V1;
using MartechGrains.Protocol.Types.V1;
using Xunit;

namespace MartechGrains.EndToEnd.Tests.Evidence;

/// <summary>Traits follow the policy's tiers and rules, and explain which declaration counts, and why.</summary>
public sealed class SurvivorshipTests(SurvivorshipTests.SourcesServer server)
    : IClassFixture<SurvivorshipTests.SourcesServer>
{
    private const int PolicyVersion = 77;

    /// <summary>As shipped, with a system of record, a source that observes, and a trait that believes all.</summary>
    private static readonly string Policy = DefaultPolicy.ReadYaml()
        .Replace($"version: {DefaultPolicy.Load().Version}\n", $"version: {PolicyVersion}\n", StringComparison.Ordinal)
        + """

        sources:
          - {name: crm, owner: data-office, rationale: the system of record, reliability: verified}
          - {name: web, owner: data-office, rationale: what browsers report, reliability: observed}

        traits:
          - {name: city, owner: data-office, rationale: people move, survivorship: newest}
        """;

    private static readonly Dictionary<string, string> WriteKeys = new[] { "crm", "shop", "web" }
        .ToDictionary(static source => source, static source => $"key-{source}");

    [Fact]
    public async Task The_most_reliable_source_is_believed_in_every_order_and_says_why()
    {
        var person = 0;
        foreach (var order in (int[][])[[0, 1, 2, 3], [3, 2, 1, 0], [1, 3, 0, 2]])
        {
            var user = $"user-{++person}";
            foreach (var step in order)
            {
                await (step switch
                {
                    0 => SendAsync(user, "crm", day: 1, """{"plan":"gold","city":"Paris"}"""),
                    1 => SendAsync(user, "crm", day: 2, """{"plan":"platinum"}"""),
                    2 => SendAsync(user, "shop", day: 3, """{"plan":"silver","city":"Rome"}"""),
                    _ => SendAsync(user, "web", day: 4, """{"plan":"free","city":"Oslo"}"""),
                });
            }

            var profile = await server.Address.Channel.ProfileAsync("user_id", user);
            Assert.Equal("platinum", profile.Traits["plan"].StringValue);
            Assert.Equal("Oslo", profile.Traits["city"].StringValue);

            var plan = await ExplainAsync(user, "traits.plan");
            Assert.Equal("platinum", plan.Value.Json.StringValue);
            Assert.Equal(("reliable", PolicyVersion), (plan.Transform.Id, plan.Transform.Version));
            Assert.Equal(SurvivorshipCriterion.EventTime, plan.DecidedBy);
            Assert.Equal(
                [
                    "crm 2 Verified platinum over gold", "crm 1 Verified gold over silver",
                    "shop 3 Declared silver over free", "web 4 Observed free over nothing",
                ],
                plan.Contributions.Select(Told));

            var city = await ExplainAsync(user, "traits.city");
            Assert.Equal(("newest", PolicyVersion), (city.Transform.Id, city.Transform.Version));
            Assert.Equal("web 4 Observed Oslo over Rome", Told(city.Contributions[0]));
        }
    }

    [Fact]
    public async Task The_reliability_of_its_source_tells_a_survivor_from_a_newer_declaration()
    {
        await SendAsync("ida", "crm", day: 1, """{"plan":"gold"}""");
        await SendAsync("ida", "web", day: 2, """{"plan":"free"}""");
        Assert.Equal(SurvivorshipCriterion.Reliability, (await ExplainAsync("ida", "plan")).DecidedBy);
        await SendAsync("oda", "web", day: 2, """{"plan":"free"}""");
        Assert.Equal(SurvivorshipCriterion.OnlyDeclaration, (await ExplainAsync("oda", "plan")).DecidedBy);
    }

    [Fact]
    public async Task A_null_clears_a_trait_only_where_it_is_believed_and_is_explained()
    {
        await SendAsync("amy", "shop", day: 1, """{"plan":"silver"}""");
        await SendAsync("amy", "web", day: 2, """{"plan":null}""");
        Assert.Equal("silver", (await server.Address.Channel.ProfileAsync("user_id", "amy"))
            .Traits["plan"].StringValue);

        await SendAsync("amy", "crm", day: 1, """{"plan":null}""");
        Assert.Empty((await server.Address.Channel.ProfileAsync("user_id", "amy")).Traits);
        var plan = await ExplainAsync("amy", "traits.plan");
        Assert.Null(plan.Value);
        Assert.Equal(
            ["crm 1 Verified null over silver", "shop 1 Declared silver over null", "web 2 Observed null over nothing"],
            plan.Contributions.Select(Told));
    }

    [Fact]
    public async Task Pages_of_an_explanation_go_on_where_the_one_before_ended()
    {
        for (var day = 1; day <= 3; day++)
            await SendAsync("pia", "shop", day, $$"""{"plan":"{{day}}"}""");
        var first = await ExplainAsync("pia", "traits.plan", pageSize: 2);
        var second = await ExplainAsync("pia", "traits.plan", pageSize: 2, first.NextPageToken);
        Assert.Equal(
            ["shop 3 Declared 3 over 2", "shop 2 Declared 2 over 1", "shop 1 Declared 1 over nothing"],
            first.Contributions.Concat(second.Contributions).Select(Told));
        Assert.Equal((3, ""), (second.TotalSize, second.NextPageToken));
        Assert.Equal(first.DecidedBy, second.DecidedBy);
    }

    [Fact]
    public async Task What_comes_between_two_pages_repeats_nothing_and_hides_nothing()
    {
        for (var day = 1; day <= 3; day++)
            await SendAsync("eva", "shop", day, $$"""{"plan":"{{day}}"}""");
        var first = await ExplainAsync("eva", "traits.plan", pageSize: 2);
        await SendAsync("eva", "shop", day: 9, """{"plan":"9"}""");
        var second = await ExplainAsync("eva", "traits.plan", pageSize: 2, first.NextPageToken);
        Assert.Equal([3, 2, 1], first.Contributions.Concat(second.Contributions)
            .Select(static one => one.Event.EventTime.ToDateTime().Day));
        Assert.Equal((4, ""), (second.TotalSize, second.NextPageToken));
    }

    [Fact]
    public async Task A_token_of_another_value_or_of_none_is_refused()
    {
        for (var day = 1; day <= 3; day++)
            await SendAsync("uma", "shop", day, $$"""{"plan":"{{day}}","city":"{{day}}"}""");
        var token = (await ExplainAsync("uma", "traits.plan", pageSize: 2)).NextPageToken;
        await AssertBadTokenAsync("uma", "traits.city", token);
        await AssertBadTokenAsync("uma", "traits.plan", "1700000000000.99999");
        await AssertBadTokenAsync("uma", "traits.plan", token[..^1]);
    }

    private async Task AssertBadTokenAsync(string user, string field, string token)
    {
        var error = await Assert.ThrowsAsync<RpcException>(() => ExplainAsync(user, field, pageSize: 2, token));
        error.AssertTyped(StatusCode.InvalidArgument, "INVALID_CURSOR", "page_token");
    }

    /// <summary>A declaration in words: source, day, tier, what it declares, and what would count without it.</summary>
    private static string Told(Contribution one) => string.Create(
        CultureInfo.InvariantCulture,
        $"{one.Event.Source} {one.Event.EventTime.ToDateTime().Day} {one.Reliability} {Text(one.ValueAfter)} "
        + $"over {Text(one.ValueBefore)}");

    private static string Text(TypedValue? value) =>
        value is null ? "nothing" : value.Json.HasNullValue ? "null" : value.Json.StringValue;

    private async Task<ExplainValueResponse> ExplainAsync(
        string user, string field, int pageSize = 0, string pageToken = "") =>
        await new LineageService.LineageServiceClient(server.Address.Channel).ExplainValueAsync(
            new ExplainValueRequest
            {
                Key = ClientExtensions.KeyOf("user_id", user),
                Purpose = ClientExtensions.Purpose,
                Field = field,
                PageSize = pageSize,
                PageToken = pageToken,
            });

    private Task SendAsync(string user, string source, int day, string traits) => server.Address.Channel.SendAsync(
        [
            new Event
            {
                Typed = new TypedEvent
                {
                    EventId = $"{user}-{day}",
                    EventTime = Timestamp.FromDateTime(new DateTime(2026, 1, day, 0, 0, 0, DateTimeKind.Utc)),
                    EventClass = EventClass.Identified,
                    Identifiers = { new Identifier { Namespace = "user_id", Value = user } },
                    TraitsJson = ByteString.CopyFromUtf8(traits),
                },
            },
        ],
        WriteKeys[source]);

    /// <summary>The server of these tests, to which sources of all tiers send.</summary>
    public sealed class SourcesServer() : SharedServer(keySeed: 2, Policy, WriteKeys);
}
