using Grpc.Core;
using MartechGrains.Core.Curation;
using MartechGrains.EndToEnd.Tests.Support;
using MartechGrains.Protocol.Identity.V1;
using Xunit;
using static MartechGrains.EndToEnd.Tests.Explanations.ExplainedServer;

namespace MartechGrains.EndToEnd.Tests.Explanations;

/// <summary>Why two identifiers are one person, and why not, asked of a running server.</summary>
public sealed class ExplainLinkTests(ExplainedServer server) : IClassFixture<ExplainedServer>
{
    [Fact]
    public async Task Two_who_are_one_person_are_shown_the_way_between_them_with_times_and_events()
    {
        await server.SendAsync(1, "user_id:ada", "email:ada@x.org");
        await server.SendAsync(2, "email:ada@x.org", "device_id:ada-phone");
        await server.SendAsync(7, "email:ada@x.org", "device_id:ada-phone");

        var why = await server.WhyAsync("device_id:ada-phone", "user_id:ada");

        Assert.Equal(["device_id:ada-phone - email:ada@x.org", "email:ada@x.org - user_id:ada"],
            why.Together.Path.Select(Text));
        var first = why.Together.Path[0];
        Assert.Equal((TimeOf(2), TimeOf(7)), (first.OldestEventTime, first.NewestEventTime));
        Assert.Equal(IdOf(7, "email:ada@x.org", "device_id:ada-phone"), first.ExampleEvent.EventId);
        Assert.Equal(("shop", TimeOf(7)), (first.ExampleEvent.Source, first.ExampleEvent.EventTime));
        Assert.Equal(IdOf(1, "user_id:ada", "email:ada@x.org"), why.Together.Path[1].ExampleEvent.EventId);
        var profile = await server.Server.Address.Channel.ProfileAsync("user_id", "ada");
        Assert.Equal(profile.ProfileId, why.Together.ProfileId);
        Assert.Equal(("device_id:ada-phone", "user_id:ada"), (Text(why.A), Text(why.B)));
        Assert.Empty(why.Decisions);
        Assert.False(why.Truncated);
    }

    [Fact]
    public async Task A_must_link_on_the_way_is_named_with_who_made_it_and_why()
    {
        await server.SendAsync(1, "email:bea@x.org");
        await server.SendAsync(2, "device_id:bea-phone");
        var id = await server.Server.LinkAsync(
            DecisionKind.MustLink, "bea", CoreNamed("email:bea@x.org"), CoreNamed("device_id:bea-phone"));

        var why = await server.WhyAsync("email:bea@x.org", "device_id:bea-phone");

        var step = Assert.Single(why.Together.Path);
        Assert.Equal((id, (object?)null, (object?)null), (step.MustLinkId, step.OldestEventTime, step.ExampleEvent));
        var decision = Assert.Single(why.Decisions);
        Assert.Equal((id, StandingDecision.Types.Kind.MustLink), (decision.DecisionId, decision.Kind));
        Assert.Equal((ServerDecisions.Act.By, ServerDecisions.Act.Reason), (decision.MadeBy, decision.Reason));
        Assert.Equal(["email:bea@x.org", "device_id:bea-phone"], decision.Identifiers.Select(Text));
        Assert.Equal(ServerDecisions.MadeAt, decision.MadeAt.ToDateTimeOffset().ToUnixTimeMilliseconds());
    }

    [Fact]
    public async Task A_limit_that_refused_a_link_is_named_with_the_way_to_what_conflicts()
    {
        await server.SendAsync(4, "user_id:cal", "device_id:cd-tablet");
        await server.SendAsync(3, "user_id:cal", "email:cal@x.org");
        await server.SendAsync(1, "user_id:dot", "device_id:cd-tablet");

        var apart = (await server.WhyAsync("user_id:dot", "email:cal@x.org")).Apart;

        Assert.Equal(Apart.Types.Cause.Refused, apart.Cause);
        var link = Assert.Single(apart.RefusedLinks);
        Assert.Equal("device_id:cd-tablet - user_id:dot", Text(link));
        Assert.Equal(("user_id", 1, (object?)null),
            (link.BrokenLimit.Namespace, link.BrokenLimit.MaxPerProfile, link.BrokenLimit.Within));
        Assert.Equal(["user_id:cal", "device_id:cd-tablet", "user_id:dot"], link.WitnessPath.Select(Text));
        Assert.Equal(IdOf(1, "user_id:dot", "device_id:cd-tablet"), link.ExampleEvent.EventId);
        Assert.True(link.Order > 0);
        Assert.Equal("", link.CannotLinkId);
    }

    [Fact]
    public async Task A_cannot_link_that_refused_a_link_is_named_with_who_made_it_and_why()
    {
        await server.SendAsync(1, "email:eli@x.org", "device_id:ef-tablet");
        await server.SendAsync(2, "email:fay@x.org", "device_id:ef-tablet");
        var id = await server.Server.LinkAsync(
            DecisionKind.CannotLink, "eli and fay", CoreNamed("email:eli@x.org"), CoreNamed("email:fay@x.org"));

        var why = await server.WhyAsync("email:eli@x.org", "email:fay@x.org");

        var link = Assert.Single(why.Apart.RefusedLinks);
        Assert.Equal((Apart.Types.Cause.Refused, "device_id:ef-tablet - email:eli@x.org", id, (object?)null),
            (why.Apart.Cause, Text(link), link.CannotLinkId, link.BrokenLimit));
        Assert.Equal(["email:fay@x.org", "device_id:ef-tablet", "email:eli@x.org"], link.WitnessPath.Select(Text));
        var decision = Assert.Single(why.Decisions);
        Assert.Equal((id, StandingDecision.Types.Kind.CannotLink, ServerDecisions.Act.By),
            (decision.DecisionId, decision.Kind, decision.MadeBy));
    }

    [Fact]
    public async Task Refusals_along_a_chain_of_people_are_named_one_by_one()
    {
        await server.SendAsync(2, "user_id:gil", "device_id:gh-phone");
        await server.SendAsync(1, "user_id:hal", "device_id:gh-phone");
        await server.SendAsync(4, "user_id:hal", "device_id:hi-phone");
        await server.SendAsync(3, "user_id:ida", "device_id:hi-phone");

        var apart = (await server.WhyAsync("user_id:gil", "user_id:ida")).Apart;

        Assert.Equal(Apart.Types.Cause.Refused, apart.Cause);
        Assert.Equal(["device_id:gh-phone - user_id:hal", "device_id:hi-phone - user_id:ida"],
            apart.RefusedLinks.Select(Text));
    }

    [Fact]
    public async Task A_blocked_value_is_named_with_who_answers_for_the_rule_and_why_it_is_so()
    {
        await server.SendAsync(1, "user_id:jan", "email:noreply@jan.org", "device_id:null");

        var mailbox = Assert.Single((await server.WhyAsync("user_id:jan", "email:noreply@jan.org")).Apart.Ends);
        var device = Assert.Single((await server.WhyAsync("device_id:null", "user_id:jan")).Apart.Ends);

        Assert.Equal(InertIdentifier.Types.Cause.Blocked, mailbox.Cause);
        Assert.Equal("identity-stewards", mailbox.RuleOwner);
        Assert.StartsWith("Addresses that forms and test scripts", mailbox.RuleRationale, StringComparison.Ordinal);
        Assert.Equal(InertIdentifier.Types.Cause.Blocked, device.Cause);
        Assert.StartsWith("What programs send where they have no", device.RuleRationale, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_generic_value_is_named_as_the_end_that_links_nothing_and_between_people_of_other_homes()
    {
        foreach (var person in new[] { "kai", "lea", "mia" })
            await server.SendAsync(1, $"user_id:{person}", "device_id:kiosk");
        await server.SendAsync(2, "user_id:mia", "email:mia@x.org");

        var end = (await server.WhyAsync("device_id:kiosk", "email:mia@x.org")).Apart;
        var between = (await server.WhyAsync("user_id:kai", "email:mia@x.org")).Apart;

        Assert.Equal((Apart.Types.Cause.InertIdentifier, InertIdentifier.Types.Cause.Generic, 3),
            (end.Cause, Assert.Single(end.Ends).Cause, end.Ends[0].GenericAfter));
        Assert.Equal(Apart.Types.Cause.InertBetween, between.Cause);
        var kiosk = Assert.Single(between.Between);
        Assert.Equal(("device_id:kiosk", InertIdentifier.Types.Cause.Generic), (Text(kiosk.Identifier), kiosk.Cause));
    }

    [Fact]
    public async Task A_blocked_value_between_people_of_other_homes_is_named_with_its_rule()
    {
        await server.SendAsync(1, "user_id:ned", "device_id:n/a");
        await server.SendAsync(2, "user_id:olga", "email:olga@x.org");
        await server.SendAsync(3, "email:olga@x.org", "device_id:n/a");

        var apart = (await server.WhyAsync("user_id:ned", "user_id:olga")).Apart;

        Assert.Equal(Apart.Types.Cause.InertBetween, apart.Cause);
        var between = Assert.Single(apart.Between);
        Assert.Equal(("device_id:n/a", InertIdentifier.Types.Cause.Blocked, "identity-stewards"),
            (Text(between.Identifier), between.Cause, between.RuleOwner));
    }

    [Fact]
    public async Task Two_whom_nothing_ever_connected_have_no_evidence_and_their_decisions_are_told()
    {
        await server.SendAsync(1, "user_id:pia");
        await server.SendAsync(1, "user_id:quin");
        Assert.Equal(Apart.Types.Cause.NoEvidence, (await server.WhyAsync("user_id:pia", "user_id:quin")).Apart.Cause);

        var id = await server.Server.LinkAsync(
            DecisionKind.CannotLink, "pia and quin", CoreNamed("user_id:quin"), CoreNamed("user_id:pia"));
        var why = await server.WhyAsync("user_id:pia", "user_id:quin");
        Assert.Equal((Apart.Types.Cause.NoEvidence, id), (why.Apart.Cause, Assert.Single(why.Decisions).DecisionId));
    }

    [Fact]
    public async Task An_identifier_whose_only_event_is_retracted_is_known_and_links_nothing()
    {
        await server.SendAsync(1, "user_id:rob", "email:rob@x.org");
        await server.SendAsync(2, "user_id:rob");
        await server.RetractAsync(1, "user_id:rob", "email:rob@x.org");

        var apart = (await server.WhyAsync("user_id:rob", "email:rob@x.org")).Apart;

        Assert.Equal(("email:rob@x.org", InertIdentifier.Types.Cause.Unseen),
            (Text(Assert.Single(apart.Ends).Identifier), apart.Ends[0].Cause));
    }

    [Theory]
    [InlineData("user_id:sam", "user_id:sue", "", StatusCode.InvalidArgument, "PURPOSE_REQUIRED", "purpose")]
    [InlineData("shoe:sam", "user_id:sue", "p", StatusCode.InvalidArgument, "UNKNOWN_NAMESPACE", "a.namespace")]
    [InlineData("user_id:sam", "email:sue", "p", StatusCode.InvalidArgument, "INVALID_IDENTIFIER", "b.value")]
    [InlineData("user_id:sam", " user_id:sam", "p", StatusCode.InvalidArgument, "UNKNOWN_NAMESPACE", "b.namespace")]
    [InlineData("user_id:sam", "user_id: sam ", "p", StatusCode.InvalidArgument, "INVALID_FIELD", "b")]
    [InlineData(null, "user_id:sam", "p", StatusCode.InvalidArgument, "INVALID_FIELD", "a")]
    [InlineData("user_id:sam", null, "p", StatusCode.InvalidArgument, "INVALID_FIELD", "b")]
    [InlineData("user_id:nobody", "user_id:sam", "p", StatusCode.NotFound, "PROFILE_NOT_FOUND", "a")]
    [InlineData("user_id:sam", "device_id:null-never", "p", StatusCode.NotFound, "PROFILE_NOT_FOUND", "b")]
    public async Task Bad_input_is_refused_with_reason_and_field(
        string? a, string? b, string purpose, StatusCode code, string reason, string field)
    {
        await server.SendAsync(1, "user_id:sam");
        var request = new ExplainLinkRequest
        {
            A = a is null ? null : Named(a),
            B = b is null ? null : Named(b),
            Purpose = purpose,
        };
        var error = await Assert.ThrowsAsync<RpcException>(async () => await server.Client.ExplainLinkAsync(request));
        error.AssertTyped(code, reason, field);
    }
}
