using System.Collections.Immutable;
using System.Globalization;
using CsCheck;
using MartechGrains.Core.Consent;
using MartechGrains.Core.Events;
using MartechGrains.Core.Events.Cleaning;
using MartechGrains.Core.Homes.State;
using MartechGrains.Core.Homes.Views;
using MartechGrains.Core.Identity.Policy;
using MartechGrains.Core.Identity.Resolution;
using MartechGrains.Core.Tests.Identity;

namespace MartechGrains.Core.Tests.Homes;

/// <summary>
/// A random world whose events declare traits and state consent: few sources, names, purposes and times, so that all
/// ties occur. Its groups are folded as a home folds them, in an order of its own and with duplicates.
/// </summary>
internal sealed class StatedWorld
{
    private static readonly string[] Sources = ["crm", "shop", "web"];
    private static readonly string[] Names = ["plan", "city"];
    private static readonly string[] Purposes = ["ads", "mail"];

    private readonly Random _random;

    private StatedWorld(EvidenceWorld evidence, int seed, bool mayBlock)
    {
        _random = new Random(seed);
        // Few times, so that ties occur.
        var events = evidence.Events.Select(static set => new EvidenceSet(
            set.Identifiers, new(set.OldestEventTime.Milliseconds / 3), new(set.NewestEventTime.Milliseconds / 3)));
        Evidence = evidence with { Events = [.. events] };
        var tiers = Sources.Where(_ => _random.Next(3) > 0).ToDictionary(static name => name, _ => AnyTier());
        var rules = Names.Where(_ => _random.Next(2) == 0).ToDictionary(static name => name, _ => AnyRule());
        Policy = new IdentityPolicy(
            1, evidence.Policy.Namespaces, new BlockedValues(mayBlock && seed % 2 == 0 ? ["device0"] : [], []),
            new SurvivorshipPolicy(AnyTier(), tiers, AnyRule(), rules));
        Events = [.. Evidence.Events.Select(Event)];
    }

    public static Gen<StatedWorld> Any { get; } = Gen.Select(
        EvidenceWorld.Any, Gen.Int, static (evidence, seed) => new StatedWorld(evidence, seed, mayBlock: true));

    /// <summary>Without blocked values, which <see cref="Homes"/> knows nothing of.</summary>
    public static Gen<StatedWorld> Unblocked { get; } = Gen.Select(
        EvidenceWorld.Any, Gen.Int, static (evidence, seed) => new StatedWorld(evidence, seed, mayBlock: false));

    public EvidenceWorld Evidence { get; }

    public IdentityPolicy Policy { get; }

    public ImmutableArray<CanonicalEvent> Events { get; private set; }

    public override string ToString() => string.Join('\n', Events.Select(static e =>
        $"{e.EventTime} {e.Source} {e.EventId} {{{string.Join(',', e.Identifiers)}}} "
        + $"{string.Join(' ', e.Traits)} {string.Join(' ', e.Consents)}"))
        + $"\n{Evidence}";

    /// <summary>Events by the set of their identifiers, each group's shuffled and partly doubled.</summary>
    public List<List<CanonicalEvent>> Groups()
    {
        var delivered = Events.Concat(Events.Where(_ => _random.Next(3) == 0)).ToArray();
        _random.Shuffle(delivered);
        return [.. delivered.GroupBy(static e => string.Join(',', e.Identifiers)).Select(static g => g.ToList())];
    }

    /// <summary>Takes out some events, as a retraction does.</summary>
    public void Remove() => Events = [.. Events.Where(_ => _random.Next(4) > 0)];

    public ResolvedPartition Resolve(IdentityDecisions decisions) => Resolver.Resolve(
        [.. Events.Select(static e => new EvidenceSet(e.Identifiers, e.EventTime, e.EventTime))], decisions, Policy);

    /// <summary>The surviving traits of each profile, by what the groups have folded.</summary>
    public string Traits(ResolvedPartition resolution, IReadOnlyList<List<CanonicalEvent>> groups) => Text(
        resolution,
        profile => Survivorship.Survivors(
                groups.Where(group => OwnerOf(group[0], resolution) == profile).Select(GroupTraits.Of),
                Policy.Survivorship)
            .Select(static trait => $"{trait.Key}={trait.Value.Json} of {trait.Value.Origin} as {trait.Value.Tier}"));

    /// <summary>The consent of each profile, by what the groups have folded.</summary>
    public string Consents(ResolvedPartition resolution, IReadOnlyList<List<CanonicalEvent>> groups)
    {
        var states = ConsentRule.Decide(
            groups.Select(static group => new ConsentEvidence(group[0].Identifiers, GroupConsents.Of(group))),
            resolution, Policy);
        return Text(resolution, profile => states.TryGetValue(profile, out var own)
            ? own.Select(static one => $"{one.Key}={one.Value.IsGranted} by {one.Value.Origin}")
            : []);
    }

    public ResolvedProfile? OwnerOf(CanonicalEvent one, ResolvedPartition resolution) =>
        Attribution.Owner(one.Identifiers, resolution, Policy);

    /// <summary>One line per profile that has anything to tell.</summary>
    public static string Text(
        ResolvedPartition resolution, Func<ResolvedProfile, IEnumerable<string>> of) => string.Join(
        '\n', resolution.Profiles
            .Select(profile => (Name: string.Join(',', profile.Identifiers), Parts: string.Join("; ", of(profile))))
            .Where(static line => line.Parts.Length > 0)
            .Select(static line => $"{line.Name}: {line.Parts}")
            .Order(StringComparer.Ordinal));

    private CanonicalEvent Event(EvidenceSet set, int number)
    {
        var traits = Names.Where(_ => _random.Next(2) == 0)
            .Select(name => new TraitValue(name, _random.Next(4) == 0 ? "null" : $"\"{_random.Next(9)}\""));
        var consents = new SortedSet<ConsentStatement>();
        while (_random.Next(3) > 0)
            consents.Add(new ConsentStatement(Purposes[_random.Next(2)], _random.Next(2) == 0));
        return new CanonicalEvent
        {
            Source = Sources[_random.Next(Sources.Length)],
            EventId = number.ToString(CultureInfo.InvariantCulture),
            EventTime = set.OldestEventTime,
            Identifiers = set.Identifiers,
            Fact = new Fact(EventClass.Other, Channel.Unknown),
            Name = "any",
            Traits = [.. traits.OrderBy(static trait => trait.Name, StringComparer.Ordinal)],
            Consents = [.. consents],
            CleaningVersion = EventCleaning.Version,
            ContentHash = (ulong)number,
            Raw = default,
        };
    }

    private ReliabilityTier AnyTier() => (ReliabilityTier)_random.Next(1, 4);

    private SurvivorshipRule AnyRule() => (SurvivorshipRule)_random.Next(1, 3);
}
