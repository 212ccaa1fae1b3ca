using MartechGrains.EndToEnd.Tests.Decisions;
using MartechGrains.Protocol.Operations.V1;
using Xunit;
using Kind = MartechGrains.Protocol.Operations.V1.ChangeFeedEntry.Types.Kind;

namespace MartechGrains.EndToEnd.Tests.Explanations;

/// <summary>The durable change feed tells what happened to identities, and why.</summary>
public sealed class ChangeFeedCauseTests(ExplainedServer server) : IClassFixture<ExplainedServer>
{
    [Fact]
    public async Task Merges_changed_anchors_refused_links_and_splits_come_with_their_causes()
    {
        await server.SendAsync(2, "device_id:d");
        await server.SendAsync(1, "device_id:d", "user_id:ada");
        var renamed = Assert.Single(await ReadAsync(Kind.AnchorChanged));
        Assert.Equal(ExplainedServer.IdOf(1, "device_id:d", "user_id:ada"), renamed.Event.EventId);
        Assert.Single(renamed.OtherProfileIds);

        await server.SendAsync(3, "device_id:d", "user_id:bob");
        var refused = Assert.Single(await ReadAsync(Kind.LinkRefused));
        Assert.Equal("user_id", refused.LimitNamespace);
        Assert.Equal(ExplainedServer.IdOf(3, "device_id:d", "user_id:bob"), refused.Event.EventId);

        await server.SendAsync(4, "user_id:eve");
        await server.SendAsync(5, "email:eve@example.com");
        await server.SendAsync(6, "user_id:eve", "email:eve@example.com");
        var merged = Assert.Single(await ReadAsync(Kind.Merged));
        Assert.NotEqual("", merged.UnitedHome);

        var reply = await server.Server.Address.Channel.Decisions().CreateDecisionAsync(Requests.Create(
            "apart", Requests.CannotLink(Requests.Name("user_id", "eve"), Requests.Name("email", "eve@example.com"))));
        var split = (await ReadAsync(Kind.Split)).Last();
        Assert.Equal(reply.Decision.DecisionId, split.DecisionId);
        Assert.Equal(reply.Decision.DecisionId, (await ReadAsync(Kind.LinkRefused)).Last().CannotLinkId);
    }

    [Fact]
    public async Task A_retraction_and_its_undoing_are_told_of_the_profile_whose_event_it_was()
    {
        await server.SendAsync(7, "user_id:fay");
        var id = ExplainedServer.IdOf(7, "user_id:fay");
        var profile = Assert.Single(await ReadAsync(Kind.Changed), entry => entry.Event.EventId == id);
        var decisions = server.Server.Address.Channel.Decisions();
        var reply = await decisions.CreateDecisionAsync(Requests.Create(
            "not hers", Requests.Retract(
                profile.Event.Source, profile.Event.EventId, Requests.Name("user_id", "fay"))));
        await decisions.UndoDecisionAsync(Requests.Undo(reply.Decision.DecisionId));

        var revised = await ReadAsync(Kind.Revised);
        Assert.Equal(
            Enumerable.Repeat((profile.ProfileId, reply.Decision.DecisionId), 2),
            revised.Select(static entry => (entry.ProfileId, entry.DecisionId)));
        Assert.All(revised, static entry => Assert.Null(entry.Event));
    }

    private Task<List<ChangeFeedEntry>> ReadAsync(Kind kind) => server.ReadFeedAsync(kind);
}
