using CsCheck;
using MartechGrains.Core.Curation;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Identity.Policy;
using MartechGrains.Core.Identity.Resolution;
using MartechGrains.Core.Tests.Identity;
using Xunit;

namespace MartechGrains.Core.Tests.Curation;

public class DecisionChecksTests
{
    private const int Iterations = 2000;

    private static readonly Identifier Ada = new("crm", "ada");
    private static readonly Identifier Bob = new("crm", "bob");
    private static readonly Identifier AdaMail = new("mail", "ada@example.com");
    private static readonly Identifier Phone = new("device", "phone");
    private static readonly Identifier Tablet = new("device", "tablet");

    [Fact]
    public void A_must_link_against_a_limit_or_a_cannot_link_is_told_with_what_forbids_it()
    {
        var limited = DecisionChecks.MustLink(Input(Set(1, Ada, Phone), Set(2, Bob)), Ada, Bob);
        Assert.Equal((MustLinkOutcome.Refused, "crm"), (limited.Outcome, limited.Refusal!.Pair.LimitNamespace));
        Assert.Equal([Ada], limited.Refusal.Witness.FromFirst.AsEnumerable());

        var cannot = new IdentityDecisions([], [new IdentityDecision("c", new IdentifierPair(Phone, Tablet))]);
        var kept = DecisionChecks.MustLink(
            Input(Set(1, Phone), Set(2, Tablet)) with { Decisions = cannot }, Phone, Tablet);
        Assert.Equal((MustLinkOutcome.Refused, "c"), (kept.Outcome, kept.Refusal!.Pair.CannotLink));
    }

    [Fact]
    public void A_must_link_that_holds_names_the_links_it_pushes_out()
    {
        var check = DecisionChecks.MustLink(Input(Set(1, Ada, Phone), Set(2, Bob, Tablet)), Phone, Tablet);
        Assert.Equal(MustLinkOutcome.Joins, check.Outcome);
        Assert.Equal(new IdentifierPair(Ada, Phone), Assert.Single(check.Displaced).Pair.Pair);
    }

    [Fact]
    public void A_must_link_of_what_is_one_already_of_the_same_of_blocked_and_of_open_ends_is_told_so()
    {
        var input = Input(Set(1, Ada, Phone), Set(2, Tablet)) with
        {
            Policy = new IdentityPolicy(
                1, EvidenceWorld.Policies().Namespaces, new BlockedValues(["ada@example.com"], [])),
            Unconfirmed = new HashSet<Identifier> { Tablet },
        };
        Assert.Equal(
            [
                MustLinkOutcome.AlreadyTogether, MustLinkOutcome.SameIdentifier, MustLinkOutcome.Blocked,
                MustLinkOutcome.Unconfirmed,
            ],
            new[] { Phone, Ada, AdaMail, Tablet }.Select(i => DecisionChecks.MustLink(input, Ada, i).Outcome));
    }

    [Fact]
    public void An_unmerge_of_what_is_apart_or_the_same_is_refused()
    {
        var resolution = Input(Set(1, Ada, Phone), Set(2, Bob)).Resolve();
        Assert.Equal(UnmergeOutcome.AlreadyApart, DecisionChecks.Unmerge(resolution, Ada, Bob).Outcome);
        Assert.Equal(UnmergeOutcome.AlreadyApart, DecisionChecks.Unmerge(resolution, Bob).Outcome);
        Assert.Equal(UnmergeOutcome.AlreadyApart, DecisionChecks.Unmerge(resolution, Ada, Tablet).Outcome);
        Assert.Equal(UnmergeOutcome.SameIdentifier, DecisionChecks.Unmerge(resolution, Ada, Ada).Outcome);
    }

    [Fact]
    public void An_unmerge_of_what_must_links_hold_names_the_latest_of_them()
    {
        var decisions = new IdentityDecisions(
            [
                new IdentityDecision("a", new IdentifierPair(Ada, Phone), MadeAt: new(5)),
                new IdentityDecision("b", new IdentifierPair(Phone, Tablet), MadeAt: new(7)),
                new IdentityDecision("c", new IdentifierPair(Phone, Tablet), MadeAt: new(6)),
            ], []);
        var input = Input(Set(1, Ada, Phone), Set(2, Tablet), Set(3, Ada, AdaMail));
        var resolution = (input with { Decisions = decisions }).Resolve();
        var pair = DecisionChecks.Unmerge(resolution, Ada, Tablet);
        Assert.Equal((UnmergeOutcome.HeldByMustLinks, "b"), (pair.Outcome, pair.Latest!.Value.Id));
        Assert.Equal(["a", "c", "b"], pair.MustLinks.Select(d => d.Id));
        Assert.Equal("a", DecisionChecks.Unmerge(resolution, Ada).Latest!.Value.Id);
        // Links hold the mail as well, and a cannot-link parts these.
        Assert.Equal(UnmergeOutcome.Parts, DecisionChecks.Unmerge(resolution, AdaMail, Tablet).Outcome);
    }

    [Fact]
    public void One_identifier_is_taken_out_by_a_cannot_link_with_every_other_of_its_profile()
    {
        var input = Input(Set(1, Ada, AdaMail), Set(2, Ada, Phone), Set(3, AdaMail, Phone));
        var check = DecisionChecks.Unmerge(input.Resolve(), AdaMail);
        Assert.Equal([new IdentifierPair(Ada, AdaMail), new IdentifierPair(AdaMail, Phone)],
            check.CannotLinks.AsEnumerable());
        var after = (input with { Decisions = new([], check.CannotLinks.Select(p => new IdentityDecision("d", p))) })
            .Resolve();
        Assert.Equal([AdaMail], after.Find(AdaMail)!.Identifiers.AsEnumerable());
        Assert.Same(after.Find(Ada), after.Find(Phone));
    }

    [Fact]
    public void A_profile_too_large_for_one_decision_is_told_so()
    {
        var sets = Enumerable.Range(0, DecisionChecks.MaxCannotLinks + 1)
            .Select(i => Set(i, Ada, new Identifier("device", $"{i}"))).ToArray();
        Assert.Equal(UnmergeOutcome.TooLarge, DecisionChecks.Unmerge(Input(sets).Resolve(), Ada).Outcome);
        Assert.Equal(UnmergeOutcome.Parts, DecisionChecks.Unmerge(Input(sets[1..]).Resolve(), Ada).Outcome);
    }

    [Fact]
    public void What_would_join_over_a_value_made_linkable_is_told_before_and_after()
    {
        var policy = EvidenceWorld.Policies(genericAfter: 2);
        var kiosk = new Identifier("device", "kiosk");
        EvidenceSet[] evidence = [Set(1, Ada, kiosk), Set(2, Bob, kiosk), Set(3, kiosk, Phone), Set(4, Tablet)];
        var input = new ResolverInput(evidence, IdentityDecisions.None, policy);
        foreach (var view in new[] { input, input with { Generic = new HashSet<Identifier> { kiosk } } })
        {
            var difference = DecisionChecks.Linkable(view, kiosk);
            Assert.Equal([[Bob], [kiosk], [Phone]], difference.Before.Select(p => p.Identifiers.ToArray()));
            Assert.Equal([[Bob, kiosk, Phone]], difference.After.Select(p => p.Identifiers.ToArray()));
        }

        Assert.Empty(DecisionChecks.Linkable(input, Tablet).After);
    }

    [Fact]
    public void A_must_link_is_refused_just_when_it_is_said_to_be() =>
        Gen.Select(EvidenceWorld.Wild, EvidenceWorld.AnyIdentifier, EvidenceWorld.AnyIdentifier)
            .Sample((world, one, other) =>
            {
                if (one == other)
                    return;
                var check = DecisionChecks.MustLink(Input(world), one, other);
                var made = world.Decisions.WithMustLink(new IdentityDecision("x", new IdentifierPair(one, other)));
                var after = (Input(world) with { Decisions = made }).Resolve();
                var together = after.Find(one) is { } profile && ReferenceEquals(profile, after.Find(other));
                Assert.Equal(together, check.Outcome is MustLinkOutcome.Joins or MustLinkOutcome.AlreadyTogether);
                Assert.Equal(check.Outcome == MustLinkOutcome.Refused, check.Refusal is not null);
            }, iter: Iterations);

    [Fact]
    public void An_unmerge_that_can_be_made_parts_what_it_was_asked_to_part() =>
        Gen.Select(EvidenceWorld.Wild, EvidenceWorld.AnyIdentifier, EvidenceWorld.AnyIdentifier, Gen.Bool)
            .Sample((world, one, other, takesOut) =>
            {
                var before = world.Resolve();
                var check = takesOut
                    ? DecisionChecks.Unmerge(before, one)
                    : DecisionChecks.Unmerge(before, one, other);
                if (check.Outcome != UnmergeOutcome.Parts)
                    return;
                var cannotLinks = world.Decisions.CannotLinks.Concat(
                    check.CannotLinks.Select(pair => new IdentityDecision("x", pair)));
                var after = (Input(world) with
                {
                    Decisions = new IdentityDecisions(
                        world.Decisions.MustLinks, cannotLinks, world.Decisions.LinkableValues),
                }).Resolve();
                // What it was kept from before may have it now, but none of those it was with.
                if (takesOut)
                    Assert.Equal([one], after.Find(one)!.Identifiers.Intersect(before.Find(one)!.Identifiers));
                else
                    Assert.NotSame(after.Find(one), after.Find(other));
            }, iter: Iterations);

    private static ResolverInput Input(params EvidenceSet[] evidence) =>
        new(evidence, IdentityDecisions.None, EvidenceWorld.Policies());

    private static ResolverInput Input(EvidenceWorld world) =>
        new(world.Events, world.Decisions, world.Policy, Retracted: world.Retracted);

    private static EvidenceSet Set(long time, params Identifier[] identifiers) =>
        new([.. identifiers.Order()], new(time), new(time));
}
