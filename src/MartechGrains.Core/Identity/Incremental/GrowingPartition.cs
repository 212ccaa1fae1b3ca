using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using MartechGrains.Core.Identity.Policy;
using MartechGrains.Core.Identity.Resolution;
using MartechGrains.Core.Time;

namespace MartechGrains.Core.Identity.Incremental;

/// <summary>
/// The profiles of one home's evidence, kept as evidence comes. Always what <see cref="Resolver.Resolve"/> gives for
/// the same evidence, decisions and marks, in whatever order they came; but new evidence that unites people without
/// conflict is added in about constant time for each identifier. What may undo something (a refused pair beside it, a
/// decision, a value that turns generic, evidence taken out) is resolved in full, once, when next asked.
/// Not safe for use by several threads at once.
/// </summary>
/// <param name="policy">The policy the home works under.</param>
public sealed class GrowingPartition(IdentityPolicy policy) : IProfilePartition
{
    private readonly Dictionary<ImmutableArray<Identifier>, LinkTimes> _evidence = new(IdentifierSetComparer.Instance);
    // Mostly there are none of either, and homes are many.
    private HashSet<Identifier>? _generic;
    private HashSet<Identifier>? _unconfirmed;
    private IdentityDecisions _decisions = IdentityDecisions.None;
    private PartitionGroups _groups = new(policy, IdentityDecisions.None);
    private bool _isSettled = true;

    /// <summary>How often it had to resolve in full: for measuring.</summary>
    public int FullResolutions { get; private set; }

    /// <summary>Whether any pair is refused: then most events, however ordinary, may change who is together.</summary>
    public bool HasRefusals => Current().HasRefusals;

    /// <summary>
    /// The refused pairs, in the order in which they are judged. Their times are those of the last full resolution.
    /// </summary>
    public ImmutableArray<RefusedPair> Refused => Current().Refused;

    /// <summary>Whether a component has more than <see cref="IdentityPolicy.MaxIdentifiers"/>.</summary>
    public bool IsOversize => Current().IsOversize;

    /// <summary>Adds a set of identifiers that events carried, as with one event at each of its two times.</summary>
    public void Add(EvidenceSet evidence)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        Add(evidence.Identifiers, new LinkTimes(evidence.OldestEventTime, evidence.NewestEventTime));
    }

    /// <summary>
    /// Adds an event. Mark identifiers that must not link before the event that brings them: else they link first, and
    /// marking them resolves everything anew.
    /// </summary>
    /// <param name="identifiers">What it carried: distinct, sorted; blocked ones included.</param>
    /// <param name="eventTime">Its event time.</param>
    public void Add(ImmutableArray<Identifier> identifiers, EventTime eventTime) =>
        Add(identifiers, new LinkTimes(eventTime, eventTime));

    /// <summary>Takes other evidence instead, after some was retracted. Marks and decisions stay.</summary>
    public void Replace(IEnumerable<EvidenceSet> evidence)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        _isSettled = false;
        _evidence.Clear();
        foreach (var set in evidence)
            Add(set);
    }

    /// <summary>Says which decisions are in force from now on.</summary>
    public void Decide(IdentityDecisions decisions)
    {
        ArgumentNullException.ThrowIfNull(decisions);
        _decisions = decisions;
        _isSettled = false;
    }

    /// <summary>Says whether a value is generic; the partition never counts neighbours itself.</summary>
    public void MarkGeneric(Identifier identifier, bool isGeneric)
    {
        if (Set(ref _generic, identifier, isGeneric) && _groups.Contains(identifier))
            _isSettled = false;
    }

    /// <summary>
    /// Says whether the join of an identifier is still open. One that closes is added like new evidence.
    /// </summary>
    public void MarkUnconfirmed(Identifier identifier, bool isUnconfirmed)
    {
        if (!Set(ref _unconfirmed, identifier, isUnconfirmed) || !_isSettled || !_groups.Contains(identifier))
            return;
        _isSettled = !isUnconfirmed && _groups.TryConfirm(identifier);
    }

    /// <inheritdoc/>
    public ResolvedProfile? Find(Identifier identifier) => Current().Find(identifier);

    /// <summary>
    /// The anchor of an identifier's profile, without making the list of its members; null as with <see cref="Find"/>.
    /// </summary>
    public Identifier? AnchorOf(Identifier identifier) => Current().AnchorOf(identifier);

    /// <inheritdoc/>
    public bool IsLinkable(Identifier identifier) => Current().IsLinkable(identifier);

    /// <inheritdoc/>
    public bool IsGeneric(Identifier identifier) => Current().IsGeneric(identifier);

    /// <inheritdoc/>
    public IdentityDecisions Decisions => _decisions;

    /// <inheritdoc/>
    public bool IsContested(Identifier identifier) => Current().IsContested(identifier);

    /// <summary>All profiles, by their first identifiers.</summary>
    public ImmutableArray<ResolvedProfile> Profiles() => Current().Profiles();

    /// <summary>
    /// What changed since this was last called: the profiles whose identifiers or anchor did, or one of whose
    /// identifiers became or ceased to be linkable or contested.
    /// </summary>
    public PartitionChanges TakeChanges() => Current().TakeChanges();

    /// <summary>The full resolution of the same evidence, with its explanation. Computed anew each time.</summary>
    public ResolvedPartition Resolve() => Input().Resolve();

    private void Add(ImmutableArray<Identifier> identifiers, LinkTimes added)
    {
        ref var times = ref CollectionsMarshal.GetValueRefOrAddDefault(_evidence, identifiers, out var isKnown);
        var before = times;
        times = isKnown
            ? new LinkTimes(EventTime.Min(before.Oldest, added.Oldest), EventTime.Max(before.Newest, added.Newest))
            : added;
        // The newest time of a pair only matters beside a refusal.
        var isNews = !isKnown || times.Oldest < before.Oldest || (times != before && _groups.HasRefusals);
        if (_isSettled && isNews)
            _isSettled = _groups.TryAppend(identifiers, times.Oldest, isKnown, _generic, _unconfirmed);
    }

    private static bool Set(ref HashSet<Identifier>? marks, Identifier identifier, bool isMarked) =>
        isMarked ? (marks ??= []).Add(identifier) : marks?.Remove(identifier) == true;

    private ResolverInput Input() => new(
        [.. _evidence.Select(set => new EvidenceSet(set.Key, set.Value.Oldest, set.Value.Newest))],
        _decisions, policy,
        // An empty set and not null, at which the resolver would count neighbours itself.
        (IReadOnlySet<Identifier>?)_generic ?? FrozenSet<Identifier>.Empty, _unconfirmed);

    private PartitionGroups Current()
    {
        if (_isSettled)
            return _groups;
        _groups = PartitionGroups.Of(Resolver.Judge(Input()), policy, _evidence, _groups);
        _isSettled = true;
        FullResolutions++;
        return _groups;
    }
}
