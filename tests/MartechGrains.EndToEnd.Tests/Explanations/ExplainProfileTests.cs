using Grpc.Core;
using MartechGrains.Core.Curation;
using MartechGrains.EndToEnd.Tests.Support;
using MartechGrains.Protocol.Identity.V1;
using MartechGrains.Protocol.Types.V1;
using Xunit;
using static MartechGrains.EndToEnd.Tests.Explanations.ExplainedServer;

namespace MartechGrains.EndToEnd.Tests.Explanations;

/// <summary>How profiles came about, asked of a running server.</summary>
public sealed class ExplainProfileTests(ExplainedServer server) : IClassFixture<ExplainedServer>
{
    [Fact]
    public async Task A_story_tells_what_was_judged_in_order_what_was_refused_and_who_decided_what()
    {
        await server.SendAsync(1, "user_id:ann", "email:ann@x.org");
        await server.SendAsync(3, "email:ann@x.org", "device_id:ab-tablet");
        await server.SendAsync(2, "device_id:ann-watch");
        var joined = await server.Server.LinkAsync(
            DecisionKind.MustLink, "watch", CoreNamed("device_id:ann-watch"), CoreNamed("user_id:ann"));
        var parted = await server.Server.LinkAsync(
            DecisionKind.CannotLink, "tablet", CoreNamed("device_id:ab-tablet"), CoreNamed("email:ann@x.org"));

        var story = await server.HowAsync("email:ann@x.org");

        Assert.Equal(["device_id:ann-watch", "email:ann@x.org", "user_id:ann"], story.Profile.Identifiers.Select(Text));
        Assert.Equal(
            [
                "device_id:ann-watch - user_id:ann Accepted", "email:ann@x.org - user_id:ann Accepted",
                "device_id:ab-tablet - email:ann@x.org Refused",
            ],
            story.Links.Select(link => $"{Text(link)} {link.State}"));
        Assert.Equal(story.Links.OrderBy(link => link.Order), story.Links);
        Assert.Equal((joined, ""), (story.Links[0].MustLinkId, story.Links[1].MustLinkId));
        Assert.Equal(IdOf(1, "user_id:ann", "email:ann@x.org"), story.Links[1].ExampleEvent.EventId);
        Assert.Equal(parted, story.Links[2].CannotLinkId);
        Assert.Equal(new[] { joined, parted }.Order(StringComparer.Ordinal),
            story.Decisions.Select(decision => decision.DecisionId));
        Assert.All(story.Decisions, decision => Assert.Equal("a test", decision.Reason));
        Assert.False(story.Truncated);
    }

    [Fact]
    public async Task Values_that_link_by_decision_are_told_with_who_decided_so()
    {
        foreach (var person in new[] { "cid", "dan", "eva" })
            await server.SendAsync(1, $"user_id:{person}", "device_id:kiosk");
        await server.SendAsync(2, "user_id:eva", "email:noreply@eva.org");
        Assert.Empty((await server.HowAsync("user_id:eva")).Decisions);
        var generic = await server.Server.MakeLinkableAsync("kiosk", CoreNamed("device_id:kiosk"));
        var blocked = await server.Server.MakeLinkableAsync("mailbox", CoreNamed("email:noreply@eva.org"));

        var story = await server.HowAsync("email:noreply@eva.org");

        Assert.Contains("user_id:eva", story.Profile.Identifiers.Select(Text));
        var told = story.Decisions.Single(decision => decision.DecisionId == blocked);
        Assert.Equal((StandingDecision.Types.Kind.LinkableValue, "eve"), (told.Kind, told.MadeBy));
        Assert.Equal("email:noreply@eva.org", Text(Assert.Single(told.Identifiers)));
        var owner = (await server.HowAsync("device_id:kiosk")).Decisions;
        Assert.Contains(generic, owner.Select(decision => decision.DecisionId));
    }

    [Fact]
    public async Task A_profile_is_found_by_its_id_too_and_what_is_in_none_is_not_found()
    {
        await server.SendAsync(1, "user_id:fae", "email:noreply@fae.org");
        var byName = await server.HowAsync("user_id:fae");
        var byId = await server.Client.ExplainProfileAsync(new ExplainProfileRequest
        {
            Key = new ProfileKey { ProfileId = byName.Profile.ProfileId },
            Purpose = ClientExtensions.Purpose,
        });
        Assert.Equal(byName, byId);

        foreach (var identifier in new[] { "user_id:nobody", "email:noreply@fae.org" })
        {
            var error = await Assert.ThrowsAsync<RpcException>(() => server.HowAsync(identifier));
            error.AssertTyped(StatusCode.NotFound, "PROFILE_NOT_FOUND", null);
        }

        var unstated = await Assert.ThrowsAsync<RpcException>(async () => await server.Client.ExplainProfileAsync(
            new ExplainProfileRequest { Key = new ProfileKey { Identifier = Named("user_id:fae") } }));
        unstated.AssertTyped(StatusCode.InvalidArgument, "PURPOSE_REQUIRED", "purpose");
    }
}
