using System.Collections.Immutable;
using CsCheck;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Identity.Incremental;
using MartechGrains.Core.Identity.Policy;
using MartechGrains.Core.Identity.Resolution;

namespace MartechGrains.Core.Tests.Identity;

/// <summary>What may happen to a home's evidence.</summary>
internal enum HomeEvent
{
    Event,
    EventWithOpenJoins,
    EventAgain,
    Confirm,
    Open,
    Generic,
    NotGeneric,
    Decisions,
    Retraction,
}

/// <summary>One thing that happens; which parts of it count depends on what it is.</summary>
internal sealed record HomeStep(
    HomeEvent What, EvidenceSet Set, Identifier Identifier, IdentityDecisions Decisions, int Pick, bool Asks);

/// <summary>A home's inputs, kept in the simplest way, beside a partition that is told of each change.</summary>
internal sealed class HomeStory(IdentityPolicy policy)
{
    // Ordinary events are the most frequent, as in life: so that histories without a conflict grow long.
    private static readonly Gen<HomeEvent> What = Gen.Frequency(
        (6, Gen.Const(HomeEvent.Event)), (6, Gen.Const(HomeEvent.EventWithOpenJoins)),
        (4, Gen.Const(HomeEvent.EventAgain)), (6, Gen.Const(HomeEvent.Confirm)), (1, Gen.Const(HomeEvent.Open)),
        (1, Gen.Const(HomeEvent.Generic)), (1, Gen.Const(HomeEvent.NotGeneric)), (1, Gen.Const(HomeEvent.Decisions)),
        (1, Gen.Const(HomeEvent.Retraction)));

    public static readonly Gen<HomeStep> AnyStep = Gen.Select(
        What, EvidenceWorld.Event, EvidenceWorld.AnyIdentifier, EvidenceWorld.WildDecisions, Gen.Int[0, 1000], Gen.Bool,
        (what, set, identifier, decisions, pick, asks) =>
            new HomeStep(what, set, identifier, decisions, pick, asks));

    private readonly List<EvidenceSet> _evidence = [];
    private readonly HashSet<Identifier> _generic = [];
    private readonly HashSet<Identifier> _unconfirmed = [];
    private IdentityDecisions _decisions = IdentityDecisions.None;

    public GrowingPartition Partition { get; } = new(policy);

    public void Take(HomeStep step)
    {
        switch (step.What)
        {
            case HomeEvent.EventWithOpenJoins:
                foreach (var identifier in step.Set.Identifiers.Where(i => Partition.Find(i) is null))
                    Mark(_unconfirmed, identifier, true, Partition.MarkUnconfirmed);
                Add(step.Set);
                break;
            case HomeEvent.Event:
                Add(step.Set with { NewestEventTime = step.Set.OldestEventTime + (step.Pick % 3) });
                break;
            case HomeEvent.EventAgain when _evidence.Count > 0:
                var time = step.Set.OldestEventTime;
                Add(new EvidenceSet(_evidence[step.Pick % _evidence.Count].Identifiers, time, time));
                break;
            case HomeEvent.Confirm when _unconfirmed.Count > 0:
                var open = _unconfirmed.Order().ElementAt(step.Pick % _unconfirmed.Count);
                Mark(_unconfirmed, open, false, Partition.MarkUnconfirmed);
                break;
            case HomeEvent.Open:
                Mark(_unconfirmed, step.Identifier, true, Partition.MarkUnconfirmed);
                break;
            case HomeEvent.Generic or HomeEvent.NotGeneric:
                Mark(_generic, step.Identifier, step.What == HomeEvent.Generic, Partition.MarkGeneric);
                break;
            case HomeEvent.Decisions:
                _decisions = step.Decisions;
                Partition.Decide(_decisions);
                break;
            case HomeEvent.Retraction:
                _evidence.RemoveAll(set => set.OldestEventTime.Milliseconds % 3 == step.Pick % 3);
                Partition.Replace(_evidence);
                break;
        }
    }

    public string Expected() => Describe(Resolve(), Resolve().Profiles)
        + (Resolve().Refused.IsEmpty ? "" : " refusals") + (Resolve().Oversize.IsEmpty ? "" : " oversize");

    public string Actual() => Describe(Partition, Partition.Profiles())
        + (Partition.HasRefusals ? " refusals" : "") + (Partition.IsOversize ? " oversize" : "");

    public ImmutableDictionary<Identifier, string> ByIdentifier() => Resolve().Profiles
        .SelectMany(p => p.Identifiers.Select(i => (i, Text: Describe(Resolve(), p))))
        .ToImmutableDictionary(x => x.i, x => x.Text);

    public string Describe(ResolvedProfile profile) => Describe(Partition, profile);

    public static string Name(ResolvedProfile profile) =>
        $"{profile.Anchor} = {string.Join(',', profile.Identifiers)}!";

    private ResolvedPartition Resolve() => Resolver.Resolve(_evidence, _decisions, policy, _generic, _unconfirmed);

    private static string Describe(IProfilePartition partition, IEnumerable<ResolvedProfile> profiles) =>
        string.Join('\n', profiles.Select(p => Describe(partition, p)));

    private static string Describe(IProfilePartition partition, ResolvedProfile profile) => Name(profile)
        + string.Concat(profile.Identifiers.Select(i => partition.IsLinkable(i) ? "l" : "-"))
        + string.Concat(profile.Identifiers.Select(i => partition.IsContested(i) ? "c" : "-"))
        + string.Concat(profile.Identifiers.Select(i => AnchorIn(partition, i) == profile.Anchor ? "" : "?"));

    private static Identifier? AnchorIn(IProfilePartition partition, Identifier identifier) =>
        partition is GrowingPartition growing ? growing.AnchorOf(identifier) : partition.Find(identifier)?.Anchor;

    private static void Mark(
        HashSet<Identifier> marks, Identifier identifier, bool isMarked, Action<Identifier, bool> tell)
    {
        if (isMarked)
            marks.Add(identifier);
        else
            marks.Remove(identifier);
        tell(identifier, isMarked);
    }

    private void Add(EvidenceSet set)
    {
        _evidence.Add(set);
        Partition.Add(set);
    }
}
