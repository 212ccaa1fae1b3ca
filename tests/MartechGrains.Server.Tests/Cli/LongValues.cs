using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using MartechGrains.Protocol.Activation.V1;
using MartechGrains.Protocol.Identity.V1;
using MartechGrains.Protocol.Lineage.V1;
using MartechGrains.Protocol.Operations.V1;
using MartechGrains.Protocol.Types.V1;

namespace MartechGrains.Server.Tests.Cli;

/// <summary>Answers full of ids and values as long as they are in earnest.</summary>
internal static class LongValues
{
    public const string ProfileId = "00112233445566778899aabbccddeeff";
    public const string Home = "0123456789abcdef0123456789abcdef";
    public const string DecisionId = "ffeeddccbbaa99887766554433221100";
    public const string EventId = "6f1d3c52-8a0b-4c7e-9d2f-1b5e7a9c3d40";
    public const string Digest = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
    public const string Mail = "email:augusta.ada.king-noel.countess@lovelace.of.ockham.example.org";
    public const string Device = "device_id:" + Digest;
    public const string Moment = "2026-01-02T03:04:05.678Z";
    public const string Event = "web_shop/" + EventId;
    public const string Cursor = "eyJob21lIjoiMDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWYiLCJzZXEiOjEyMzQ1Njc4OX0";
    public const string Phrase = "customer_number:number 12 of the branch in Upper Lower Long Street";

    private static readonly Identifier s_mail = Of(Mail);
    private static readonly Identifier s_device = Of(Device);
    private static readonly Identifier s_phrase = Of(Phrase);
    private static readonly Timestamp s_at =
        Timestamp.FromDateTime(new DateTime(2026, 1, 2, 3, 4, 5, 678, DateTimeKind.Utc));

    private static readonly EventReference s_event =
        new() { Source = "web_shop", EventId = EventId, EventTime = s_at };

    private static readonly TypedValue s_money = new()
    {
        Amounts = new MoneyTable
        {
            Amounts =
            {
                new Money { CurrencyCode = "EUR", MinorUnits = 1_234_567_890 },
                new Money { CurrencyCode = "JPY", MinorUnits = 9_876_543_210 },
            },
        },
    };

    private static readonly Link s_link = new()
    {
        A = s_mail,
        B = s_device,
        Order = 12,
        State = Link.Types.State.Refused,
        OldestEventTime = s_at,
        NewestEventTime = s_at,
        ExampleEvent = s_event,
        Reason = "a profile has at most 1 user_id",
        WitnessPath = { s_mail, s_phrase, s_device },
    };

    private static readonly StandingDecision s_standing = new()
    {
        DecisionId = DecisionId,
        Kind = StandingDecision.Types.Kind.MustLink,
        Identifiers = { s_mail, s_device },
        MadeBy = "kim",
        MadeAt = s_at,
        Reason = "she called us and told that both are hers, and that no one else has ever used them",
    };

    private static readonly GraphProfile s_profile =
        new() { ProfileId = ProfileId, Anchor = s_mail, Identifiers = { s_mail, s_device, s_phrase } };

    /// <summary>Lets a server answer with them.</summary>
    public static void Fill(FakeReads reads)
    {
        reads.Profile = request => request.Purpose == "refused" ? throw Refusal() : Profile();
        reads.Explanation = _ => Explanation();
        reads.Graph = new GetIdentityGraphResponse
        {
            Graph = new IdentityGraph
            {
                Home = Home,
                Seq = 1234567,
                Profiles = { s_profile },
                Links = { s_link },
                InertIdentifiers =
                {
                    new InertIdentifier { Identifier = s_device, Cause = InertIdentifier.Types.Cause.Generic },
                },
            },
        };
        reads.Link = new ExplainLinkResponse
        {
            A = s_mail,
            B = s_device,
            Together = new Together
            {
                ProfileId = ProfileId,
                Path = { new Link(s_link) { MustLinkId = DecisionId } },
            },
            Decisions = { s_standing },
        };
        reads.Story = new ExplainProfileResponse
        {
            Profile = s_profile,
            Links = { s_link },
            Decisions = { s_standing },
        };
        reads.Decision = new Decision
        {
            DecisionId = DecisionId,
            Subject = new DecisionSubject { MustLink = new MustLink { A = s_mail, B = s_device } },
            Made = new OperatorAct { Actor = "kim", Reason = s_standing.Reason, Time = s_at },
            Finished = true,
        };
        reads.Preview = new PreviewDecisionResponse { ProfilesBefore = { s_profile }, ProfilesAfter = { s_profile } };
        FillOperations(reads);
        FillVerification(reads);
    }

    private static void FillVerification(FakeReads reads)
    {
        reads.Verification =
        [
            new VerifyJournalsResponse
            {
                Findings =
                {
                    System.Enum.GetValues<Finding.Types.Kind>().Skip(1).Select(static kind => new Finding
                    {
                        Kind = kind,
                        Home = Home,
                        Row = 1234567,
                        IdentifierKey = ProfileId,
                        DecisionId = DecisionId,
                    }),
                },
                Progress = new VerificationProgress { Findings = 11, Rows = 1_000_000_000 },
            },
        ];
    }

    private static void FillOperations(FakeReads reads)
    {
        reads.Inert = new ListInertValuesResponse
        {
            Values = { new InertValue { Value = new InertIdentifier { Identifier = s_device }, CarrierCount = 12 } },
            NextPageToken = Cursor,
        };
        var refused = new QuarantinedEvent
        {
            QuarantineId = EventId,
            Source = "web_shop",
            EventId = Digest,
            ReceivedAt = s_at,
            Reason = "EVENT_TIME_IN_FUTURE",
            Field = "context.consent.categoryPreferences",
            Remedy = "Send the time at which it happened, or set the clock of the device, or leave the field out.",
            Raw = ByteString.CopyFromUtf8($$"""{"userId": "{{Digest}}", "event": "Order Completed"}"""),
        };
        reads.Quarantine = new ListQuarantinedEventsResponse { Events = { refused }, NextPageToken = Cursor };
        reads.Quarantined = new GetQuarantinedEventResponse { Event = refused };
        reads.Feed =
        [
            new ReadChangeFeedResponse
            {
                Entries =
                {
                    new ChangeFeedEntry
                    {
                        EntryId = $"{Home}:1234567",
                        Kind = ChangeFeedEntry.Types.Kind.Merged,
                        ProfileId = ProfileId,
                        OtherProfileIds = { DecisionId },
                        RecordedAt = s_at,
                        Event = s_event,
                    },
                },
                Cursor = Cursor,
            },
        ];
        var example = new ExampleProfile { ProfileId = ProfileId, Identifiers = { s_mail, s_device } };
        var change = new ProfileChangeExample { Before = { example, example }, After = { example }, AfterCount = 7 };
        reads.Rehearsal =
        [
            new RehearsePolicyResponse
            {
                Result = new PolicyRehearsal
                {
                    Read = new RehearsalProgress(),
                    Counts = new ProfileCounts { Before = 1_000_000_000, After = 1_000_000_000 },
                    Merged = { change },
                    BecomeGeneric = new ValueSample { Count = 2, Examples = { s_mail, s_device } },
                    LargestComponents = { new ComponentSize { First = s_device, Identifiers = 1_000 } },
                },
            },
        ];
        reads.PolicyVersions =
        [
            new PolicyVersion
            {
                Version = 12,
                Since = s_at,
                Actor = "kim",
                Reason = s_standing.Reason,
                Digest = Digest,
            },
        ];
    }

    private static GetProfileResponse Profile() => new()
    {
        Profile = new Profile
        {
            ProfileId = ProfileId,
            Anchor = s_mail,
            Identifiers = { s_mail, s_device, s_phrase },
            EvaluatedAt = s_at,
            Version = new ProfileVersion { Home = Home, Seq = 1234567 },
            Traits = { ["fingerprint"] = Value.ForString(Digest) },
            Consents =
            {
                ["marketing.email"] = new Consent { Choice = ConsentChoice.Denied, StatedBy = s_event },
            },
            Features =
            {
                ["revenue"] = new Feature { Version = 2, Value = s_money, Freshness = s_at, NextChangeAt = s_at },
            },
        },
    };

    private static ExplainValueResponse Explanation() => new()
    {
        ProfileId = ProfileId,
        Field = "features.revenue",
        Value = s_money,
        EvaluatedAt = s_at,
        Transform = new Transform { Id = "revenue", Version = 2 },
        Contributions =
        {
            new Contribution
            {
                Event = s_event,
                Identifiers = { s_mail, s_device },
                SourceFields =
                {
                    new SourceField { Output = "fact.amount", Field = "properties.total" },
                    new SourceField { Output = "fact.units", Field = "properties.products[].quantity" },
                },
                Term = s_money,
                ValueBefore = s_money,
                ValueAfter = s_money,
                Home = Home,
                Seq = 1234567,
            },
        },
        Merges = { new Merge { RecordedAt = s_at, Identifier = s_device, FromHome = ProfileId, IntoHome = Home } },
        TotalSize = 5,
        NextPageToken = Cursor,
    };

    private static RpcException Refusal() => new(new Grpc.Core.Status(
        StatusCode.InvalidArgument, $"profile {ProfileId} is unknown at home {Home} since {EventId}"));

    private static Identifier Of(string text) =>
        new() { Namespace = text.Split(':')[0], Value = text.Split(':')[1] };
}
