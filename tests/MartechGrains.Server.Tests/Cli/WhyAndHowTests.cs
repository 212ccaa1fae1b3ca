using Google.Protobuf.WellKnownTypes;
using MartechGrains.Cli.Connection;
using MartechGrains.Protocol.Identity.V1;
using MartechGrains.Protocol.Types.V1;
using Xunit;

namespace MartechGrains.Server.Tests.Cli;

/// <summary>What <c>martech why</c> and <c>martech how</c> ask, and how they show the answers.</summary>
public sealed class WhyAndHowTests
{
    private const string ProfileId = "00112233445566778899aabbccddeeff";
    private const string DecisionId = "ffeeddccbbaa99887766554433221100";
    private static readonly Identifier s_ada = Of("user_id", "ada");
    private static readonly Identifier s_mail = Of("email", "ada@x.org");
    private static readonly Identifier s_phone = Of("device_id", "d:1");
    private static readonly Identifier s_bob = Of("user_id", "bob");

    private static readonly StandingDecision s_decision = new()
    {
        DecisionId = DecisionId,
        Kind = StandingDecision.Types.Kind.MustLink,
        Identifiers = { s_phone, s_mail },
        MadeBy = "eve",
        Reason = "she called us",
        MadeAt = Moment(5),
    };

    [Fact]
    public async Task Why_shows_the_way_between_two_from_the_first_to_the_second()
    {
        await using var server = await FakeServer.StartAsync();
        server.Reads.Link = new ExplainLinkResponse
        {
            A = s_ada,
            B = s_phone,
            Together = new Together
            {
                ProfileId = ProfileId,
                Path =
                {
                    new Link
                    {
                        A = s_mail,
                        B = s_ada,
                        OldestEventTime = Moment(1),
                        NewestEventTime = Moment(2),
                        ExampleEvent = new EventReference { Source = "shop", EventId = "e-1" },
                    },
                    new Link { A = s_phone, B = s_mail, MustLinkId = DecisionId },
                },
            },
            Decisions = { s_decision },
        };

        var run = await server.RunAsync("why", "user_id:ada", "device_id:d:1", "--purpose", "audit");

        Assert.Equal(ExitCode.Ok, run.Code);
        Assert.Equal(new ExplainLinkRequest { A = s_ada, B = s_phone, Purpose = "audit" }, server.Reads.LastRequest);
        Assert.Contains($"user_id:ada and device_id:d:1 are one person, profile {ProfileId}.", run.Output,
            StringComparison.Ordinal);
        Assert.Matches(
            "user_id:ada +│ email:ada@x.org +│ 2026-01-01T00:00:01.000Z +│ 2026-01-01T00:00:02.000Z +│ shop/e-1 +│ - ",
            run.Output);
        Assert.Matches($"email:ada@x.org +│ device_id:d:1 +│ - +│ - +│ - +│ {DecisionId}", run.Output);
        Assert.Matches($"must link +│ {DecisionId} +│ device_id:d:1, email:ada@x.org +│ eve +│ .*│ she called us",
            run.Output);
    }

    [Fact]
    public async Task Why_not_shows_what_was_refused_with_the_way_to_what_conflicts()
    {
        await using var server = await FakeServer.StartAsync();
        server.Reads.Link = new ExplainLinkResponse
        {
            A = s_ada,
            B = s_bob,
            Apart = new Apart
            {
                Cause = Apart.Types.Cause.Refused,
                RefusedLinks =
                {
                    new Link
                    {
                        A = s_phone,
                        B = s_bob,
                        State = Link.Types.State.Refused,
                        Order = 3,
                        Reason = "a profile has at most 1 user_id",
                        WitnessPath = { s_ada, s_phone, s_bob },
                    },
                },
            },
            Truncated = true,
        };

        var run = await server.RunAsync("why", "user_id:ada", "user_id:bob");

        Assert.Contains("user_id:ada and user_id:bob are not one person: links connect them, but were refused.",
            run.Output, StringComparison.Ordinal);
        Assert.Matches(
            "3 +│ device_id:d:1 +│ user_id:bob +│ refused +│ .*a profile has at most 1 user_id "
            + "\\[user_id:ada - device_id:d:1 - user_id:bob\\]", run.Output);
        Assert.Contains("There is more than is shown.", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(InertIdentifier.Types.Cause.Blocked, "is blocked by a rule of stewards: names nobody")]
    [InlineData(InertIdentifier.Types.Cause.Generic, "is generic: it was seen with 3 people or more.")]
    [InlineData(InertIdentifier.Types.Cause.Unconfirmed, "is not confirmed yet; it links later by itself.")]
    [InlineData(InertIdentifier.Types.Cause.Unseen, "is carried by no event that counts.")]
    public async Task Why_not_names_values_that_link_nothing_and_why(
        InertIdentifier.Types.Cause cause, string sentence)
    {
        await using var server = await FakeServer.StartAsync();
        server.Reads.Link = new ExplainLinkResponse
        {
            A = s_ada,
            B = s_bob,
            Apart = new Apart
            {
                Cause = Apart.Types.Cause.InertBetween,
                Between =
                {
                    new InertIdentifier
                    {
                        Identifier = s_phone,
                        Cause = cause,
                        RuleOwner = "stewards",
                        RuleRationale = "names nobody",
                        GenericAfter = 3,
                    },
                },
            },
        };

        var run = await server.RunAsync("why", "user_id:ada", "user_id:bob");

        Assert.Contains("only values that link nothing were seen with both.", run.Output, StringComparison.Ordinal);
        Assert.Contains($"  device_id:d:1 {sentence}", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task How_tells_the_story_in_order_with_decisions_and_as_json_the_reply()
    {
        await using var server = await FakeServer.StartAsync();
        server.Reads.Story = new ExplainProfileResponse
        {
            Profile = new GraphProfile { ProfileId = ProfileId, Anchor = s_mail, Identifiers = { s_mail, s_ada } },
            Links =
            {
                new Link { A = s_mail, B = s_ada, Order = 1, State = Link.Types.State.Accepted },
                new Link { A = s_phone, B = s_mail, Order = 2, State = Link.Types.State.Refused, Reason = "limit" },
            },
            Decisions = { s_decision },
        };

        var run = await server.RunAsync("how", ProfileId);
        var json = await server.RunAsync("how", "email:ada@x.org", "--json");

        Assert.Equal(s_mail, Assert.IsType<ExplainProfileRequest>(server.Reads.LastRequest).Key.Identifier);
        Assert.Contains($"profile {ProfileId}, anchor email:ada@x.org", run.Output, StringComparison.Ordinal);
        Assert.Matches(
            "1 +│ email:ada@x.org +│ user_id:ada +│ accepted(.|\n)*2 +│ device_id:d:1 .*│ limit", run.Output);
        Assert.Contains("she called us", run.Output, StringComparison.Ordinal);
        Assert.Equal(server.Reads.Story, ExplainProfileResponse.Parser.ParseJson(json.Output));
    }

    private static Identifier Of(string name, string value) => new() { Namespace = name, Value = value };

    private static Timestamp Moment(int second) =>
        Timestamp.FromDateTime(new DateTime(2026, 1, 1, 0, 0, second, DateTimeKind.Utc));
}
