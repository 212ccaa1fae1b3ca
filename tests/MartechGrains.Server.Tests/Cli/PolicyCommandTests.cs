using Google.Protobuf.WellKnownTypes;
using MartechGrains.Cli.Connection;
using MartechGrains.Protocol.Identity.V1;
using MartechGrains.Protocol.Types.V1;
using MartechGrains.Testing.Clients;
using Xunit;

namespace MartechGrains.Server.Tests.Cli;

public sealed class PolicyCommandTests : IDisposable
{
    private static readonly Timestamp s_noon = new() { Seconds = 1_750_000_000 };
    private static readonly Identifier s_ada = new() { Namespace = "email", Value = "ada@example.com" };
    private static readonly Identifier s_device = new() { Namespace = "device_id", Value = "tablet" };

    private static readonly PolicyVersion s_version = new()
    {
        Version = 4,
        Since = s_noon,
        Actor = "bob",
        Reason = "too many merges",
        WayBackTo = 2,
        Digest = "0123456789abcdef",
    };

    private static readonly RehearsePolicyResponse[] s_rehearsal =
    [
        new() { Progress = new RehearsalProgress { Pass = 1, HomesRead = 256, EventsRead = 900, FractionDone = 0.5 } },
        new()
        {
            Result = new PolicyRehearsal
            {
                VersionInForce = 3,
                CandidateVersion = 3,
                Read = new RehearsalProgress { Pass = 1, HomesRead = 512, EventsRead = 1800, FractionDone = 1 },
                Counts = new ProfileCounts { Before = 1200, After = 1100, Merging = 7, Merged = 3, Renamed = 4 },
                CeaseGeneric = new ValueSample { Count = 1, Examples = { s_device } },
                Merged =
                {
                    new ProfileChangeExample
                    {
                        Before =
                        {
                            new ExampleProfile { Identifiers = { s_ada }, IdentifierCount = 1 },
                            new ExampleProfile { Identifiers = { s_device }, IdentifierCount = 22 },
                        },
                        BeforeCount = 12,
                        After = { new ExampleProfile { Identifiers = { s_device, s_ada }, IdentifierCount = 2 } },
                        AfterCount = 1,
                    },
                },
                LargestComponents = { new ComponentSize { First = s_ada, Identifiers = 33, Profiles = 2 } },
                OversizeComponents = 1,
            },
        },
    ];

    private readonly string _file = Path.GetTempFileName();

    public PolicyCommandTests() => File.WriteAllText(_file, "kind: identity_policy\n");

    public void Dispose() => File.Delete(_file);

    [Fact]
    public async Task What_if_shows_progress_counts_and_examples()
    {
        await using var server = await FakeServer.StartAsync();
        server.Reads.Rehearsal = s_rehearsal;

        var run = await server.RunAsync("policy", "what-if", _file, "--purpose", "review");

        Assert.Equal(ExitCode.Ok, run.Code);
        var request = Assert.IsType<RehearsePolicyRequest>(server.Reads.LastRequest);
        Assert.Equal(("kind: identity_policy\n", "review"), (request.Yaml, request.Purpose));
        Assert.Contains("256 homes and 900 events read, about 50 % done", run.Messages, StringComparison.Ordinal);
        Assert.Contains("over 1,800 events of 512 homes", run.Output, StringComparison.Ordinal);
        Assert.Matches("all +│ +1,200 │ +1,100 ", run.Output);
        Assert.Matches("merge +│ +7 │ +3 ", run.Output);
        Assert.Matches("are generic no more +│ 1 +│ device_id:tablet ", run.Output);
        Assert.Matches(
            "merge +│ email:ada@example.com \\| device_id:tablet, 21 more \\| 10 more profiles +│ device_id:tablet, "
                + "email:ada@example.com ", run.Output);
        Assert.Matches("email:ada@example.com +│ 33 +│ 2 ", run.Output);
        Assert.Contains("1 components have more identifiers", run.Output, StringComparison.Ordinal);
        Assert.Contains("write version 4 or a larger one", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_if_as_json_is_the_result_alone()
    {
        await using var server = await FakeServer.StartAsync();
        server.Reads.Rehearsal = s_rehearsal;

        var run = await server.RunAsync("policy", "what-if", _file, "--json");

        Assert.Equal(s_rehearsal[^1].Result, PolicyRehearsal.Parser.ParseJson(run.Output));
        Assert.Empty(run.Messages);
    }

    [Fact]
    public async Task Apply_waits_and_shows_how_far_it_has_come()
    {
        await using var server = await FakeServer.StartAsync();
        server.Reads.PolicyVersions = [s_version];
        server.Reads.PolicyChanges = new([
            new PolicyChange { Version = 4, Pass = 1, HomesVisited = 256, FractionDone = 0.25 },
            new PolicyChange { Version = 4, Pass = 1, HomesVisited = 1024, FinishedAt = s_noon },
        ]);

        var run = await server.RunAsync("policy", "apply", _file, "--who", "ada", "--why", "fewer kiosks", "--wait");

        Assert.Equal(ExitCode.Ok, run.Code);
        var request = Assert.IsType<ApplyPolicyRequest>(server.Reads.LastRequest);
        Assert.Equal(
            ("kind: identity_policy\n", "ada", "fewer kiosks"), (request.Yaml, request.Actor, request.Reason));
        Assert.NotEmpty(request.RequestId);
        Assert.Contains("Version 4 is in force since 2025-06-15T15:06:40.000Z", run.Output, StringComparison.Ordinal);
        Assert.Contains("256 homes visited, 0 failed, about 25 % done", run.Messages, StringComparison.Ordinal);
        Assert.Contains("all homes have gone over, 1,024 visited", run.Messages, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Apply_without_who_and_why_is_a_wrong_command_line()
    {
        var run = await CommandRun.Of("policy", "apply", _file);
        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.Contains("--who", run.Messages, StringComparison.Ordinal);
        Assert.Contains("--why", run.Messages, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Back_names_the_version_where_asked_to()
    {
        await using var server = await FakeServer.StartAsync();
        server.Reads.PolicyVersions = [s_version];

        var run = await server.RunAsync("policy", "back", "--who", "bob", "--why", "x", "--version", "2", "--json");

        Assert.Equal(2, Assert.IsType<GoBackRequest>(server.Reads.LastRequest).Version);
        Assert.Equal(s_version, PolicyVersion.Parser.ParseJson(run.Output));
    }

    [Fact]
    public async Task Versions_are_listed_and_shown_and_their_progress_told()
    {
        await using var server = await FakeServer.StartAsync();
        server.Reads.PolicyVersions = [s_version];
        server.Reads.PolicyChanges = new([new PolicyChange { Version = 4, Pass = 2, HomesFailed = 3 }]);

        var list = await server.RunAsync("policy", "list");
        Assert.Matches(
            "4 +│ 2025-06-15T15:06:40.000Z +│ bob +│ too many merges +│ 2 +│ 0123456789abcdef ", list.Output);
        var show = await server.RunAsync("policy", "show", "4");
        Assert.Equal(4, Assert.IsType<GetPolicyRequest>(server.Reads.LastRequest).Version);
        Assert.Equal("kind: a", show.Output.Trim());
        var status = await server.RunAsync("policy", "status");
        Assert.Contains("version 4: pass 2, 0 homes visited, 3 failed", status.Output, StringComparison.Ordinal);
    }
}
