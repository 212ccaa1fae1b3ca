using MartechGrains.Core.Identity;
using MartechGrains.Core.Identity.Policy;
using MartechGrains.Core.Identity.Resolution;
using MartechGrains.Core.Time;
using Xunit;

namespace MartechGrains.Core.Tests.Identity;

public class ResolverTests
{
    private static readonly Identifier Ada = new("crm", "ada");
    private static readonly Identifier Bob = new("crm", "bob");
    private static readonly Identifier AdaMail = new("mail", "ada@example.com");
    private static readonly Identifier Phone = new("device", "phone");
    private static readonly Identifier Tablet = new("device", "tablet");

    [Fact]
    public void Nothing_gives_nothing()
    {
        var resolution = Resolver.Resolve([], IdentityDecisions.None, EvidenceWorld.Policies());
        Assert.Empty(resolution.Profiles);
        Assert.Null(resolution.Find(Ada));
    }

    [Theory]
    [InlineData(ContestedRule.LastAuthenticated, "bob")]
    [InlineData(ContestedRule.First, "ada")]
    [InlineData(ContestedRule.Nobody, null)]
    public void A_contested_device_goes_where_its_rule_says(ContestedRule contested, string? keeper)
    {
        var policy = EvidenceWorld.Policies(deviceContested: contested);
        var resolution = Resolver.Resolve(
            [Set(1, Ada, Phone), Set(2, Bob, Phone)], IdentityDecisions.None, policy);
        var expected = keeper is null ? [Phone] : new[] { new Identifier("crm", keeper), Phone };
        Assert.Equal(expected, resolution.Find(Phone)!.Identifiers.AsEnumerable());
        Assert.Equal(keeper is null ? 0 : 1, resolution.Refused.Length);
    }

    [Fact]
    public void A_refusal_names_the_limit_and_the_way_to_the_conflict()
    {
        var resolution = Resolver.Resolve(
            [Set(1, Ada, AdaMail), Set(3, AdaMail, Phone), Set(2, Bob, Phone)],
            IdentityDecisions.None, EvidenceWorld.Policies());
        // The mail's link is judged after the stronger one of bob's customer number, whatever the times say.
        var refused = Assert.Single(resolution.Refused);
        Assert.Equal(new IdentifierPair(AdaMail, Phone), refused.Pair);
        Assert.Equal(("crm", 1, null), (refused.LimitNamespace, refused.Limit, refused.CannotLink));
        var witness = resolution.WitnessOf(refused);
        Assert.Equal([Phone, Bob], witness.FromFirst.AsEnumerable());
        Assert.Equal([AdaMail, Ada], witness.FromSecond.AsEnumerable());
    }

    [Fact]
    public void A_must_link_joins_what_nothing_links_and_a_cannot_link_beats_it()
    {
        var must = new IdentityDecision("m", new IdentifierPair(AdaMail, Tablet));
        var cannot = new IdentityDecision("c", new IdentifierPair(Ada, Tablet));
        EvidenceSet[] evidence = [Set(1, Ada, AdaMail), Set(2, Tablet)];
        var policy = EvidenceWorld.Policies();
        var joined = Resolver.Resolve(evidence, new IdentityDecisions([must], []), policy);
        Assert.Equal([Ada, Tablet, AdaMail], Assert.Single(joined.Profiles).Identifiers.AsEnumerable());
        Assert.Equal("m", joined.Accepted[0].MustLink);
        Assert.Null(joined.Accepted[0].Times);

        var kept = Resolver.Resolve(evidence, new IdentityDecisions([must], [cannot]), policy);
        var refused = Assert.Single(kept.Refused);
        Assert.Equal(new IdentifierPair(Ada, AdaMail), refused.Pair);
        Assert.Equal("c", refused.CannotLink);
        var witness = kept.WitnessOf(refused);
        Assert.Equal([Ada], witness.FromFirst.AsEnumerable());
        Assert.Equal([AdaMail, Tablet], witness.FromSecond.AsEnumerable());
    }

    [Fact]
    public void A_limit_beats_a_must_link_and_the_operator_is_told()
    {
        var must = new IdentityDecision("m", new IdentifierPair(Ada, Bob));
        var resolution = Resolver.Resolve(
            [Set(1, Ada), Set(2, Bob)], new IdentityDecisions([must], []), EvidenceWorld.Policies());
        Assert.Equal(2, resolution.Profiles.Length);
        var refused = Assert.Single(resolution.Refused);
        Assert.Equal(("m", "crm", 1), (refused.MustLink, refused.LimitNamespace, refused.Limit));
    }

    [Fact]
    public void A_must_link_of_a_blocked_or_unconfirmed_identifier_is_reported_as_idle()
    {
        var policy = new IdentityPolicy(
            1, EvidenceWorld.Policies().Namespaces, new BlockedValues(["tablet"], []));
        var blocked = new IdentityDecision("b", new IdentifierPair(Ada, Tablet));
        var open = new IdentityDecision("o", new IdentifierPair(Ada, Phone));
        var resolution = Resolver.Resolve([Set(1, Ada), Set(2, Phone), Set(3, Tablet)],
            new IdentityDecisions([blocked, open], []), policy, unconfirmed: new HashSet<Identifier> { Phone });
        Assert.Equal([new(open, IdleReason.UnconfirmedIdentifier), new(blocked, IdleReason.BlockedIdentifier)],
            resolution.IdleMustLinks.AsEnumerable());
        Assert.Equal(2, resolution.Profiles.Length);
    }

    [Fact]
    public void One_persons_many_numbers_do_not_make_her_phone_generic()
    {
        var policy = new IdentityPolicy(1,
        [
            new NamespacePolicy { Name = "crm", Priority = 1, MaxPerProfile = 1 },
            new NamespacePolicy { Name = "mail", Priority = 2, MaxPerProfile = 1 },
            new NamespacePolicy { Name = "loyalty", Priority = 3, MaxPerProfile = 1 },
            new NamespacePolicy { Name = "device", Priority = 4, GenericAfter = 3 },
        ]);
        var set = Set(1, Ada, AdaMail, Phone, new("loyalty", "7"));
        Assert.Single(Resolver.Resolve([set], IdentityDecisions.None, policy).Profiles);
        Assert.False(GenericRule.IsGeneric(policy, Phone, set.Identifiers));
        Assert.True(GenericRule.IsGeneric(policy, Phone, [Ada, Bob, Bob, new("crm", "eve")]));
        Assert.False(GenericRule.IsGeneric(policy, Phone, [Ada, Bob, Bob]));
    }

    [Fact]
    public void A_set_over_a_limit_is_rejected_whole_and_links_nothing()
    {
        EvidenceSet[] evidence = [Set(5, Ada, Bob, Phone), Set(1, Ada, Bob, Phone), Set(2, Ada, AdaMail)];
        var resolution = Resolver.Resolve(evidence, IdentityDecisions.None, EvidenceWorld.Policies());
        var rejected = Assert.Single(resolution.Rejected);
        Assert.Equal(
            (new EventTime(1), new EventTime(5)), (rejected.OldestEventTime, rejected.NewestEventTime));
        Assert.Null(resolution.Find(Phone));
        Assert.Equal(Ada, Assert.Single(resolution.Profiles).Identifiers[0]);
    }

    [Fact]
    public void Extreme_event_times_are_ordered_like_any()
    {
        EvidenceSet[] evidence = [Set(long.MinValue, Ada, Phone), Set(long.MaxValue, Bob, Phone)];
        var last = Resolver.Resolve(evidence, IdentityDecisions.None, EvidenceWorld.Policies());
        Assert.Same(last.Find(Bob), last.Find(Phone));
        var first = Resolver.Resolve(evidence, IdentityDecisions.None,
            EvidenceWorld.Policies(deviceContested: ContestedRule.First));
        Assert.Same(first.Find(Ada), first.Find(Phone));
    }

    [Theory]
    [InlineData(0, null, null, ContestedRule.First)]
    [InlineData(1001, null, null, ContestedRule.First)]
    [InlineData(1, 0, null, ContestedRule.First)]
    [InlineData(1, null, 1, ContestedRule.First)]
    [InlineData(1, null, 3, ContestedRule.Nobody)]
    public void A_policy_out_of_its_bounds_cannot_be_made(
        int priority, int? maxPerProfile, int? genericAfter, ContestedRule contested) =>
        Assert.Throws<ArgumentException>(() => new IdentityPolicy(1,
        [
            new NamespacePolicy
            {
                Name = "n",
                Priority = priority,
                MaxPerProfile = maxPerProfile,
                GenericAfter = genericAfter,
                Contested = contested,
            },
        ]));

    private static EvidenceSet Set(long time, params Identifier[] identifiers) =>
        new([.. identifiers.Order()], new(time), new(time));
}
