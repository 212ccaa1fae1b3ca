using System.Buffers;
using CsCheck;
using MartechGrains.Core.Curation;
using MartechGrains.Core.Events;
using MartechGrains.Core.Homes.Machine;
using MartechGrains.Core.Homes.Messages;
using MartechGrains.Core.Homes.State;
using MartechGrains.Core.Homes.Stored;
using MartechGrains.Core.Homes.Views;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Identity.Policy;
using MartechGrains.Core.Time;
using MartechGrains.Definitions;
using Xunit;

namespace MartechGrains.Core.Tests.Homes;

public sealed class IdentityWatchTests
{
    private static readonly IdentityPolicies Policies = new(DefaultPolicy.Load());
    private static readonly Identifier Email = new("email", "ada@example.com");
    private static readonly Identifier User = new("user_id", "ada");
    private static readonly IdentifierKey EmailKey = new(1);
    private static readonly IdentifierKey UserKey = new(2);
    private static readonly IngestTime Noted = new(1);

    [Fact]
    public void The_view_of_profiles_kept_as_entries_came_is_that_of_a_full_resolution()
    {
        var kept = 0;
        for (var seed = 0; seed < 600; seed++)
        {
            var (state, watch) = HomeHistory.Of(seed, 1 + (seed % 40)).Watch();
            var view = watch.View();
            Assert.Equal(Written(ProfileAssembly.Assemble(state)), Written(view));
            foreach (var profile in view.Profiles)
            {
                Assert.Same(profile, view.Find(profile.Keys[^1]));
                Assert.Same(profile.Resolved, view.Resolution.Find(profile.Resolved.Anchor));
            }

            if (!state.Joins.HasOpen && state.Ledger.Identifiers.Count > 1) kept++;
        }

        Assert.InRange(kept, 10, 600);
    }

    [Fact]
    public void A_union_tells_of_the_merge_also_when_the_linking_event_moved_the_anchor_before()
    {
        var winner = new HomeState(new HomeId(EmailKey), Policies);
        Apply(winner, "e1", (Email, EmailKey));
        Confirm(winner, EmailKey);
        var loser = new HomeState(new HomeId(UserKey), Policies);
        var first = Apply(loser, "e2", (User, UserKey));
        Confirm(loser, UserKey);
        // All three at one event time: user_id has the higher priority, so it anchors the winner's evidence at once.
        Apply(winner, "e3", (Email, EmailKey), (User, UserKey));
        var watch = new IdentityWatch(winner);
        watch.TakeIn(loser);

        var absorbed = new HomeAbsorbed(loser.Id, loser.Seq, At: Noted);
        winner.Fold(absorbed, new AbsorbedHome(loser, [first]));
        watch.Follow(absorbed);

        var change = Assert.Single(watch.TakeChanges());
        Assert.Equal(IdentityChangeKind.Merged, change.Kind);
        Assert.Equal(new ProfileId(UserKey), change.Profile);
        Assert.Equal(new ProfileId(EmailKey), Assert.Single(change.Others));
        Assert.Equal(new IdentityCause(IdentityCauseKind.Union, Home: loser.Id), change.Cause);
    }

    [Fact]
    public void An_identifier_seen_for_the_first_time_is_no_merge_but_may_give_the_profile_another_id()
    {
        var home = new HomeState(new HomeId(EmailKey), Policies);
        Apply(home, "e1", (Email, EmailKey));
        Confirm(home, EmailKey);
        var watch = new IdentityWatch(home);
        watch.Follow(Apply(home, "e2", (Email, EmailKey), (User, UserKey)));

        var change = Assert.Single(watch.TakeChanges());
        Assert.Equal(IdentityChangeKind.AnchorChanged, change.Kind);
        Assert.Equal(new ProfileId(UserKey), change.Profile);
        Assert.Equal(new ProfileId(EmailKey), Assert.Single(change.Others));
        Assert.Equal(new IdentityCause(IdentityCauseKind.Event, "test", "e2"), change.Cause);
        Assert.Empty(watch.TakeChanges());
    }

    [Fact]
    public void A_home_takes_in_another_that_holds_the_same_event_id_with_other_identifiers()
    {
        var phone = new Identifier("phone", "+493012345678");
        var phoneKey = new IdentifierKey(3);
        var winner = new HomeState(new HomeId(EmailKey), Policies);
        Apply(winner, "e1", (Email, EmailKey));
        var loser = new HomeState(new HomeId(UserKey), Policies);
        var copy = Apply(loser, "e1", (User, UserKey), (phone, phoneKey));

        winner.Fold(new HomeAbsorbed(loser.Id, loser.Seq, At: Noted), new AbsorbedHome(loser, [copy]));

        Assert.Equal(1, winner.Ledger.EventCount);
        Assert.Equal(
            winner.Joins.OpenIdentifiers(),
            winner.OpenJoinsOf(winner.Joins.OpenIdentifiers()).Select(static join => join.Identifier));
        Assert.Empty(new IdentityWatch(winner).TakeChanges());
    }

    [Fact]
    public void A_home_takes_in_another_that_retracted_two_copies_of_one_event_id()
    {
        var winner = new HomeState(new HomeId(EmailKey), Policies);
        Apply(winner, "e1", (Email, EmailKey));
        var loser = new HomeState(new HomeId(UserKey), Policies);
        var held = Apply(loser, "e2", (User, UserKey));
        // One decision about all events of a source finds both copies, each with its own identifiers.
        var phone = new Identifier("phone", "+493012345678");
        foreach (var (identifier, key) in new[] { (phone, new IdentifierKey(3)), (User, UserKey) })
        {
            var decision = new Decision(
                DecisionId.Of("no more"), DecisionKind.Retraction, [identifier], [key], "test", "e3",
                new OperatorAct("ada", "test data", new(1)),
                identifier == User ? new OperatorAct("bo", "a slip", new(2)) : null);
            var entry = HomeRules.Decide(loser, new RoutedDecision(decision, [key]), now: Noted);
            loser.Fold(entry!);
        }

        winner.Fold(new HomeAbsorbed(loser.Id, loser.Seq, At: Noted), new AbsorbedHome(loser, [held]));

        Assert.Equal(phone, winner.Ledger.Identifiers[new IdentifierKey(3)]);
    }

    [Fact]
    public void A_refused_link_is_told_once_with_the_limit_and_the_event()
    {
        var other = new Identifier("user_id", "bob");
        var otherKey = new IdentifierKey(4);
        var home = new HomeState(new HomeId(EmailKey), Policies);
        Apply(home, "e1", (Email, EmailKey), (User, UserKey));
        var watch = new IdentityWatch(home);
        watch.Follow(Apply(home, "e2", (Email, EmailKey), (other, otherKey)));

        var refused = Assert.Single(watch.TakeChanges(), static one => one.Kind == IdentityChangeKind.LinkRefused);
        Assert.Equal(new RefusalRule("user_id", ""), refused.RefusedBy);
        Assert.Equal(new IdentityCause(IdentityCauseKind.Event, "test", "e2"), refused.Cause);
        Assert.Equal(2, refused.Others.Append(refused.Profile).Distinct().Count());

        watch.Follow(Apply(home, "e3", (Email, EmailKey), (other, otherKey)));
        Assert.DoesNotContain(watch.TakeChanges(), static one => one.Kind == IdentityChangeKind.LinkRefused);
    }

    [Fact]
    public void A_cannot_link_splits_a_profile_and_its_undoing_merges_it_again()
    {
        var home = new HomeState(new HomeId(EmailKey), Policies);
        Apply(home, "e1", (Email, EmailKey), (User, UserKey));
        var watch = new IdentityWatch(home);
        var made = new Decision(
            DecisionId.Of("apart"), DecisionKind.CannotLink, [Email, User], [EmailKey, UserKey], "", "",
            new OperatorAct("ada", "two people", new(5)));
        var cause = new IdentityCause(IdentityCauseKind.Decision, Decision: made.Id);

        watch.Follow(Decide(home, made));
        var changes = watch.TakeChanges();
        var split = Assert.Single(changes, static one => one.Kind == IdentityChangeKind.Split);
        Assert.Equal(cause, split.Cause);
        var refused = Assert.Single(changes, static one => one.Kind == IdentityChangeKind.LinkRefused);
        Assert.Equal(new RefusalRule("", made.Id.ToString()), refused.RefusedBy);
        Assert.Equal(cause, refused.Cause);

        watch.Follow(Decide(home, made with { Undone = new OperatorAct("bo", "one person", new(6)) }));
        var merged = Assert.Single(watch.TakeChanges());
        Assert.Equal(IdentityChangeKind.Merged, merged.Kind);
        Assert.Equal(cause, merged.Cause);
    }

    [Fact]
    public void That_links_connect_more_identifiers_than_the_policy_expects_is_told_once()
    {
        var policy = Policies.Newest;
        var narrow = new IdentityPolicies(new IdentityPolicy(policy.Version, policy.Namespaces, maxIdentifiers: 2));
        var home = new HomeState(new HomeId(EmailKey), narrow);
        Apply(home, "e1", (Email, EmailKey), (User, UserKey));
        var watch = new IdentityWatch(home);
        Assert.False(watch.TakeOversize());

        watch.Follow(Apply(home, "e2", (new Identifier("phone", "+493012345678"), new(3)), (User, UserKey)));
        watch.TakeChanges();
        Assert.True(watch.TakeOversize());

        watch.Follow(Apply(home, "e3", (new Identifier("device_id", "d"), new(4)), (User, UserKey)));
        watch.TakeChanges();
        Assert.False(watch.TakeOversize());
        Assert.False(new IdentityWatch(home).TakeOversize());
    }

    [Fact]
    public void Over_any_history_a_retraction_and_its_undoing_are_told_of_the_profile_whose_event_it_was() =>
        Gen.Select(Gen.Int[0, 1_000_000], Gen.Int[1, 60]).Sample(
        static (seed, length) =>
        {
            var history = HomeHistory.Of(seed, length);
            history.Watch((before, after, entry, changes) =>
            {
                var told = changes.Where(static one => one.Kind == IdentityChangeKind.Revised).ToList();
                if (entry is not DecisionTaken { Decision: { Kind: DecisionKind.Retraction } retraction })
                {
                    Assert.Empty(told);
                    return;
                }
                var hash = retraction.Event;
                if (after.Ledger.GroupOf(hash) is null
                    || before.Decisions.IsRetracted(hash) == after.Decisions.IsRetracted(hash))
                    return;
                var applied = history.Events.First(one => one.Event.Hash == hash);
                var owner = new IdentityWatch(after).OwnerOf(applied) ?? new IdentityWatch(before).OwnerOf(applied);
                Assert.Equal(owner is { } profile ? [profile] : [], told.Select(static one => one.Profile));
                Assert.All(told, one => Assert.Equal(retraction.Id, one.Cause.Decision));
            });
        },
        iter: 500);

    /// <summary>Told changes bring what was told before up to what a new watch would begin with.</summary>
    [Fact]
    public void Over_any_history_the_watch_knows_whose_each_event_is_and_tells_of_nothing_twice() => Gen.Select(
        Gen.Int[0, 1_000_000], Gen.Int[1, 60]).Sample(
        static (seed, length) =>
        {
            var history = HomeHistory.Of(seed, length);
            var (home, watch) = history.Watch();
            var anew = new IdentityWatch(home);
            foreach (var applied in history.Events) Assert.Equal(anew.OwnerOf(applied), watch.OwnerOf(applied));
            Assert.Empty(watch.TakeChanges());
        },
        iter: 500);

    private static DecisionTaken Decide(HomeState home, Decision decision)
    {
        var entry = HomeRules.Decide(home, new RoutedDecision(decision, []), now: Noted)!;
        home.Fold(entry);
        return entry;
    }

    private static EventApplied Apply(
        HomeState home, string id, params (Identifier Identifier, IdentifierKey Key)[] identifiers)
    {
        var routed = new RoutedEvent(
            new CanonicalEvent
            {
                Source = "test",
                EventId = id,
                EventTime = new(1_700_000_000_000),
                Identifiers = [.. identifiers.Select(static pair => pair.Identifier)],
                Fact = new Fact(EventClass.PageViewed, Channel.Web),
                Name = "page",
                CleaningVersion = 1,
                ContentHash = 1,
                Raw = default,
            },
            [.. identifiers.Select(static pair => pair.Key)],
            [.. identifiers.Select(static pair => pair.Key)]);
        var (_, entry) = HomeRules.Apply(home, routed, now: Noted);
        home.Fold(entry!);
        return entry!;
    }

    private static void Confirm(HomeState home, IdentifierKey key) => home.Fold(new JoinsConfirmed(
        [new JoinConfirmation(key, Member: true, Carrier: false, Epoch: 0, Inert: false, Report: null)], At: Noted));

    private static byte[] Written(HomeView view)
    {
        var output = new ArrayBufferWriter<byte>();
        HomeViewFormat.Write(view, output);
        return output.WrittenSpan.ToArray();
    }
}
