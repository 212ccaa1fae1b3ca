using CsCheck;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Identity.Comparison;
using MartechGrains.Core.Identity.Policy;
using MartechGrains.Core.Identity.Resolution;
using Xunit;

namespace MartechGrains.Core.Tests.Identity;

/// <summary>What another policy would make of evidence, against its definitions taken word by word.</summary>
public class PolicyComparisonTests
{
    private const int Iterations = 3000;
    private static readonly Identifier Ada = new("crm", "ada");
    private static readonly Identifier Bob = new("crm", "bob");
    private static readonly Identifier Cyd = new("crm", "cyd");
    private static readonly Identifier AdaPhone = new("device", "ada");
    private static readonly Identifier BobPhone = new("device", "bob");
    private static readonly Identifier Tablet = new("device", "tablet");

    [Fact]
    public void The_counts_and_values_are_what_comparing_all_with_all_gives() =>
        Gen.Select(EvidenceWorld.Wild, EvidenceWorld.WildPolicy).Sample((world, candidate) =>
        {
            var comparison = Compare(world, candidate);
            var (before, after) = (new NaiveResolver(world), new NaiveResolver(world with { Policy = candidate }));
            Assert.Equal(Counted([.. before.Profiles], [.. after.Profiles]), comparison.Counts);
            AssertSample(after.Generic.Except(before.Generic), comparison.Values.BecomeGeneric);
            AssertSample(before.Generic.Except(after.Generic), comparison.Values.CeaseGeneric);
            var values = world.Events.SelectMany(set => set.Identifiers)
                .Concat(world.Decisions.MustLinks.SelectMany(must => new[] { must.Pair.First, must.Pair.Second }))
                .Distinct()
                .ToLookup(value => (IsBlocked(world, world.Policy, value), IsBlocked(world, candidate, value)));
            AssertSample(values[(false, true)], comparison.Values.BecomeBlocked);
            AssertSample(values[(true, false)], comparison.Values.CeaseBlocked);
        }, iter: Iterations);

    [Fact]
    public void Each_example_shows_a_profile_and_all_it_comes_from_or_goes_into() =>
        Gen.Select(EvidenceWorld.Wild, EvidenceWorld.WildPolicy).Sample((world, candidate) =>
        {
            var comparison = Compare(world, candidate);
            foreach (var merged in comparison.Merged)
                AssertShares(Assert.Single(merged.After), comparison.Before, merged.Before);
            foreach (var split in comparison.Split)
                AssertShares(Assert.Single(split.Before), comparison.After, split.After);
            foreach (var renamed in comparison.Renamed)
                Assert.DoesNotContain(Assert.Single(renamed.Before).Anchor, renamed.After.Select(p => p.Anchor));
            Assert.Equal(Math.Min(comparison.Counts.Merged, PolicyComparison.MaxExamples), comparison.Merged.Length);
            Assert.Equal(Math.Min(comparison.Counts.Split, PolicyComparison.MaxExamples), comparison.Split.Length);
            Assert.Equal(Math.Min(comparison.Counts.Renamed, PolicyComparison.MaxExamples), comparison.Renamed.Length);
        }, iter: Iterations);

    [Fact]
    public void The_largest_components_are_those_that_spreading_along_judged_pairs_finds() =>
        EvidenceWorld.Wild.Sample(world =>
        {
            var resolution = world.Resolve();
            var pairs = resolution.Accepted.Select(a => a.Pair)
                .Concat(resolution.Refused.Select(r => r.Pair)).ToArray();
            var components = new List<HashSet<Identifier>>();
            foreach (var start in pairs.Select(pair => pair.First))
            {
                if (components.Any(component => component.Contains(start)))
                    continue;
                var component = new HashSet<Identifier> { start };
                while (pairs.FirstOrDefault(Leaves) is var next && next != default)
                    component.UnionWith([next.First, next.Second]);
                components.Add(component);

                bool Leaves(IdentifierPair pair) => component.Contains(pair.First) != component.Contains(pair.Second);
            }

            Assert.Equal(
                components.OrderByDescending(c => c.Count).ThenBy(c => c.Min()).Take(2).Select(c => new ComponentSize(
                    c.Min(), c.Count, c.Select(i => resolution.Find(i)!.Anchor).Distinct().Count())),
                ComponentSize.Largest(resolution, 2).AsEnumerable());
        }, iter: Iterations);

    [Fact]
    public void The_order_of_evidence_changes_nothing() =>
        Gen.Select(EvidenceWorld.Wild, EvidenceWorld.WildPolicy).Sample((world, candidate) =>
        {
            var turned = world with
            {
                Events = [.. world.Events.Reverse()],
                Retracted = [.. world.Retracted.Reverse()],
            };
            Assert.Equal(Text(Compare(world, candidate)), Text(Compare(turned, candidate)));
        }, iter: Iterations);

    [Fact]
    public void A_value_that_links_again_merges_what_never_met()
    {
        EvidenceSet[] evidence = [Set(1, AdaPhone, Tablet), Set(2, Ada, Tablet), Set(3, Bob, Tablet), Set(4, Cyd)];
        var comparison = Compare(
            new EvidenceWorld([.. evidence], EvidenceWorld.Policies(genericAfter: 2), IdentityDecisions.None),
            EvidenceWorld.Policies());
        // Ada, Bob, Cyd, her phone and the tablet; then the newest has the tablet and the phone.
        Assert.Equal(
            new ProfileCounts(
                Before: 5, After: 3, Unchanged: 2, Merged: 1, Merging: 3, Split: 0, Parts: 0, Resized: 0, Vanished: 0,
                Appeared: 0, Renamed: 2), comparison.Counts);
        Assert.Equal([Bob, AdaPhone, Tablet], Assert.Single(comparison.Merged).After[0].Identifiers.AsEnumerable());
        Assert.Equal([Tablet], comparison.Values.CeaseGeneric.Examples.AsEnumerable());
        Assert.Equal([new ComponentSize(Ada, 4, 2)], comparison.Largest.AsEnumerable());
    }

    [Fact]
    public void Examples_are_those_of_most_profiles_and_no_more_than_the_limit()
    {
        var policy = EvidenceWorld.Policies(genericAfter: 3);
        var evidence = Enumerable.Range(0, PolicyComparison.MaxExamples + 5).SelectMany(i => Shared(i, 2)).ToList();
        evidence.AddRange(Shared(99, 3));
        var comparison = Compare(
            new EvidenceWorld([.. evidence], EvidenceWorld.Policies(genericAfter: 2), IdentityDecisions.None), policy);
        Assert.Equal(PolicyComparison.MaxExamples + 5, comparison.Values.CeaseGeneric.Count);
        Assert.Equal(PolicyComparison.MaxExamples, comparison.Values.CeaseGeneric.Examples.Length);
        Assert.Equal(
            (PolicyComparison.MaxExamples + 5, PolicyComparison.MaxExamples),
            (comparison.Counts.Merged, comparison.Merged.Length));

        var back = Compare(new EvidenceWorld([.. evidence], policy, IdentityDecisions.None), EvidenceWorld.Policies());
        // The device of three links again too: with the newest of them, as the others do already.
        Assert.Equal((1, 1), (back.Counts.Merged, back.Values.CeaseGeneric.Count));

        static IEnumerable<EvidenceSet> Shared(int device, int people) => Enumerable.Range(0, people).Select(person =>
            Set(person, new Identifier("crm", $"{device}.{person}"), new Identifier("device", $"{device:00}")));
    }

    [Fact]
    public void Values_that_someone_else_has_judged_generic_cannot_be_compared() => Assert.Throws<ArgumentException>(
        () => PolicyComparison.Of(
            new ResolverInput([], IdentityDecisions.None, EvidenceWorld.Policies(), Generic: new HashSet<Identifier>()),
            EvidenceWorld.Policies()));

    private static PolicyComparison Compare(EvidenceWorld world, IdentityPolicy candidate) => PolicyComparison.Of(
        new ResolverInput(world.Events, world.Decisions, world.Policy, Retracted: world.Retracted), candidate);

    private static ProfileCounts Counted(
        (Identifier Anchor, HashSet<Identifier> Identifiers)[] before,
        (Identifier Anchor, HashSet<Identifier> Identifiers)[] after)
    {
        var merged = after.Where(a => before.Count(b => b.Identifiers.Overlaps(a.Identifiers)) > 1).ToArray();
        var split = before.Where(b => after.Count(a => a.Identifiers.Overlaps(b.Identifiers)) > 1).ToArray();
        var merging = before.Where(b => merged.Any(m => m.Identifiers.Overlaps(b.Identifiers))).ToArray();
        var vanished = before.Count(b => !after.Any(a => a.Identifiers.Overlaps(b.Identifiers)));
        var unchanged = before.Count(b => after.Any(a => a.Identifiers.SetEquals(b.Identifiers)));
        return new ProfileCounts(
            before.Length, after.Length, unchanged, merged.Length, merging.Length, split.Length,
            after.Count(a => split.Any(s => s.Identifiers.Overlaps(a.Identifiers))),
            before.Length - unchanged - vanished
                - merging.Select(m => m.Anchor).Union(split.Select(s => s.Anchor)).Count(),
            vanished,
            after.Count(a => !before.Any(b => b.Identifiers.Overlaps(a.Identifiers))),
            before.Count(b => !after.Any(a => a.Anchor == b.Anchor)));
    }

    private static void AssertShares(
        ResolvedProfile profile, ResolvedPartition other, IEnumerable<ResolvedProfile> shown) => Assert.Equal(
        other.Profiles.Where(p => p.Identifiers.Intersect(profile.Identifiers).Any()), shown);

    private static void AssertSample(IEnumerable<Identifier> expected, ValueSample sample)
    {
        var sorted = expected.Order().ToArray();
        Assert.Equal(sorted.Length, sample.Count);
        Assert.Equal(sorted.Take(PolicyComparison.MaxExamples), sample.Examples.AsEnumerable());
    }

    private static bool IsBlocked(EvidenceWorld world, IdentityPolicy policy, Identifier value) =>
        policy.IsBlocked(value) && !world.Decisions.LinkableValues.Any(linkable => linkable.Identifier == value);

    private static string Text(PolicyComparison comparison) => string.Join('\n',
        comparison.Merged.Concat(comparison.Split).Concat(comparison.Renamed)
            .SelectMany(example => example.Before.Concat(example.After))
            .Select(profile => $"{profile.Anchor} = {string.Join(',', profile.Identifiers)}")
            .Append(comparison.Counts.ToString())
            .Append(string.Join(',', comparison.Largest)));

    private static EvidenceSet Set(long time, params Identifier[] identifiers) =>
        new([.. identifiers.Order()], new(time), new(time));
}
