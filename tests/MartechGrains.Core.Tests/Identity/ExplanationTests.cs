using System.Collections.Immutable;
using CsCheck;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Identity.Explanations;
using MartechGrains.Core.Identity.Policy;
using MartechGrains.Core.Identity.Resolution;
using Xunit;

namespace MartechGrains.Core.Tests.Identity;

public class ExplanationTests
{
    private const int Iterations = 2000;

    private static readonly Identifier Ada = new("crm", "ada");
    private static readonly Identifier Bob = new("crm", "bob");
    private static readonly Identifier Eve = new("crm", "eve");
    private static readonly Identifier AdaMail = new("mail", "ada@example.com");
    private static readonly Identifier Phone = new("device", "phone");
    private static readonly Identifier Tablet = new("device", "tablet");

    [Fact]
    public void Why_leads_over_uniting_links_from_one_to_the_other()
    {
        var must = new IdentityDecision("m", new IdentifierPair(Phone, Tablet));
        var resolution = Resolve([Set(1, Ada, AdaMail), Set(2, AdaMail, Phone), Set(7, AdaMail, Phone), Set(4, Tablet)],
            new IdentityDecisions([must], []));
        var why = Explanation.Why(resolution, Ada, Tablet)!;
        Assert.Equal(
            [
                new WhyStep(Ada, AdaMail, new LinkTimes(new(1), new(1)), null),
                new WhyStep(AdaMail, Phone, new LinkTimes(new(2), new(7)), null),
                new WhyStep(Phone, Tablet, null, "m"),
            ],
            why.Path.AsEnumerable());
        Assert.Empty(Explanation.Why(resolution, Ada, Ada)!.Path);
        Assert.Null(Explanation.Why(resolution, Ada, Bob));
        Assert.Null(Explanation.WhyNot(resolution, EvidenceWorld.Policies(), Ada, Tablet));
    }

    [Fact]
    public void Why_not_tells_a_blocked_a_generic_an_unconfirmed_and_an_unseen_end_apart()
    {
        var policy = new IdentityPolicy(
            1, EvidenceWorld.Policies(genericAfter: 2).Namespaces, new BlockedValues(["tablet"], []));
        var resolution = Resolver.Resolve(
            [Set(1, Ada, Tablet), Set(2, Ada, Phone), Set(3, Bob, Phone), Set(4, Ada, AdaMail)],
            IdentityDecisions.None, policy, unconfirmed: new HashSet<Identifier> { AdaMail });
        Assert.Equal(
            [EndCause.Blocked, EndCause.Generic, EndCause.Unconfirmed, EndCause.Unseen],
            new[] { Tablet, Phone, AdaMail, Eve }.Select(other =>
            {
                var apart = Explanation.WhyNot(resolution, policy, Ada, other)!;
                Assert.Equal((ApartCause.InertIdentifier, other), (apart.Cause, Assert.Single(apart.Ends).Identifier));
                return apart.Ends[0].Cause;
            }));
        Assert.Equal([Tablet, Phone],
            Explanation.WhyNot(resolution, policy, Tablet, Phone)!.Ends.Select(e => e.Identifier));
    }

    [Fact]
    public void Why_not_names_the_refused_pairs_between_two_profiles_in_order_with_their_witnesses()
    {
        // Newest first, the phone is ada's; bob's link and nothing else is refused.
        var resolution = Resolve(
            [Set(1, Ada, AdaMail), Set(3, AdaMail, Phone), Set(2, Bob, Phone), Set(4, Ada, Phone)]);
        var apart = Explanation.WhyNot(resolution, EvidenceWorld.Policies(), Bob, AdaMail)!;
        Assert.Equal(ApartCause.Refused, apart.Cause);
        var refusal = Assert.Single(apart.Refusals);
        Assert.Equal((new IdentifierPair(Bob, Phone), "crm"), (refusal.Pair.Pair, refusal.Pair.LimitNamespace));
        Assert.Equal([Bob], refusal.Witness.FromFirst.AsEnumerable());
        Assert.Equal([Phone, Ada], refusal.Witness.FromSecond.AsEnumerable());
        Assert.False(apart.Truncated);
    }

    [Fact]
    public void Why_not_follows_a_chain_of_profiles_between_which_pairs_were_refused()
    {
        // ada - phone | bob - tablet | eve: each of the two devices was also the next one's.
        var resolution = Resolve([Set(2, Ada, Phone), Set(1, Bob, Phone), Set(4, Bob, Tablet), Set(3, Eve, Tablet)]);
        var apart = Explanation.WhyNot(resolution, EvidenceWorld.Policies(), Phone, Eve)!;
        Assert.Equal(ApartCause.Refused, apart.Cause);
        Assert.Equal([new IdentifierPair(Bob, Phone), new IdentifierPair(Eve, Tablet)],
            apart.Refusals.Select(r => r.Pair.Pair));
        Assert.Equal(ApartCause.NoEvidence, Explanation.WhyNot(
            Resolve([Set(1, Ada, Phone), Set(1, Bob, Tablet)]), EvidenceWorld.Policies(), Ada, Bob)!.Cause);
    }

    [Fact]
    public void Why_not_names_the_inert_values_that_both_profiles_were_seen_with()
    {
        var policy = new IdentityPolicy(
            1, EvidenceWorld.Policies(genericAfter: 2).Namespaces, new BlockedValues(["tablet"], []));
        // Ada's own mailbox, and not her number, was seen with the two things.
        var here = Evidence(policy, Set(1, Ada, AdaMail), Set(2, AdaMail, Tablet), Set(3, AdaMail, Phone));
        var there = Evidence(policy, Set(1, Bob, Tablet), Set(2, Bob, Phone), Set(3, Bob, new Identifier("mail", "b")));
        var apart = Explanation.WhyNot(here, Ada, there, Bob);
        Assert.Equal(ApartCause.NoEvidence, apart.Cause);
        apart = Explanation.WithInertBetween(apart, here, Ada, there, Bob);
        Assert.Equal(ApartCause.InertBetween, apart.Cause);
        Assert.Equal([new ApartEnd(Phone, EndCause.Generic), new ApartEnd(Tablet, EndCause.Blocked)],
            apart.Between.AsEnumerable());

        var end = Explanation.WhyNot(here, Phone, there, Bob);
        Assert.Equal((ApartCause.InertIdentifier, new ApartEnd(Phone, EndCause.Generic)),
            (end.Cause, Assert.Single(end.Ends)));
        Assert.Same(end, Explanation.WithInertBetween(end, here, Phone, there, Bob));

        var alone = Evidence(policy, Set(1, Bob, new Identifier("mail", "b")));
        Assert.Equal(ApartCause.NoEvidence, Explanation.WithInertBetween(
            Explanation.WhyNot(here, Ada, alone, Bob), here, Ada, alone, Bob).Cause);

        static HomeEvidence Evidence(IdentityPolicy policy, params EvidenceSet[] sets) => new(
            Resolver.Resolve(sets, IdentityDecisions.None, policy, new HashSet<Identifier> { Phone }), policy,
            [.. sets.Select(set => set.Identifiers)]);
    }

    [Fact]
    public void How_tells_a_profiles_story_in_the_order_of_judging_with_the_decisions_about_it()
    {
        var decisions = new IdentityDecisions(
            [new IdentityDecision("m", new IdentifierPair(Ada, Tablet))],
            [new IdentityDecision("c", new IdentifierPair(AdaMail, Bob))],
            [new LinkableValue("l", Phone), new LinkableValue("other", Eve)]);
        var resolution = Resolve([Set(1, Ada, AdaMail), Set(3, AdaMail, Phone), Set(2, Bob, Phone)], decisions);
        var story = Explanation.How(resolution, AdaMail)!;
        Assert.Equal([Ada, Tablet, AdaMail], story.Profile.Identifiers.AsEnumerable());
        Assert.Equal([new IdentifierPair(Ada, Tablet), new IdentifierPair(Ada, AdaMail)],
            story.Uniting.Select(u => u.Pair));
        Assert.True(story.Uniting[0].Order < story.Uniting[1].Order);
        Assert.Equal(new IdentifierPair(AdaMail, Phone), Assert.Single(story.Refusals).Pair.Pair);
        Assert.Equal(("m", "c"), (Assert.Single(story.MustLinks).Id, Assert.Single(story.CannotLinks).Id));
        Assert.Empty(story.LinkableValues);
        Assert.Equal("l", Assert.Single(Explanation.How(resolution, Phone)!.LinkableValues).Id);
        Assert.Null(Explanation.How(resolution, Eve));
    }

    [Fact]
    public void A_windowed_refusal_shows_two_values_of_the_window()
    {
        var policy = new IdentityPolicy(1,
        [
            new NamespacePolicy { Name = "crm", Priority = 1, MaxPerProfile = 1 },
            new NamespacePolicy { Name = "mail", Priority = 2, MaxPerProfile = 2, LimitWindow = 10 },
        ]);
        Identifier Mail(int i) => new("mail", $"{i}");
        EvidenceSet[] evidence =
        [
            Set(0, Ada, Mail(0)), Set(100, Ada, Mail(1)), Set(105, Ada, Mail(2)), Set(109, Mail(3)),
            Set(99, Ada, Mail(3)),
        ];
        var resolution = Resolver.Resolve(evidence, IdentityDecisions.None, policy);
        var refused = Assert.Single(resolution.Refused);
        Assert.Equal(("mail", 2, 10L, new IdentifierPair(Mail(1), Mail(3))),
            (refused.LimitNamespace, refused.Limit, refused.LimitWindow, refused.Conflict!.Value));
        Assert.Equal([Ada, Mail(1)], resolution.WitnessOf(refused).FromFirst.AsEnumerable());
        Assert.Equal([Mail(3)], resolution.WitnessOf(refused).FromSecond.AsEnumerable());
    }

    [Fact]
    public void Long_answers_are_cut_and_say_so()
    {
        Identifier Device(int i) => new("device", $"{i:d4}");
        const int count = Explanation.MaxItems + 50;
        var chain = Enumerable.Range(0, count).Select(i => Set(i, Device(i), Device(i + 1))).ToList();
        var decisions = new IdentityDecisions([], [new IdentityDecision("c", new IdentifierPair(Device(0), Bob))]);
        chain.Add(Set(0, Device(count), Bob));
        var policy = EvidenceWorld.Policies();
        // The links of bob's number come first, then the oldest link of the chain is refused, far from him.
        var resolution = Resolver.Resolve(chain, decisions, policy);
        var why = Explanation.Why(resolution, Device(count), Device(1))!;
        Assert.Equal((Explanation.MaxItems, true), (why.Path.Length, why.Truncated));
        var apart = Explanation.WhyNot(resolution, policy, Bob, Device(0))!;
        var witness = Assert.Single(apart.Refusals).Witness.FromSecond;
        Assert.Equal((Explanation.MaxItems, Bob, true), (witness.Length, witness[^1], apart.Truncated));
        var story = Explanation.How(resolution, Bob)!;
        Assert.Equal((Explanation.MaxItems, true), (story.Uniting.Length, story.Truncated));
    }

    [Fact]
    public void Any_two_identifiers_are_explained_and_every_answer_holds() =>
        Gen.Select(EvidenceWorld.Wild, EvidenceWorld.AnyIdentifier, EvidenceWorld.AnyIdentifier)
            .Sample((world, one, other) =>
            {
                var resolution = world.Resolve();
                var why = Explanation.Why(resolution, one, other);
                var apart = Explanation.WhyNot(resolution, world.Policy, one, other);
                if (one != other)
                    Assert.True((why is null) != (apart is null));
                if (why is not null)
                    CheckPath(resolution, why.Path, one, other);
                if (apart is not null)
                    CheckApart(world, resolution, apart, one, other);
            }, iter: Iterations);

    [Fact]
    public void A_story_unites_all_of_its_profile_and_nothing_else() =>
        Gen.Select(EvidenceWorld.Wild, EvidenceWorld.AnyIdentifier).Sample((world, identifier) =>
        {
            var resolution = world.Resolve();
            if (Explanation.How(resolution, identifier) is not { } story)
                return;
            Assert.Equal(story.Profile.Identifiers.Length - 1, story.Uniting.Length);
            Assert.All(story.Uniting, u => Assert.Same(story.Profile, resolution.Find(u.Pair.Second)));
            Assert.Equal(story.Refusals.OrderBy(r => r.Pair.Order), story.Refusals);
            Assert.Equal(resolution.Refused.Count(r => resolution.Find(r.Pair.First) == story.Profile
                || resolution.Find(r.Pair.Second) == story.Profile), story.Refusals.Length);
        }, iter: Iterations);

    private static void CheckPath(
        ResolvedPartition resolution, ImmutableArray<WhyStep> path, Identifier from, Identifier to)
    {
        Assert.Equal(from, path.IsEmpty ? to : path[0].From);
        Assert.Equal(to, path.IsEmpty ? from : path[^1].To);
        for (var i = 0; i < path.Length; i++)
        {
            var step = path[i];
            Assert.True(i == 0 || path[i - 1].To == step.From);
            Assert.Contains(resolution.Accepted, a => a.Unites && a.Pair == new IdentifierPair(step.From, step.To)
                && a.Times == step.Times && a.MustLink == step.MustLink);
        }
    }

    /// <summary>Undoing what keeps them apart connects them, and where nothing does, nothing connects them.</summary>
    private static void CheckApart(
        EvidenceWorld world, ResolvedPartition resolution, WhyApart apart, Identifier one, Identifier other)
    {
        Assert.Equal(apart.Cause == ApartCause.InertIdentifier, !apart.Ends.IsEmpty);
        foreach (var refusal in apart.Refusals)
            Assert.Contains(refusal.Pair, resolution.Refused);
        if (apart.Cause == ApartCause.InertIdentifier)
            return;
        var limitless = new IdentityPolicy(1,
            world.Policy.Namespaces.Select(n => n with { MaxPerProfile = null, LimitWindow = null }),
            world.Policy.BlockedEverywhere);
        var free = Resolver.Resolve(
            [.. world.Events.Where(e => !world.Policy.ExceedsLimit(e.Identifiers.AsSpan()))],
            new IdentityDecisions(world.Decisions.MustLinks, [], world.Decisions.LinkableValues),
            limitless, resolution.Generic.ToHashSet());
        Assert.Equal(apart.Cause == ApartCause.Refused, ReferenceEquals(free.Find(one), free.Find(other)));
        if (apart.Cause != ApartCause.Refused)
            return;
        var at = resolution.Find(one)!;
        foreach (var pair in apart.Refusals.Select(r => r.Pair.Pair))
        {
            var ends = new[] { resolution.Find(pair.First)!, resolution.Find(pair.Second)! };
            if (ReferenceEquals(at, resolution.Find(other)))
                at = resolution.Find(one)!; // another pair between the same two
            Assert.Contains(at, ends);
            at = ReferenceEquals(ends[0], at) ? ends[1] : ends[0];
        }

        Assert.Same(resolution.Find(other), at);
    }

    private static ResolvedPartition Resolve(EvidenceSet[] evidence, IdentityDecisions? decisions = null) =>
        Resolver.Resolve(evidence, decisions ?? IdentityDecisions.None, EvidenceWorld.Policies());

    private static EvidenceSet Set(long time, params Identifier[] identifiers) =>
        new([.. identifiers.Order()], new(time), new(time));
}
