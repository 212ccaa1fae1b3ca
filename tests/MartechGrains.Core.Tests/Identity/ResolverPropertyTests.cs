using System.Collections.Immutable;
using CsCheck;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Identity.Policy;
using MartechGrains.Core.Identity.Resolution;
using MartechGrains.Core.Time;
using Xunit;

namespace MartechGrains.Core.Tests.Identity;

public class ResolverPropertyTests
{
    private const int Iterations = 2000;

    [Fact]
    public void Neither_order_nor_duplicates_change_anything_of_a_resolution() =>
        Gen.Select(EvidenceWorld.Wild, Gen.Int).Sample((world, seed) =>
        {
            var random = new Random(seed);
            var events = world.Events.Concat(world.Events.Take(3)).ToArray();
            random.Shuffle(events);
            var retracted = world.Retracted.Concat(world.Retracted).ToArray();
            random.Shuffle(retracted);
            var decisions = new IdentityDecisions(
                world.Decisions.MustLinks.Reverse(), world.Decisions.CannotLinks.Reverse(),
                world.Decisions.LinkableValues.Reverse());
            var again = Resolver.Resolve(events, decisions, world.Policy, retracted: retracted);
            Assert.Equal(ResolutionText.Of(world.Resolve()), ResolutionText.Of(again));
        }, iter: Iterations);

    [Fact]
    public void Merging_the_times_of_equal_sets_changes_nothing() => EvidenceWorld.Wild.Sample(world =>
    {
        var merged = world.Events
            .GroupBy(e => string.Join(',', e.Identifiers), StringComparer.Ordinal)
            .Select(g => new EvidenceSet(
                g.First().Identifiers, g.Min(e => e.OldestEventTime), g.Max(e => e.NewestEventTime)))
            .ToArray();
        var again = Resolver.Resolve(merged, world.Decisions, world.Policy, retracted: world.Retracted);
        Assert.Equal(ResolutionText.Of(world.Resolve()), ResolutionText.Of(again));
    }, iter: Iterations);

    [Fact]
    public void Every_identifier_that_is_not_blocked_or_rejected_is_in_exactly_one_profile() =>
        EvidenceWorld.Any.Sample(world =>
        {
            var resolution = world.Resolve();
            var all = resolution.Profiles.SelectMany(p => p.Identifiers).ToArray();
            var expected = world.Events.Where(e => !world.Policy.ExceedsLimit(e.Identifiers.AsSpan()))
                .SelectMany(e => e.Identifiers)
                .Concat(world.Decisions.MustLinks.SelectMany(d => new[] { d.Pair.First, d.Pair.Second }))
                .Distinct().Order();
            Assert.Equal(expected, all.Order());
            foreach (var profile in resolution.Profiles)
                Assert.All(profile.Identifiers, i => Assert.Same(profile, resolution.Find(i)));
        }, iter: Iterations);

    [Fact]
    public void No_profile_breaks_a_limit_or_a_cannot_link_whatever_a_must_link_says() =>
        EvidenceWorld.Any.Sample(world =>
        {
            var resolution = world.Resolve();
            foreach (var profile in resolution.Profiles)
            {
                Assert.False(world.Policy.ExceedsLimit(profile.Identifiers.AsSpan()));
                Assert.DoesNotContain(world.Decisions.CannotLinks, d =>
                    profile.Identifiers.Contains(d.Pair.First) && profile.Identifiers.Contains(d.Pair.Second));
            }

            foreach (var must in world.Decisions.MustLinks)
            {
                var together = ReferenceEquals(resolution.Find(must.Pair.First), resolution.Find(must.Pair.Second));
                Assert.Equal(!together, resolution.Refused.Any(r => r.Pair == must.Pair && r.MustLink is not null));
            }
        }, iter: Iterations);

    [Fact]
    public void An_unrelated_newest_leaf_changes_nobody_elses_company() =>
        Gen.Select(EvidenceWorld.Any, Gen.Int[0, 1000], Gen.Bool).Sample((world, pick, mailLimited) =>
        {
            var policy = EvidenceWorld.Policies(mailMax: mailLimited ? 1 : null);
            var before = Resolver.Resolve(world.Events, world.Decisions, policy);
            if (before.Profiles.IsEmpty)
                return;
            var known = before.Profiles.SelectMany(p => p.Identifiers).ToArray();
            var leaf = new Identifier(EvidenceWorld.Device, "fresh");
            var set = new EvidenceSet([.. new[] { known[pick % known.Length], leaf }.Order()], new(100), new(100));
            var after = Resolver.Resolve(world.Events.Add(set), world.Decisions, policy);
            var others = after.Profiles.Select(p => string.Join(',', p.Identifiers.Where(i => i != leaf)));
            Assert.Equal(before.Profiles.Select(p => string.Join(',', p.Identifiers)).Order(StringComparer.Ordinal),
                others.Where(t => t.Length > 0).Order(StringComparer.Ordinal));
        }, iter: Iterations);

    [Fact]
    public void Homes_resolve_apart_what_is_resolved_together_given_the_generic_values() =>
        Gen.Select(EvidenceWorld.Wild, Gen.Int).Sample((world, seed) =>
        {
            var whole = world.Resolve();
            var generic = whole.Generic.ToHashSet();
            var random = new Random(seed);
            foreach (var homesAtMost in new[] { int.MaxValue, 3, 1 })
            {
                var homes = HomeSplit.Partition(world, generic, homesAtMost, random);
                var apart = homes.SelectMany(home => Resolver.Resolve(
                    home.Evidence, home.Decisions, world.Policy, generic).Profiles);
                Assert.Equal(Linkable(whole.Profiles, generic), Linkable(apart, generic));
            }
        }, iter: Iterations);

    [Fact]
    public void Generic_values_counted_from_reported_neighbours_are_those_of_the_resolution() =>
        EvidenceWorld.Any.Sample(world =>
        {
            var generic = world.Resolve().Generic;
            var known = world.Events.SelectMany(e => e.Identifiers).Distinct();
            var counted = known.Where(i => GenericRule.IsGeneric(
                world.Policy, i, GenericRule.UniqueNeighbours(world.Policy, i, world.Events)));
            Assert.Equal(generic.AsEnumerable(), counted.Order());
        }, iter: Iterations);

    [Fact]
    public void Genericity_only_grows_with_evidence() => EvidenceWorld.Any.Sample(world =>
    {
        var before = Resolver.Resolve(world.Events.Skip(1).ToArray(), world.Decisions, world.Policy).Generic;
        Assert.Subset(world.Resolve().Generic.ToHashSet(), before.ToHashSet());
    }, iter: Iterations);

    [Fact]
    public void A_retraction_makes_no_value_linkable_again() => EvidenceWorld.Wild.Sample(world =>
    {
        var before = world.Resolve();
        var retracted = world with
        {
            Events = world.Events.RemoveAt(0),
            Retracted = world.Retracted.Add(world.Events[0]),
        };
        var after = retracted.Resolve();
        Assert.Equal(before.Generic.Where(i => after.Find(i) is not null), after.Generic.AsEnumerable());
    }, iter: Iterations);

    [Fact]
    public void A_value_made_linkable_is_neither_blocked_nor_generic_and_changes_no_other_value() =>
        Gen.Select(EvidenceWorld.Wild, EvidenceWorld.AnyIdentifier).Sample((world, value) =>
        {
            var made = world with { Decisions = world.Decisions.WithLinkable(new LinkableValue("x", value)) };
            var after = made.Resolve();
            var isCarried = world.Events.Any(e => e.Identifiers.Contains(value)
                && !world.Policy.ExceedsLimit(e.Identifiers.AsSpan()));
            if (isCarried)
                Assert.True(after.IsLinkable(value));
            Assert.Equal(world.Resolve().Generic.Where(i => i != value), after.Generic.AsEnumerable());
        }, iter: Iterations);

    [Fact]
    public void A_component_past_the_policys_size_is_reported_and_its_size_decides_nothing() =>
        EvidenceWorld.Wild.Sample(world =>
        {
            var resolution = world.Resolve();
            var connected = world with
            {
                Policy = new IdentityPolicy(1,
                    world.Policy.Namespaces.Select(n => n with { MaxPerProfile = null, LimitWindow = null }),
                    world.Policy.BlockedEverywhere),
                Decisions = new IdentityDecisions(world.Decisions.MustLinks, [], world.Decisions.LinkableValues),
                Events = [.. world.Events.Where(e => !world.Policy.ExceedsLimit(e.Identifiers.AsSpan()))],
            };
            var expected = connected.Resolve(resolution.Generic.ToHashSet()).Profiles
                .Where(p => p.Identifiers.Length > world.Policy.MaxIdentifiers)
                .Select(p => new OversizeComponent(p.Identifiers[0], p.Identifiers.Length));
            Assert.Equal(expected, resolution.Oversize.AsEnumerable());
            var patient = world with
            {
                Policy = new IdentityPolicy(1, world.Policy.Namespaces, world.Policy.BlockedEverywhere),
            };
            Assert.Equal(
                ResolutionText.Profiles(resolution.Profiles), ResolutionText.Profiles(patient.Resolve().Profiles));
        }, iter: Iterations);

    [Fact]
    public void A_refusal_within_a_window_names_two_values_that_share_one() =>
        EvidenceWorld.Wild.Sample(world =>
        {
            foreach (var refused in world.Resolve().Refused.Where(r => r.LimitWindow is not null))
            {
                var conflict = refused.Conflict!.Value;
                Assert.Equal((refused.LimitNamespace, refused.LimitNamespace),
                    (conflict.First.Namespace, conflict.Second.Namespace));
                if (FirstTime(conflict.First) is { } one && FirstTime(conflict.Second) is { } other)
                    Assert.True(Math.Abs(one - other) < refused.LimitWindow);
            }

            long? FirstTime(Identifier identifier) => world.Resolve().IsLinkable(identifier)
                ? world.Events.Where(e => !world.Policy.ExceedsLimit(e.Identifiers.AsSpan())
                    && e.Identifiers.Contains(identifier)).Select(e => (long?)e.OldestEventTime.Milliseconds).Min()
                : null;
        }, iter: Iterations);

    [Fact]
    public void A_witness_leads_over_earlier_accepted_links_to_identifiers_that_conflict() =>
        EvidenceWorld.Wild.Sample(world =>
        {
            var resolution = world.Resolve();
            foreach (var refused in resolution.Refused)
            {
                var earlier = resolution.Accepted.Where(a => a.Order < refused.Order).Select(a => a.Pair).ToHashSet();
                var witness = resolution.WitnessOf(refused);
                Assert.Equal(refused.Pair.First, witness.FromFirst[0]);
                Assert.Equal(refused.Pair.Second, witness.FromSecond[0]);
                foreach (var path in new[] { witness.FromFirst, witness.FromSecond })
                {
                    for (var i = 1; i < path.Length; i++)
                        Assert.Contains(new IdentifierPair(path[i - 1], path[i]), earlier);
                }

                var conflict = new IdentifierPair(witness.FromFirst[^1], witness.FromSecond[^1]);
                if (refused.LimitNamespace is { } limited)
                {
                    Assert.Equal((limited, limited), (conflict.First.Namespace, conflict.Second.Namespace));
                    Assert.True(world.Policy.TryGet(limited, out var policy));
                    Assert.Equal(policy.MaxPerProfile, refused.Limit);
                }
                else
                {
                    Assert.Contains(new IdentityDecision(refused.CannotLink!, conflict), world.Decisions.CannotLinks);
                }
            }
        }, iter: Iterations);

    [Fact]
    public void The_anchor_is_the_earliest_uncontested_linkable_identifier_of_its_profile() =>
        EvidenceWorld.Any.Sample(world =>
    {
        var resolution = world.Resolve();
        var earliest = world.Events.Where(e => !world.Policy.ExceedsLimit(e.Identifiers.AsSpan()))
            .SelectMany(e => e.Identifiers.Select(i => (i, e.OldestEventTime)))
            .GroupBy(x => x.i).ToDictionary(g => g.Key, g => g.Min(x => x.OldestEventTime));
        foreach (var profile in resolution.Profiles)
        {
            Assert.Contains(profile.Anchor, profile.Identifiers);
            foreach (var linkable in profile.Identifiers.Where(resolution.IsLinkable))
            {
                Assert.True(resolution.IsLinkable(profile.Anchor));
                if (resolution.IsContested(linkable))
                    continue;
                Assert.False(resolution.IsContested(profile.Anchor));
                var (own, other) = (Time(profile.Anchor), Time(linkable));
                Assert.True(own <= other);
                if (own == other)
                    Assert.True(Priority(world.Policy, profile.Anchor) <= Priority(world.Policy, linkable));
            }
        }

        EventTime Time(Identifier identifier) => earliest.GetValueOrDefault(identifier, EventTime.MaxValue);
    }, iter: Iterations);

    [Fact]
    public void An_unconfirmed_identifier_stands_alone_and_still_counts_as_a_neighbour() =>
        Gen.Select(EvidenceWorld.Any, Gen.Int[0, 1000]).Sample((world, pick) =>
        {
            var whole = world.Resolve();
            if (whole.Profiles.IsEmpty)
                return;
            var known = whole.Profiles.SelectMany(p => p.Identifiers).ToArray();
            var open = known[pick % known.Length];
            var view = world.Resolve(unconfirmed: new HashSet<Identifier> { open });
            Assert.Equal(whole.Generic.AsEnumerable(), view.Generic);
            Assert.Equal([open], view.Find(open)!.Identifiers.AsEnumerable());
            Assert.False(view.IsLinkable(open));
        }, iter: Iterations);

    private static int Priority(IdentityPolicy policy, Identifier identifier) =>
        policy.TryGet(identifier.Namespace, out var found) ? found.Priority : int.MaxValue;

    private static IEnumerable<string> Linkable(IEnumerable<ResolvedProfile> profiles, HashSet<Identifier> generic) =>
        profiles.Where(p => !p.Identifiers.All(generic.Contains))
            .Select(p => $"{p.Anchor} = {string.Join(',', p.Identifiers)}")
            .Order(StringComparer.Ordinal);
}
