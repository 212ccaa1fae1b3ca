using CsCheck;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Identity.Policy;
using MartechGrains.Core.Identity.Resolution;
using Xunit;

namespace MartechGrains.Core.Tests.Identity;

public class AttributionTests
{
    private static readonly Identifier Ada = new("crm", "ada");
    private static readonly Identifier Bob = new("crm", "bob");
    private static readonly Identifier Kiosk = new("device", "kiosk");
    private static readonly Identifier Desk = new("device", "desk");

    [Fact]
    public void Facts_count_once_or_for_nobody_and_never_for_a_profile_without_their_identifiers() =>
        EvidenceWorld.Any.Sample(world =>
        {
            var resolution = world.Resolve();
            foreach (var set in world.Events)
            {
                var owner = Attribution.Owner(set.Identifiers, resolution, world.Policy);
                var isRejected = world.Policy.ExceedsLimit(set.Identifiers.AsSpan());
                var linkable = set.Identifiers.Count(resolution.IsLinkable);
                var isNobodys = isRejected || (linkable == 0 && set.Identifiers.Length > 1);
                Assert.Equal(isNobodys, owner is null);
                if (owner is not null)
                    Assert.Contains(set.Identifiers, owner.Identifiers.Contains);
            }
        }, iter: 2000);

    [Fact]
    public void Totals_stay_through_a_cannot_link_a_merge_and_its_taking_back() =>
        Gen.Select(EvidenceWorld.Any, Gen.Int[0, 1000], Gen.Int[0, 1000]).Sample((world, one, other) =>
        {
            var known = world.Resolve().Profiles.SelectMany(p => p.Identifiers).ToArray();
            if (known.Length < 2 || known[one % known.Length] == known[other % known.Length])
                return;
            var pair = new IdentifierPair(known[one % known.Length], known[other % known.Length]);
            var counted = Counted(world, world.Decisions);
            var cannot = new IdentityDecisions([], [new IdentityDecision("x", pair)]);
            var must = new IdentityDecisions([new IdentityDecision("x", pair)], []);
            Assert.Equal(counted, Counted(world, cannot));
            Assert.Equal(counted, Counted(world, must));
        }, iter: 2000);

    [Fact]
    public void A_generic_value_alone_counts_for_its_own_profile_and_two_count_for_nobody()
    {
        var policy = EvidenceWorld.Policies(genericAfter: 2);
        EvidenceSet[] evidence =
        [
            Set(1, Ada, Kiosk), Set(2, Bob, Kiosk), Set(3, Ada, Desk), Set(4, Bob, Desk),
            Set(5, Kiosk), Set(6, Desk, Kiosk),
        ];
        var resolution = Resolver.Resolve(evidence, IdentityDecisions.None, policy);
        Assert.Equal([Desk, Kiosk], resolution.Generic.AsEnumerable());
        Assert.Equal([Kiosk], Attribution.Owner([Kiosk], resolution, policy)!.Identifiers.AsEnumerable());
        Assert.Null(Attribution.Owner([Desk, Kiosk], resolution, policy));
        Assert.Equal([Ada], Attribution.Owner([Ada, Kiosk], resolution, policy)!.Identifiers.AsEnumerable());
    }

    [Fact]
    public void Events_of_a_generic_value_follow_a_must_link()
    {
        var policy = EvidenceWorld.Policies(genericAfter: 2);
        EvidenceSet[] evidence = [Set(1, Ada, Kiosk), Set(2, Bob, Kiosk), Set(0, Kiosk)];
        var decisions = new IdentityDecisions([new IdentityDecision("d", new IdentifierPair(Ada, Kiosk))], []);
        var resolution = Resolver.Resolve(evidence, decisions, policy);
        Assert.Equal([Ada, Kiosk], Attribution.Owner([Kiosk], resolution, policy)!.Identifiers.AsEnumerable());
        Assert.Equal(Ada, resolution.Find(Kiosk)!.Anchor);
        Assert.Equal([Bob], Attribution.Owner([Bob, Kiosk], resolution, policy)!.Identifiers.AsEnumerable());
    }

    [Fact]
    public void Blocked_values_own_nothing()
    {
        var policy = new IdentityPolicy(1, EvidenceWorld.Policies().Namespaces, new BlockedValues(["null"], []));
        var blocked = new Identifier("crm", "NULL");
        EvidenceSet[] evidence = [Set(1, blocked, Kiosk), Set(2, blocked, Desk), Set(3, blocked)];
        var resolution = Resolver.Resolve(evidence, IdentityDecisions.None, policy);
        Assert.Equal(2, resolution.Profiles.Length);
        Assert.Null(resolution.Find(blocked));
        Assert.Null(Attribution.Owner([blocked], resolution, policy));
        Assert.Equal([Desk], Attribution.Owner([blocked, Desk], resolution, policy)!.Identifiers.AsEnumerable());
    }

    private static EvidenceSet Set(long time, params Identifier[] identifiers) =>
        new([.. identifiers.Order()], new(time), new(time));

    private static int Counted(EvidenceWorld world, IdentityDecisions decisions)
    {
        var resolution = Resolver.Resolve(world.Events, decisions, world.Policy);
        return world.Events.Count(e => Attribution.Owner(e.Identifiers, resolution, world.Policy) is not null);
    }
}
