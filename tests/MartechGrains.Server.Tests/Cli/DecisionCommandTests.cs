using Google.Protobuf.WellKnownTypes;
using MartechGrains.Cli.Connection;
using MartechGrains.Protocol.Identity.V1;
using MartechGrains.Protocol.Types.V1;
using MartechGrains.Testing.Clients;
using Xunit;

namespace MartechGrains.Server.Tests.Cli;

public sealed class DecisionCommandTests
{
    private const string Id = "00112233445566778899aabbccddeeff";
    private static readonly Identifier s_ada = new() { Namespace = "user_id", Value = "ada" };
    private static readonly Identifier s_mail = new() { Namespace = "email", Value = "ada@example.com" };
    private static readonly string[] s_act = ["--who", "ada", "--why", "a mistake"];

    private static readonly Decision s_decision = new()
    {
        DecisionId = Id,
        Subject = new DecisionSubject { Unmerge = new Unmerge { Identifier = s_mail } },
        CannotLinkCount = 3,
        Made = new OperatorAct
        {
            Actor = "ada",
            Reason = "a mistake",
            Time = Timestamp.FromDateTime(new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc)),
        },
        Finished = true,
    };

    public static TheoryData<string[], DecisionSubject> Subjects => new()
    {
        {
            ["must-link", "user_id:ada", "email:ada@example.com"],
            new DecisionSubject { MustLink = new MustLink { A = s_ada, B = s_mail } }
        },
        {
            ["cannot-link", "user_id:ada", "email:ada@example.com"],
            new DecisionSubject { CannotLink = new CannotLink { A = s_ada, B = s_mail } }
        },
        {
            ["unmerge", "user_id:ada", "email:ada@example.com"],
            new DecisionSubject { Unmerge = new Unmerge { Identifier = s_ada, From = s_mail } }
        },
        {
            ["unmerge", "user_id:ada"], new DecisionSubject { Unmerge = new Unmerge { Identifier = s_ada } }
        },
        {
            ["linkable", "email:ada@example.com"],
            new DecisionSubject { LinkableValue = new LinkableValue { Value = s_mail } }
        },
        {
            ["retract-event", "web", "e-1", "--of", "user_id:ada", "--of", "email:ada@example.com"],
            new DecisionSubject
            {
                EventRetraction = new EventRetraction
                {
                    Source = "web",
                    EventId = "e-1",
                    Identifiers = { s_ada, s_mail },
                },
            }
        },
        {
            ["retract-source", "web"],
            new DecisionSubject { SourceRetraction = new SourceRetraction { Source = "web" } }
        },
    };

    [Theory]
    [MemberData(nameof(Subjects))]
    public async Task Decide_sends_the_subject_with_who_and_why(string[] args, DecisionSubject subject)
    {
        await using var server = await FakeServer.StartAsync();
        server.Reads.Decision = s_decision;

        var run = await server.RunAsync(["decide", .. args, .. s_act, "--request-id", "r-1"]);

        Assert.Equal(ExitCode.Ok, run.Code);
        Assert.Equal(
            new CreateDecisionRequest { RequestId = "r-1", Subject = subject, Actor = "ada", Reason = "a mistake" },
            server.Reads.LastRequest);
        Assert.Contains("unmerge email:ada@example.com from 3 others", run.Output, StringComparison.Ordinal);
        Assert.Contains("ada, 2026-01-02T03:04:05.000Z: a mistake", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Requests_without_an_id_get_one_each()
    {
        await using var server = await FakeServer.StartAsync();
        var ids = new HashSet<string>();
        for (var i = 0; i < 2; i++)
        {
            await server.RunAsync(["decide", "unmerge", "user_id:ada", .. s_act]);
            ids.Add(Assert.IsType<CreateDecisionRequest>(server.Reads.LastRequest).RequestId);
        }

        Assert.Equal(2, ids.Count);
    }

    [Fact]
    public async Task A_preview_needs_nobody_and_shows_profiles_before_and_after()
    {
        await using var server = await FakeServer.StartAsync();
        server.Reads.Preview = new PreviewDecisionResponse
        {
            ProfilesBefore = { new GraphProfile { ProfileId = Id, Identifiers = { s_ada, s_mail } } },
            ProfilesAfter = { new GraphProfile { ProfileId = Id, Identifiers = { s_ada } } },
            Truncated = true,
        };

        var run = await server.RunAsync("decide", "unmerge", "user_id:ada", "--preview");

        Assert.Equal(ExitCode.Ok, run.Code);
        Assert.IsType<PreviewDecisionRequest>(server.Reads.LastRequest);
        Assert.Contains("user_id:ada, email:ada@example.com", run.Output, StringComparison.Ordinal);
        Assert.Contains("after", run.Output, StringComparison.Ordinal);
        Assert.Contains("more than is shown", run.Messages, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_preview_of_what_would_be_refused_says_why_and_fails()
    {
        await using var server = await FakeServer.StartAsync();
        server.Reads.Preview = new PreviewDecisionResponse
        {
            RefusalReason = "MUST_LINK_REFUSED",
            Refusal = "a profile has at most 1 user_id",
            WitnessPath = { s_ada, s_mail },
        };

        var run = await server.RunAsync("decide", "must-link", "user_id:ada", "user_id:eve", "--preview");

        Assert.Equal(ExitCode.Failed, run.Code);
        Assert.Contains("a profile has at most 1 user_id", run.Output, StringComparison.Ordinal);
        Assert.Contains("user_id:ada - email:ada@example.com", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("decide", "unmerge", "user_id:ada", "--why", "x")]
    [InlineData("decide", "unmerge", "user_id:ada", "--who", "x")]
    [InlineData("decide", "unmerge", "ada", "--who", "x", "--why", "y")]
    [InlineData("decide", "retract-event", "web", "1", "--who", "x", "--why", "y")]
    [InlineData("decide", "retract-event", "web", "1", "--of", "ada", "--who", "x", "--why", "y")]
    [InlineData("decisions", "undo", Id, "--who", "x")]
    public async Task A_command_line_that_lacks_something_is_a_wrong_one(params string[] args) =>
        Assert.Equal(ExitCode.Usage, (await CommandRun.Of(args)).Code);

    [Fact]
    public async Task Decisions_are_listed_shown_and_undone()
    {
        await using var server = await FakeServer.StartAsync();
        server.Reads.Decision = s_decision;

        var list = await server.RunAsync("decisions", "list");
        Assert.Contains("in force", list.Output, StringComparison.Ordinal);
        Assert.Contains(Id, list.Output, StringComparison.Ordinal);

        var show = await server.RunAsync("decisions", "show", Id, "--json");
        Assert.Equal(new GetDecisionRequest { DecisionId = Id }, server.Reads.LastRequest);
        Assert.Equal(
            new GetDecisionResponse { Decision = s_decision }, GetDecisionResponse.Parser.ParseJson(show.Output));

        server.Reads.Decision = new Decision(s_decision) { Undone = s_decision.Made, Finished = false };
        var undo = await server.RunAsync(["decisions", "undo", Id, .. s_act]);
        Assert.Equal(
            new UndoDecisionRequest { DecisionId = Id, Actor = "ada", Reason = "a mistake" },
            server.Reads.LastRequest);
        Assert.Contains("undone, unfinished", undo.Output, StringComparison.Ordinal);
        Assert.Contains("goes on by itself", undo.Messages, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Inert_values_are_listed_with_their_cause()
    {
        await using var server = await FakeServer.StartAsync();
        server.Reads.Inert = new ListInertValuesResponse
        {
            Values =
            {
                new InertValue
                {
                    Value = new InertIdentifier { Identifier = s_mail, Cause = InertIdentifier.Types.Cause.Generic },
                    CarrierCount = 12,
                },
            },
            NextPageToken = "t",
        };

        var run = await server.RunAsync("values", "inert", "--limit", "1");

        Assert.Equal(
            new ListInertValuesRequest { PageSize = 1, Purpose = "operations" }, server.Reads.LastRequest);
        Assert.Contains("generic", run.Output, StringComparison.Ordinal);
        Assert.Contains("12", run.Output, StringComparison.Ordinal);
        Assert.Contains("--page-token t", run.Messages, StringComparison.Ordinal);
    }
}
