using CsCheck;
using MartechGrains.Core.Events;
using MartechGrains.Core.Events.Cleaning;
using MartechGrains.Core.Homes.State;
using MartechGrains.Core.Homes.Views;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Identity.Policy;
using MartechGrains.Core.Identity.Resolution;
using Xunit;

namespace MartechGrains.Core.Tests.Homes;

public sealed class SurvivorshipTests
{
    private const int Iterations = 3000;

    private static readonly SurvivorshipPolicy Policy = new(
        ReliabilityTier.Declared,
        new Dictionary<string, ReliabilityTier>
        {
            ["crm"] = ReliabilityTier.Verified,
            ["web"] = ReliabilityTier.Observed,
        },
        SurvivorshipRule.Reliable,
        new Dictionary<string, SurvivorshipRule> { ["city"] = SurvivorshipRule.Newest });

    [Fact]
    public void Traits_are_those_of_an_oracle_that_sorts_all_declarations_whatever_their_order() =>
        StatedWorld.Any.Sample(static world => AssertTraits(world, world.Evidence.Decisions), iter: Iterations);

    [Fact]
    public void A_merge_a_split_and_its_undoing_move_traits_exactly_without_folding_again() =>
        StatedWorld.Any.Sample(static world =>
        {
            var groups = world.Groups();
            var links = world.Evidence.Decisions;
            var merged = new IdentityDecisions(links.MustLinks, []);
            var split = new IdentityDecisions([], links.CannotLinks);
            foreach (var decisions in (IdentityDecisions[])[IdentityDecisions.None, merged, split, merged])
            {
                var resolution = world.Resolve(decisions);
                Assert.Equal(Naive(world, resolution), world.Traits(resolution, groups));
            }
        }, iter: Iterations);

    [Fact]
    public void Removed_events_leave_what_the_others_declared() => StatedWorld.Any.Sample(static world =>
    {
        world.Remove();
        AssertTraits(world, world.Evidence.Decisions);
    }, iter: Iterations);

    [Fact]
    public void The_most_reliable_source_is_believed_and_then_the_newest_declaration()
    {
        var traits = Survivors(
            Declared(1, "crm", "plan", "\"gold\""), Declared(3, "shop", "plan", "\"silver\""),
            Declared(9, "web", "plan", "\"free\""), Declared(2, "crm", "plan", "\"platinum\""));
        var plan = traits["plan"];
        Assert.Equal(("\"platinum\"", ReliabilityTier.Verified), (plan.Json, plan.Tier));
        Assert.Equal(new EventOrigin(new(2), "crm", "crm-2"), plan.Origin);
    }

    [Fact]
    public void A_trait_whose_rule_is_newest_believes_all_sources_alike() => Assert.Equal(
        "\"Rome\"",
        Survivors(Declared(1, "crm", "city", "\"Paris\""), Declared(2, "web", "city", "\"Rome\""))["city"].Json);

    [Fact]
    public void Null_clears_what_is_less_reliable_or_older_and_nothing_else()
    {
        Assert.Empty(Survivors(Declared(1, "crm", "plan", "null"), Declared(2, "shop", "plan", "\"pro\"")));
        Assert.Empty(Survivors(Declared(1, "shop", "plan", "\"pro\""), Declared(2, "shop", "plan", "null")));
        Assert.Equal(
            "\"pro\"",
            Survivors(Declared(1, "shop", "plan", "\"pro\""), Declared(2, "web", "plan", "null"))["plan"].Json);
        Assert.Equal(
            "\"pro\"",
            Survivors(Declared(2, "shop", "plan", "\"pro\""), Declared(1, "shop", "plan", "null"))["plan"].Json);
    }

    [Fact]
    public void By_default_all_sources_are_believed_alike()
    {
        var groups = (GroupTraits[])
        [
            GroupTraits.Of([Declared(1, "crm", "plan", "1")]), GroupTraits.Of([Declared(2, "web", "plan", "2")]),
        ];
        Assert.Equal("2", Survivorship.Survivors(groups, SurvivorshipPolicy.Default)["plan"].Json);
    }

    [Fact]
    public void The_criterion_is_the_first_thing_in_which_two_declarations_differ()
    {
        var (crm, web) = (Rated(1, "crm", "a"), Rated(1, "web", "a"));
        Assert.Equal(SurvivorshipCriterion.OnlyDeclaration, Criterion(SurvivorshipRule.Reliable, crm, null));
        Assert.Equal(SurvivorshipCriterion.Reliability, Criterion(SurvivorshipRule.Reliable, crm, web));
        Assert.Equal(SurvivorshipCriterion.Source, Criterion(SurvivorshipRule.Newest, web, crm));
        Assert.Equal(
            SurvivorshipCriterion.EventTime, Criterion(SurvivorshipRule.Newest, Rated(2, "crm", "a"), web));
        Assert.Equal(
            SurvivorshipCriterion.EventId, Criterion(SurvivorshipRule.Reliable, Rated(1, "web", "b"), web));
    }

    [Fact]
    public void A_policy_refuses_names_that_are_too_long_or_too_many()
    {
        static void Refused(int length, int count) => Assert.Throws<ArgumentException>(() => new SurvivorshipPolicy(
            ReliabilityTier.Declared,
            Enumerable.Range(0, count).ToDictionary(
                i => $"{i}".PadRight(length, '-'), static _ => ReliabilityTier.Verified),
            SurvivorshipRule.Reliable,
            new Dictionary<string, SurvivorshipRule>()));
        Refused(EventLimits.MaxSourceLength + 1, 1);
        Refused(4, SurvivorshipPolicy.MaxNames + 1);
    }

    private static void AssertTraits(StatedWorld world, IdentityDecisions decisions)
    {
        var resolution = world.Resolve(decisions);
        Assert.Equal(Naive(world, resolution), world.Traits(resolution, world.Groups()));
    }

    private static string Naive(StatedWorld world, ResolvedPartition resolution) => StatedWorld.Text(
        resolution, profile => NaiveEvidence.Traits(profile, resolution, world.Policy, world.Events));

    private static SortedDictionary<string, RatedTrait> Survivors(params CanonicalEvent[] events) =>
        Survivorship.Survivors([GroupTraits.Of(events)], Policy);

    private static SurvivorshipCriterion Criterion(SurvivorshipRule rule, RatedTrait survivor, RatedTrait? next)
    {
        if (next is { } other) Assert.True(Survivorship.Compare(rule, survivor, other) > 0);
        return Survivorship.Criterion(rule, survivor, next);
    }

    private static RatedTrait Rated(long time, string source, string id) =>
        new(new DeclaredTrait(new EventOrigin(new(time), source, id), "1"), Policy.TierOf(source));

    private static CanonicalEvent Declared(long time, string source, string name, string json) => new()
    {
        Source = source,
        EventId = $"{source}-{time}",
        EventTime = new(time),
        Identifiers = [new Identifier("user_id", "u")],
        Fact = new Fact(EventClass.Identified, Channel.Unknown),
        Name = "identify",
        Traits = [new TraitValue(name, json)],
        CleaningVersion = EventCleaning.Version,
        ContentHash = 1,
        Raw = default,
    };
}
