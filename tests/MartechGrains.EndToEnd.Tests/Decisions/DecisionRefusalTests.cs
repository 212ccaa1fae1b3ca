using Grpc.Core;
using Grpc.Net.Client;
using MartechGrains.EndToEnd.Tests.BadInput;
using MartechGrains.EndToEnd.Tests.Support;
using MartechGrains.Protocol.Identity.V1;
using MartechGrains.Protocol.Types.V1;
using Xunit;
using static MartechGrains.EndToEnd.Tests.Decisions.Requests;

namespace MartechGrains.EndToEnd.Tests.Decisions;

/// <summary>What is refused, with its reason, before a few people; who decides does it on people of its own.</summary>
[Collection(ShippedPolicy.Name)]
public sealed class DecisionRefusalTests(ShippedPolicyServer server) : IAsyncLifetime
{
    private static readonly Family Ours = new("ours");
    private static readonly Identifier Ada = Ours.Ada;
    private static readonly Identifier Mail = Ours.Mail;
    private static readonly Identifier Phone = Ours.Phone;
    private static readonly Identifier Eve = Ours.Eve;
    private static readonly Identifier Nobody = Name("user_id", "nobody");
    private static readonly Identifier Blocked = Name("email", "test@test.com");

    private GrpcChannel Channel => server.Address.Channel;

    private DecisionService.DecisionServiceClient Client => Channel.Decisions();

    public async Task InitializeAsync()
    {
        await Ours.AppearAsync(Channel);
        await Channel.SendAsync([Visit("ours 4", Ada, Blocked)]);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public static TheoryData<string, object?, StatusCode, string, string?> BadSubjects => new()
    {
        { "nothing", null, StatusCode.InvalidArgument, "INVALID_FIELD", "subject" },
        {
            "an end is missing", new DecisionSubject { MustLink = new MustLink { A = Ada } },
            StatusCode.InvalidArgument, "INVALID_FIELD", "subject.must_link.b"
        },
        {
            "an unknown namespace", MustLink(Ada, Name("no_such", "x")),
            StatusCode.InvalidArgument, "UNKNOWN_NAMESPACE", "subject.must_link.b.namespace"
        },
        {
            "no address", CannotLink(Name("email", BadEvent.Personal), Ada),
            StatusCode.InvalidArgument, "INVALID_IDENTIFIER", "subject.cannot_link.a.value"
        },
        { "the same twice", CannotLink(Ada, Ada), StatusCode.InvalidArgument, "INVALID_FIELD", "subject" },
        { "unknown to link", MustLink(Ada, Nobody), StatusCode.NotFound, "UNKNOWN_IDENTIFIER", null },
        { "unknown to keep apart", CannotLink(Nobody, Ada), StatusCode.NotFound, "UNKNOWN_IDENTIFIER", null },
        { "unknown to part", Unmerge(Nobody), StatusCode.NotFound, "UNKNOWN_IDENTIFIER", null },
        {
            "unknown to link by", Linkable(Name("email", "test@example.com")),
            StatusCode.NotFound, "UNKNOWN_IDENTIFIER", null
        },
        { "across a limit", MustLink(Ada, Eve), StatusCode.FailedPrecondition, "MUST_LINK_REFUSED", null },
        { "a blocked end", MustLink(Phone, Blocked), StatusCode.FailedPrecondition, "MUST_LINK_REFUSED", null },
        { "two apart", Unmerge(Ada, Eve), StatusCode.FailedPrecondition, "ALREADY_APART", null },
        { "one alone", Unmerge(Phone), StatusCode.FailedPrecondition, "ALREADY_APART", null },
        { "what links", Linkable(Mail), StatusCode.FailedPrecondition, "ALREADY_LINKABLE", null },
        {
            "no such event", Retract(ShippedPolicyServer.Source, "ours 9", Ada),
            StatusCode.NotFound, "EVENT_NOT_FOUND", null
        },
        {
            "an event of others", Retract(ShippedPolicyServer.Source, "ours 3", Ada),
            StatusCode.NotFound, "EVENT_NOT_FOUND", null
        },
        {
            "an event of no identifiers", Retract(ShippedPolicyServer.Source, "ours 1"),
            StatusCode.InvalidArgument, "INVALID_FIELD", "subject.event_retraction.identifiers"
        },
        {
            "an event of no source", Retract("", "ours 1", Ada),
            StatusCode.InvalidArgument, "INVALID_FIELD", "subject.event_retraction.source"
        },
        {
            "no source", new DecisionSubject { SourceRetraction = new SourceRetraction() },
            StatusCode.InvalidArgument, "INVALID_FIELD", "subject.source_retraction.source"
        },
    };

    [Theory]
    [MemberData(nameof(BadSubjects))]
    public async Task A_subject_that_cannot_be_decided_is_refused_and_nothing_is_kept(
        string name, object? subject, StatusCode code, string reason, string? field)
    {
        var before = await ListAsync();
        var error = await FailAsync(async () =>
            await Client.CreateDecisionAsync(Create(name, (DecisionSubject?)subject)));
        error.AssertTells(code, reason, field);
        Assert.Equal(before, await ListAsync());
    }

    [Theory]
    [InlineData("request_id", "", "ada", "why")]
    [InlineData("actor", "r", "", "why")]
    [InlineData("actor", "r", " ", "why")]
    [InlineData("reason", "r", "ada", "")]
    public async Task A_decision_needs_an_id_and_who_and_why(string field, string id, string actor, string reason)
    {
        var request = new CreateDecisionRequest
        {
            RequestId = id,
            Actor = actor,
            Reason = reason,
            Subject = CannotLink(Ada, Eve),
        };
        var error = await FailAsync(async () => await Client.CreateDecisionAsync(request));
        error.AssertTells(StatusCode.InvalidArgument, "INVALID_FIELD", field);
        request.Reason = new string('x', 1025);
        Assert.Equal(StatusCode.InvalidArgument,
            (await FailAsync(async () => await Client.CreateDecisionAsync(request))).StatusCode);
    }

    [Fact]
    public async Task A_must_link_across_a_limit_names_the_limit_and_its_preview_shows_the_way_there()
    {
        var error = await FailAsync(async () =>
            await Client.CreateDecisionAsync(Create("r", MustLink(Ada, Eve))));
        Assert.Contains("a profile has at most 1 user_id", error.Status.Detail, StringComparison.Ordinal);
        Assert.Contains("user_id - user_id", error.Status.Detail, StringComparison.Ordinal);
        var preview = await Client.PreviewDecisionAsync(new PreviewDecisionRequest
        {
            Subject = MustLink(Ada, Eve),
            Purpose = ClientExtensions.Purpose,
        });
        Assert.Equal("MUST_LINK_REFUSED", preview.RefusalReason);
        Assert.Equal([Ada, Eve], preview.WitnessPath);
    }

    [Fact]
    public async Task A_must_link_against_a_cannot_link_names_it()
    {
        var (_, mail, phone, _) = await Family.AppearAsync(Channel, "parted");
        var cannot = await Client.CreateDecisionAsync(Create("parted c", CannotLink(mail, phone)));
        var error = await FailAsync(async () =>
            await Client.CreateDecisionAsync(Create("parted m", MustLink(mail, phone))));
        error.AssertTells(StatusCode.FailedPrecondition, "MUST_LINK_REFUSED", null);
        Assert.Contains(cannot.Decision.DecisionId, error.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_must_link_holds_is_parted_by_undoing_that_which_the_refusal_names()
    {
        var (_, mail, phone, _) = await Family.AppearAsync(Channel, "held");
        var must = await Client.CreateDecisionAsync(Create("held m", MustLink(mail, phone)));
        var error = await FailAsync(async () =>
            await Client.CreateDecisionAsync(Create("held u", Unmerge(phone, mail))));
        error.AssertTells(StatusCode.FailedPrecondition, "HELD_BY_MUST_LINK", null);
        Assert.Contains(must.Decision.DecisionId, error.Status.Detail, StringComparison.Ordinal);
        await Client.UndoDecisionAsync(Undo(must.Decision.DecisionId));
        error = await FailAsync(async () => await Client.CreateDecisionAsync(Create("held u", Unmerge(phone, mail))));
        error.AssertTells(StatusCode.FailedPrecondition, "ALREADY_APART", null);
    }

    [Fact]
    public async Task A_request_id_is_for_one_decision()
    {
        var (ada, mail, phone, eve) = await Family.AppearAsync(Channel, "asked");
        await Client.CreateDecisionAsync(Create("asked", CannotLink(ada, eve)));
        var error = await FailAsync(async () =>
            await Client.CreateDecisionAsync(Create("asked", MustLink(mail, phone))));
        error.AssertTells(StatusCode.AlreadyExists, "DECISION_ID_TAKEN", null);
        error = await FailAsync(async () => await Client.CreateDecisionAsync(Create("asked", CannotLink(ada, phone))));
        error.AssertTells(StatusCode.AlreadyExists, "DECISION_ID_TAKEN", null);
    }

    [Fact]
    public async Task A_decision_that_there_is_not_is_not_found()
    {
        var id = new string('0', 32);
        (await FailAsync(async () => await Client.GetDecisionAsync(new GetDecisionRequest { DecisionId = id })))
            .AssertTells(StatusCode.NotFound, "DECISION_NOT_FOUND", null);
        (await FailAsync(async () => await Client.UndoDecisionAsync(Undo(id))))
            .AssertTells(StatusCode.NotFound, "DECISION_NOT_FOUND", null);
        (await FailAsync(async () => await Client.UndoDecisionAsync(Undo("7"))))
            .AssertTells(StatusCode.InvalidArgument, "INVALID_FIELD", "decision_id");
    }

    [Fact]
    public async Task Lists_refuse_pages_that_are_not_theirs_and_reading_values_needs_a_purpose()
    {
        (await FailAsync(async () => await Client.ListDecisionsAsync(new ListDecisionsRequest { PageToken = "x" })))
            .AssertTells(StatusCode.InvalidArgument, "INVALID_CURSOR", "page_token");
        (await FailAsync(async () => await Client.ListDecisionsAsync(new ListDecisionsRequest { PageSize = -1 })))
            .AssertTells(StatusCode.InvalidArgument, "INVALID_FIELD", "page_size");
        (await FailAsync(async () => await Client.ListInertValuesAsync(new ListInertValuesRequest())))
            .AssertTells(StatusCode.InvalidArgument, "PURPOSE_REQUIRED", "purpose");
        (await FailAsync(async () => await Client.PreviewDecisionAsync(new PreviewDecisionRequest())))
            .AssertTells(StatusCode.InvalidArgument, "PURPOSE_REQUIRED", "purpose");
    }

    private async Task<IReadOnlyList<Decision>> ListAsync() =>
        (await Client.ListDecisionsAsync(new ListDecisionsRequest())).Decisions;

    private static Task<RpcException> FailAsync(Func<Task> call) => Assert.ThrowsAsync<RpcException>(call);

    /// <summary>A user with an address and a telephone that is hers by no event, and another user.</summary>
    private sealed record Family(string Of)
    {
        public Identifier Ada => Name("user_id", $"ada of {Of}");

        public Identifier Mail => Name("email", $"ada@{Of}.example");

        public Identifier Phone => Name("device_id", $"{Of}-phone");

        public Identifier Eve => Name("user_id", $"eve of {Of}");

        public static async Task<Family> AppearAsync(GrpcChannel channel, string of)
        {
            var family = new Family(of);
            await family.AppearAsync(channel);
            return family;
        }

        public Task AppearAsync(GrpcChannel channel) => channel.SendAsync(
        [
            Visit($"{Of} 1", Ada, Mail), Visit($"{Of} 2", Phone),
            Visit($"{Of} 3", Eve, Name("email", $"eve@{Of}.example")),
        ]);

        public void Deconstruct(out Identifier ada, out Identifier mail, out Identifier phone, out Identifier eve) =>
            (ada, mail, phone, eve) = (Ada, Mail, Phone, Eve);
    }
}
