using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using MartechGrains.Cli.Connection;
using MartechGrains.Protocol.Activation.V1;
using MartechGrains.Protocol.Identity.V1;
using MartechGrains.Protocol.Lineage.V1;
using MartechGrains.Protocol.Operations.V1;
using MartechGrains.Protocol.Types.V1;
using MartechGrains.Testing.Clients;
using Xunit;

namespace MartechGrains.Server.Tests.Cli;

public sealed class ReadCommandTests
{
    private const string ProfileId = "00112233445566778899aabbccddeeff";
    private static readonly Identifier s_ada = new() { Namespace = "email", Value = "ada@example.com" };
    private static readonly Identifier s_device = new() { Namespace = "device_id", Value = "d:1" };

    private static readonly Profile s_profile = new()
    {
        ProfileId = ProfileId,
        Anchor = s_ada,
        Identifiers = { s_device, s_ada },
        Traits = { ["plan"] = Value.ForString("pro") },
        Consents =
        {
            ["marketing.email"] = new Consent
            {
                Choice = ConsentChoice.Denied,
                StatedBy = new EventReference { Source = "shop", EventId = "c-1" },
            },
        },
        Features =
        {
            ["purchase_count"] = new Feature { Version = 1, Value = new TypedValue { Integer = 3 } },
            ["revenue"] = new Feature
            {
                Version = 2,
                Value = new TypedValue
                {
                    Amounts = new MoneyTable { Amounts = { new Money { CurrencyCode = "EUR", MinorUnits = 1234 } } },
                },
                WindowResolution = WindowResolution.Exact,
            },
        },
    };

    [Fact]
    public async Task Lookup_shows_identifiers_traits_consent_and_features()
    {
        await using var server = await FakeServer.StartAsync();
        server.Reads.Profile = _ => new GetProfileResponse { Profile = s_profile };

        var run = await server.RunAsync(
            "lookup", "device_id:d:1", "--purpose", "support", "--fields", "features,traits.plan");

        Assert.Equal(ExitCode.Ok, run.Code);
        var request = Assert.IsType<GetProfileRequest>(server.Reads.LastRequest);
        Assert.Equal(s_device, request.Key.Identifier);
        Assert.Equal("support", request.Purpose);
        Assert.Equal(["features", "traits.plan"], request.ReadMask.Paths);
        Assert.Contains("device_id:d:1, email:ada@example.com", run.Output, StringComparison.Ordinal);
        Assert.Matches("plan +│ \"pro\"", run.Output);
        Assert.Matches("marketing.email +│ denied +│ - +│ shop/c-1", run.Output);
        Assert.Matches("purchase_count@1 +│ 3 ", run.Output);
        Assert.Matches("revenue@2 +│ EUR 1234 minor +│ - +│ exact", run.Output);
    }

    [Fact]
    public async Task Json_is_the_reply_as_protobuf_defines_it()
    {
        await using var server = await FakeServer.StartAsync();
        server.Reads.Profile = _ => new GetProfileResponse { Profile = s_profile };

        var run = await server.RunAsync("lookup", ProfileId.ToUpperInvariant(), "--json");

        var request = Assert.IsType<GetProfileRequest>(server.Reads.LastRequest);
        Assert.Equal(ProfileId, request.Key.ProfileId);
        Assert.Equal(s_profile, GetProfileResponse.Parser.ParseJson(run.Output).Profile);
        Assert.Empty(run.Messages);
    }

    [Fact]
    public async Task A_refusal_shows_code_reason_fields_and_remedy_on_standard_error()
    {
        await using var server = await FakeServer.StartAsync();
        server.Reads.Profile = _ => throw Refusal().ToRpcException();

        var run = await server.RunAsync("lookup", "email:ada@example.com");

        Assert.Equal(ExitCode.Failed, run.Code);
        Assert.Empty(run.Output);
        const string title = "INVALID_ARGUMENT (PURPOSE_REQUIRED): No such purpose.";
        Assert.Contains(title, run.Messages, StringComparison.Ordinal);
        Assert.Contains("field purpose: must be in force", run.Messages, StringComparison.Ordinal);
        Assert.Contains("retry after: 1.5 s", run.Messages, StringComparison.Ordinal);
        Assert.Contains("--purpose", run.Messages, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_as_json_is_a_status_with_its_details()
    {
        await using var server = await FakeServer.StartAsync();
        server.Reads.Profile = _ => throw Refusal().ToRpcException();

        var run = await server.RunAsync("--json", "lookup", "email:ada@example.com");

        Assert.Equal(ExitCode.Failed, run.Code);
        Assert.Empty(run.Output);
        var registry = Google.Protobuf.Reflection.TypeRegistry.FromFiles(ErrorDetailsReflection.Descriptor);
        var parser = new JsonParser(JsonParser.Settings.Default.WithTypeRegistry(registry));
        Assert.Equal(Refusal(), parser.Parse<Google.Rpc.Status>(run.Messages));
    }

    [Fact]
    public async Task No_server_is_a_failure_with_a_remedy()
    {
        string address;
        await using (var server = await FakeServer.StartAsync())
            address = server.Address;

        var run = await CommandRun.Of("--server", address, "lookup", "email:ada@example.com");

        Assert.Equal(ExitCode.Failed, run.Code);
        Assert.Contains("UNAVAILABLE", run.Messages, StringComparison.Ordinal);
        Assert.Contains("--server", run.Messages, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Explain_shows_events_merges_and_how_to_go_on()
    {
        await using var server = await FakeServer.StartAsync();
        server.Reads.Explanation = _ => new ExplainValueResponse
        {
            ProfileId = ProfileId,
            Field = "features.purchase_count",
            Value = new TypedValue { Integer = 2 },
            Transform = new Transform { Id = "purchase_count", Version = 1 },
            Contributions =
            {
                new Contribution
                {
                    Event = new EventReference { Source = "shop", EventId = "o-2" },
                    Identifiers = { s_ada },
                    SourceFields = { new SourceField { Output = "fact.class", Field = "event" } },
                    CleaningVersion = 3,
                    ValueBefore = new TypedValue { Integer = 1 },
                    ValueAfter = new TypedValue { Integer = 2 },
                    Term = new TypedValue { Integer = 1 },
                    Home = ProfileId,
                    Seq = 7,
                },
            },
            Merges = { new Merge { FromHome = "aa", IntoHome = "bb", Seq = 5, Identifier = s_ada } },
            NextPageToken = "next",
            TotalSize = 2,
        };

        var run = await server.RunAsync("explain", "email:ada@example.com", "purchase_count", "--limit", "1");

        Assert.Equal(ExitCode.Ok, run.Code);
        Assert.Equal(1, Assert.IsType<ExplainValueRequest>(server.Reads.LastRequest).PageSize);
        Assert.Contains("features.purchase_count = 2", run.Output, StringComparison.Ordinal);
        Assert.Matches("shop/o-2 +│ email:ada@example.com +│ fact.class < event +│ 3 +│ 1 +│ 1 +│ 2 ", run.Output);
        Assert.Matches("email:ada@example.com +│ aa +│ bb, 5", run.Output);
        Assert.Contains("1 of 2 events; go on with --page-token next", run.Messages, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Explain_shows_which_declaration_of_a_trait_counts_and_why()
    {
        await using var server = await FakeServer.StartAsync();
        server.Reads.Explanation = _ => new ExplainValueResponse
        {
            Field = "traits.plan",
            Value = new TypedValue { Json = Value.ForString("gold") },
            Transform = new Transform { Id = "reliable", Version = 4 },
            DecidedBy = SurvivorshipCriterion.Reliability,
            Contributions =
            {
                new Contribution
                {
                    Event = new EventReference { Source = "crm", EventId = "c-2" },
                    Reliability = ReliabilityTier.Verified,
                    ValueAfter = new TypedValue { Json = Value.ForString("gold") },
                },
            },
        };

        var run = await server.RunAsync("explain", "email:ada@example.com", "traits.plan");

        Assert.Contains("by reliable@4", run.Output, StringComparison.Ordinal);
        Assert.Contains("the first one counts: reliability", run.Output, StringComparison.Ordinal);
        Assert.Matches("crm/c-2 .*│ verified +│ - +│ \"gold\"", run.Output);
    }

    [Fact]
    public async Task Graph_shows_profiles_refused_links_and_inert_identifiers()
    {
        await using var server = await FakeServer.StartAsync();
        server.Reads.Graph = new GetIdentityGraphResponse
        {
            Graph = new IdentityGraph
            {
                Profiles = { new GraphProfile { ProfileId = ProfileId, Anchor = s_ada, Identifiers = { s_ada } } },
                Links =
                {
                    new Link
                    {
                        A = s_device,
                        B = s_ada,
                        State = Link.Types.State.Refused,
                        Reason = "limit",
                        WitnessPath = { s_device, s_ada },
                    },
                },
                InertIdentifiers =
                {
                    new InertIdentifier { Identifier = s_device, Cause = InertIdentifier.Types.Cause.Generic },
                },
            },
        };

        var run = await server.RunAsync("graph", "email:ada@example.com");

        Assert.Contains("email:ada@example.com (anchor)", run.Output, StringComparison.Ordinal);
        Assert.Contains("device_id:d:1 (generic)", run.Output, StringComparison.Ordinal);
        Assert.Matches("refused +│ - +│ - +│ limit \\[device_id:d:1 - email:ada@example.com\\]", run.Output);
    }

    [Fact]
    public async Task A_producers_bytes_do_not_reach_the_terminal_as_commands()
    {
        await using var server = await FakeServer.StartAsync();
        var id = Guid.NewGuid().ToString();
        server.Reads.Quarantined = new GetQuarantinedEventResponse
        {
            Event = new QuarantinedEvent { QuarantineId = id, Raw = ByteString.CopyFromUtf8("[red]\u001b[2J{}") },
        };

        var run = await server.RunAsync("quarantine", "show", id);

        Assert.Equal(ExitCode.Ok, run.Code);
        Assert.DoesNotContain("\u001b", run.Output, StringComparison.Ordinal);
        Assert.Contains("[red]\\u001B[2J{}", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Quarantine_list_passes_its_filters_on()
    {
        await using var server = await FakeServer.StartAsync();
        server.Reads.Quarantine = new ListQuarantinedEventsResponse
        {
            Events = { new QuarantinedEvent { QuarantineId = "q-1", Source = "web", Reason = "WRONG_TYPE" } },
        };

        var run = await server.RunAsync(
            "quarantine", "list", "--source", "web", "--reason", "WRONG_TYPE", "--limit", "5");

        var request = Assert.IsType<ListQuarantinedEventsRequest>(server.Reads.LastRequest);
        Assert.Equal(("web", "WRONG_TYPE", 5), (request.Source, request.Reason, request.PageSize));
        Assert.Matches("q-1 +│ - +│ web +│ +│ WRONG_TYPE", run.Output);
    }

    [Fact]
    public async Task Feed_prints_entries_as_they_come_and_the_cursor_to_go_on()
    {
        await using var server = await FakeServer.StartAsync();
        server.Reads.Feed =
        [
            Reply("e-1", ChangeFeedEntry.Types.Kind.Changed, "c-1"),
            Reply("e-2", ChangeFeedEntry.Types.Kind.Merged, "c-2"),
        ];

        var run = await server.RunAsync("feed", "--cursor", "c-0");
        var json = await server.RunAsync("--json", "feed", "--cursor", "c-0");

        Assert.Equal("c-0", Assert.IsType<ReadChangeFeedRequest>(server.Reads.LastRequest).Cursor);
        var lines = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
        Assert.Contains($"e-2 merged {ProfileId}", lines[1], StringComparison.Ordinal);
        Assert.Contains("--cursor c-2", run.Messages, StringComparison.Ordinal);
        var jsonLines = json.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(server.Reads.Feed, jsonLines.Select(ReadChangeFeedResponse.Parser.ParseJson));
    }

    [Theory]
    [InlineData("lookup")]
    [InlineData("lookup", "email")]
    [InlineData("lookup", "email:")]
    [InlineData("lookup", ":value")]
    [InlineData("lookup", "email:a@b.c", "--server", "ftp://x")]
    [InlineData("lookup", "email:a@b.c", "--timeout", "0")]
    [InlineData("send", "no-such-file.jsonl")]
    [InlineData("send", "-", "--batch", "0")]
    [InlineData("quarantine", "show", "not-a-uuid")]
    [InlineData("why", "email:a@b.c")]
    [InlineData("why", "email:a@b.c", "00112233445566778899aabbccddeeff")]
    [InlineData("how", "email")]
    [InlineData("no-such-command")]
    public async Task A_wrong_command_line_is_told_apart_from_a_failure(params string[] args)
    {
        var run = await CommandRun.Of(args);

        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.NotEmpty(run.Messages);
    }

    private static ReadChangeFeedResponse Reply(string entry, ChangeFeedEntry.Types.Kind kind, string cursor) => new()
    {
        Entries = { new ChangeFeedEntry { EntryId = entry, Kind = kind, ProfileId = ProfileId } },
        Cursor = cursor,
    };

    private static Google.Rpc.Status Refusal() => new()
    {
        Code = (int)Code.InvalidArgument,
        Message = "No such purpose.",
        Details =
        {
            Any.Pack(new ErrorInfo { Reason = "PURPOSE_REQUIRED", Domain = "martechgrains" }),
            Any.Pack(new BadRequest
            {
                FieldViolations =
                {
                    new BadRequest.Types.FieldViolation { Field = "purpose", Description = "must be in force" },
                },
            }),
            Any.Pack(new RetryInfo { RetryDelay = Duration.FromTimeSpan(TimeSpan.FromSeconds(1.5)) }),
        },
    };
}
