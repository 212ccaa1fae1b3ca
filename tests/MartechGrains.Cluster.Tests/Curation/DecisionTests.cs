using MartechGrains.Cluster.Tests.Hosting;
using MartechGrains.Core.Curation;
using MartechGrains.Core.Events;
using MartechGrains.Core.Identity;
using MartechGrains.Grains;
using MartechGrains.Grains.Curation;
using Xunit;

namespace MartechGrains.Cluster.Tests.Curation;

/// <summary>
/// Each kind of decision made, seen by lookups, undone, and seen undone; each test has people, a source and a request
/// of its own.
/// </summary>
public sealed class DecisionTests(DecisionTests.Shared shared) : IClassFixture<DecisionTests.Shared>
{
    private readonly DecisionSilo _silo = shared.Silo;
    private readonly string _own = shared.NextName();

    private string Request => $"request of {_own}";

    private string Source => $"web-{_own}";

    private Identifier Kiosk => new("device_id", $"kiosk-{_own}");

    private Identifier User(string name) => SampleEvents.User($"{name}-{_own}");

    private Identifier Email(string address) => SampleEvents.Email($"{_own}-{address}");

    private CanonicalEvent Order(string id, params Identifier[] identifiers) =>
        SampleEvents.Order(id, identifiers) with { Source = Source };

    private async Task<IEnumerable<InertValue>> InertAsync(Identifier value) =>
        (await _silo.Of<InertValues>().ListAsync(null, 100, default)).Values.Where(one => one.Identifier == value);

    private static DecisionDraft Draft(OperatorDecisionKind kind, params Identifier[] identifiers) =>
        new(kind, [.. identifiers]);

    [Fact]
    public async Task A_must_link_joins_two_homes_until_it_is_undone()
    {
        await _silo.SendAsync(Order("1", User("ada")), Order("2", Email("ada@a.b")));
        var before = await _silo.HashAsync();

        await _silo.DecideAsync(Request, Draft(OperatorDecisionKind.MustLink, User("ada"), Email("ada@a.b")));
        await _silo.AssertTogetherAsync(User("ada"), Email("ada@a.b"));
        Assert.Equal(2, await _silo.CountAsync(Email("ada@a.b")));

        await _silo.UndoAsync(Request);
        await _silo.AssertApartAsync(User("ada"), Email("ada@a.b"));
        Assert.Equal(before, await _silo.HashAsync());
    }

    [Fact]
    public async Task A_cannot_link_keeps_apart_what_comes_later_until_it_is_undone()
    {
        await _silo.SendAsync(Order("1", User("ada")), Order("2", Email("ada@a.b")));
        await _silo.DecideAsync(Request, Draft(OperatorDecisionKind.CannotLink, User("ada"), Email("ada@a.b")));
        await _silo.SendAsync(Order("3", User("ada"), Email("ada@a.b")));
        await _silo.AssertApartAsync(User("ada"), Email("ada@a.b"));

        await _silo.UndoAsync(Request);
        await _silo.AssertTogetherAsync(User("ada"), Email("ada@a.b"));
        Assert.Equal(3, await _silo.CountAsync(User("ada")));
    }

    [Fact]
    public async Task An_identifier_is_taken_out_of_its_profile_until_that_is_undone()
    {
        var phone = new Identifier("device_id", $"phone-{_own}");
        await _silo.SendAsync(
            Order("1", User("ada"), Email("ada@a.b")), Order("2", Email("ada@a.b"), phone), Order("3", phone));
        var before = await _silo.HashAsync();

        var made = await _silo.DecideAsync(Request, Draft(OperatorDecisionKind.Unmerge, Email("ada@a.b")));
        Assert.Equal(Email("ada@a.b"), made.Identifiers[0]);
        Assert.Equal(3, made.Identifiers.Length);
        await _silo.AssertApartAsync(Email("ada@a.b"), User("ada"));
        await _silo.AssertApartAsync(Email("ada@a.b"), phone);
        await _silo.SendAsync(Order("4", Email("ada@a.b"), phone));
        await _silo.AssertApartAsync(Email("ada@a.b"), phone);

        await _silo.UndoAsync(Request);
        await _silo.DecideAsync($"{Request} 4", new DecisionDraft(
            OperatorDecisionKind.EventRetraction, [Email("ada@a.b")], Source, "4"));
        Assert.Equal(before, await _silo.HashAsync());
    }

    [Fact]
    public async Task An_event_is_found_by_any_identifier_that_links_and_counts_for_nothing_until_that_is_undone()
    {
        await _silo.SendAsync(Order("1", User("ada"), Email("ada@a.b")), Order("2", User("ada")));
        var before = await _silo.HashAsync();
        var draft = new DecisionDraft(OperatorDecisionKind.EventRetraction, [Email("ada@a.b")], Source, "1");

        var made = await _silo.DecideAsync(Request, draft);
        Assert.Equal([Email("ada@a.b"), User("ada")], made.Identifiers.AsEnumerable());
        Assert.Equal(1, made.Affected);
        Assert.Equal(1, await _silo.CountAsync(User("ada")));
        Assert.Equal(0, await _silo.CountAsync(Email("ada@a.b")));

        await _silo.UndoAsync(Request);
        Assert.Equal(before, await _silo.HashAsync());
        var unknown = await _silo.PlanAsync(draft with { EventId = "9" });
        Assert.Equal(DecisionRefusalReason.EventNotFound, unknown.Refusal!.Reason);
    }

    [Fact]
    public async Task A_value_that_many_share_is_listed_and_links_once_it_is_made_linkable_until_that_is_undone()
    {
        // The first ten meet in one home before the value is known to be shared; those after them do not.
        for (var i = 0; i < 13; i++) await _silo.SendAsync(Order($"{i}", User($"u{i}"), Kiosk));
        Assert.Equal(
            [new InertValue(Kiosk, IsBlocked: false, Carriers: 4)],
            await InertAsync(Kiosk));
        var before = await _silo.HashAsync();
        var draft = Draft(OperatorDecisionKind.LinkableValue, Kiosk);
        var outlook = await _silo.Of<DecisionPlanner>().PreviewAsync(draft, allowUnknown: false, default);
        Assert.Contains(outlook.Difference!.Before, profile => profile.Identifiers.SequenceEqual([Kiosk]));

        await _silo.DecideAsync(Request, draft);
        var holder = (await _silo.LookUpAsync(Kiosk))!.Resolved;
        Assert.Equal(2, holder.Identifiers.Length);
        Assert.Contains(outlook.Difference.After, profile => profile.Identifiers.SequenceEqual(holder.Identifiers));
        Assert.Empty(await InertAsync(Kiosk));
        Assert.Equal(DecisionRefusalReason.AlreadyLinkable, (await _silo.PlanAsync(draft)).Refusal!.Reason);

        await _silo.UndoAsync(Request);
        Assert.Single((await _silo.LookUpAsync(Kiosk))!.Resolved.Identifiers);
        Assert.Equal(before, await _silo.HashAsync());
    }

    [Fact]
    public async Task A_blocked_value_is_listed_and_links_once_it_is_made_linkable()
    {
        var blocked = SampleEvents.Email("test@test.com");
        await _silo.SendAsync(Order("1", User("ada"), blocked));
        Assert.Equal(
            [new InertValue(blocked, IsBlocked: true, Carriers: 1)],
            await InertAsync(blocked));
        await _silo.DecideAsync(Request, Draft(OperatorDecisionKind.LinkableValue, blocked));
        await _silo.AssertTogetherAsync(blocked, User("ada"));
    }

    [Fact]
    public async Task All_events_of_a_source_count_for_nothing_until_that_is_undone()
    {
        CanonicalEvent[] others = [.. Enumerable.Range(0, 30).Select(i =>
            Order($"o{i}", User($"u{i}"), Email($"m{i}@a.b")) with { Source = $"shop-{_own}" })];
        await _silo.SendAsync(others);
        var without = await _silo.HashAsync();
        for (var i = 0; i < 300; i++)
            await _silo.SendAsync(Order($"{i}", User($"u{i % 30}"), Email($"m{i % 40}@a.b")));
        var with = await _silo.HashAsync();

        var made = await _silo.DecideAsync(
            Request, new DecisionDraft(OperatorDecisionKind.SourceRetraction, [], Source));
        Assert.Equal(300, made.Affected);
        Assert.Equal(without, await _silo.HashAsync());
        Assert.Equal(1, await _silo.CountAsync(User("u7")));

        var undone = await _silo.UndoAsync(Request);
        Assert.Equal(300, undone.Affected);
        Assert.Equal(with, await _silo.HashAsync());
    }

    [Fact]
    public async Task What_a_source_delivers_after_its_retraction_counts()
    {
        await _silo.SendAsync(Order("1", User("ada")));
        var act = DecisionSilo.Act with { At = _silo.Services.Time.Now() };
        await _silo.Grain(Request).Make(new OperatorDecision(
            DecisionId.Of(Request), OperatorDecisionKind.SourceRetraction, [], Source, "", act));
        await _silo.CompletedAsync(Request);
        while (_silo.Services.Time.Now() <= act.At) await Task.Yield();
        await _silo.SendAsync(Order("2", User("ada")));
        Assert.Equal(1, await _silo.CountAsync(User("ada")));
    }

    [Fact]
    public async Task The_same_request_makes_one_decision_and_another_one_under_its_id_is_told()
    {
        await _silo.SendAsync(Order("1", User("ada")), Order("2", Email("ada@a.b")), Order("3", Email("eve@a.b")));
        var draft = Draft(OperatorDecisionKind.MustLink, User("ada"), Email("ada@a.b"));
        var made = await _silo.DecideAsync(Request, draft);
        var again = await _silo.DecideAsync(Request, draft);
        Assert.Equal(made.Made, again.Made);
        Assert.Single(
            await _silo.Services.Store.ReadDecisionsAsync(null, 100), one => one.Id == DecisionId.Of(Request));

        var other = made with { Identifiers = [User("ada"), Email("eve@a.b")] };
        var reply = await _silo.Grain(Request).Make(other);
        Assert.Equal(DecisionOutcome.IdTaken, reply.Outcome);
        Assert.Equal(made.Identifiers.AsEnumerable(), reply.Status!.Decision.Identifiers);
        await _silo.AssertApartAsync(User("ada"), Email("eve@a.b"));
    }

    [Fact]
    public async Task An_undo_stays_with_whoever_did_it_first_and_needs_a_decision()
    {
        Assert.Equal(DecisionOutcome.NotFound, (await _silo.Grain(Request).Undo(DecisionSilo.Regret)).Outcome);
        await _silo.SendAsync(Order("1", User("ada")), Order("2", Email("ada@a.b")));
        await _silo.DecideAsync(Request, Draft(OperatorDecisionKind.CannotLink, User("ada"), Email("ada@a.b")));
        await _silo.UndoAsync(Request);
        await _silo.Grain(Request).Undo(DecisionSilo.Act);
        Assert.Equal(DecisionSilo.Regret, (await _silo.CompletedAsync(Request)).Undone);
    }

    /// <summary>The silo of these tests.</summary>
    public sealed class Shared : IAsyncLifetime
    {
        private int _names;

        internal DecisionSilo Silo { get; private set; } = null!;

        public async Task InitializeAsync() => Silo = await DecisionSilo.StartAsync();

        public async Task DisposeAsync() => await Silo.DisposeAsync();

        public string NextName() => $"t{Interlocked.Increment(ref _names)}";
    }
}
