using System.Collections.Immutable;
using System.Runtime.InteropServices;
using MartechGrains.Core.Curation;
using MartechGrains.Core.Events;
using MartechGrains.Core.Facts;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Identity.Policy;
using MartechGrains.Core.Pointers;

namespace MartechGrains.Core.Homes.State;

/// <summary>
/// The evidence of a home: which events it holds, and the fact groups of those that count. A function of the set of
/// events and of which of them are retracted, whatever their order; (source, event id) counts once.
/// </summary>
public sealed partial class HomeLedger
{
    // Only holds anything within a call.
    [ThreadStatic]
    private static List<Neighbour>? _found;

    private readonly Dictionary<EventHash, HeldEvent> _events = [];
    private readonly IdentifierSetTable<LedgerGroup> _groups = new();
    private readonly Dictionary<IdentifierKey, GroupsOfKey> _groupsOf = [];
    private readonly Dictionary<IdentifierKey, Identifier> _identifiers = [];

    /// <summary>How many events the home holds, retracted ones included.</summary>
    public int EventCount => _events.Count;

    /// <summary>The fact groups, by ordinal; one whose events are all retracted is empty.</summary>
    public IReadOnlyList<LedgerGroup> Groups => _groups;

    /// <summary>Every identifier that an event or a decision names, by key.</summary>
    public IReadOnlyDictionary<IdentifierKey, Identifier> Identifiers => _identifiers;

    /// <summary>
    /// Whether groups have lost or regained events: they are to be folded anew from the journal, by
    /// <see cref="Refold"/>, before anything is read of them.
    /// </summary>
    public bool IsStale
    {
        get
        {
            for (var i = 0; i < _groups.Count; i++)
                if (_groups[i].IsStale) return true;
            return false;
        }
    }

    /// <summary>Whether the home holds the event.</summary>
    public bool Contains(EventHash hash) => _events.ContainsKey(hash);

    /// <summary>The content hash under which the event is held; false if it is not.</summary>
    public bool TryGetContentHash(EventHash hash, out ulong contentHash)
    {
        var held = _events.TryGetValue(hash, out var found);
        contentHash = found.ContentHash;
        return held;
    }

    /// <summary>Whether the event is held with that very body, and not with another one under its id.</summary>
    public bool Holds(CanonicalEvent body) =>
        _events.TryGetValue(body.Hash, out var held) && held.ContentHash == body.ContentHash;

    /// <summary>The events that another ledger holds with another body.</summary>
    public IReadOnlySet<EventHash> HeldOtherwiseIn(HomeLedger other)
    {
        var found = new HashSet<EventHash>();
        var (fewer, more) = _events.Count < other._events.Count ? (this, other) : (other, this);
        foreach (var (hash, held) in fewer._events)
            if (more._events.TryGetValue(hash, out var there) && there.ContentHash != held.ContentHash)
                found.Add(hash);
        return found;
    }

    /// <summary>The group of a set of identifiers, or null.</summary>
    public LedgerGroup? GroupOf(IdentifierSet set) => _groups.TryFind(set, out var group) ? group : null;

    /// <summary>The group of an event that is held, or null.</summary>
    public LedgerGroup? GroupOf(EventHash hash) =>
        _events.TryGetValue(hash, out var held) ? _groups[held.Group] : null;

    /// <summary>Notes identifiers that are no event's, but a decision's.</summary>
    public void Name(ImmutableArray<IdentifierKey> keys, ImmutableArray<Identifier> identifiers)
    {
        for (var i = 0; i < keys.Length; i++) _identifiers.TryAdd(keys[i], identifiers[i]);
    }

    /// <summary>
    /// Adds an event unless it is held already.
    /// </summary>
    /// <param name="added">The event.</param>
    /// <param name="keys">The keys of its identifiers, in their order.</param>
    /// <param name="seq">The journal row that brought it, for lineage.</param>
    /// <param name="isRetracted">It is held, but counts for nothing.</param>
    /// <returns>Whether its set of identifiers is new here.</returns>
    /// <exception cref="InvalidFactException">A number or time is out of bounds; nothing was changed.</exception>
    public bool Add(CanonicalEvent added, ImmutableArray<IdentifierKey> keys, int seq, bool isRetracted = false)
    {
        var hash = added.Hash;
        if (_events.ContainsKey(hash))
        {
            // A copy with other identifiers counts for nothing, but the joins it opened elsewhere name them.
            Name(keys, added.Identifiers);
            return false;
        }
        var isNew = !_groups.TryFind(keys, out var group);
        group ??= new LedgerGroup(_groups.Count, new IdentifierSet(keys), added.Identifiers);
        // A stale group is folded anew anyway, and may still have the row of a body that stands no more.
        if (isRetracted || group.IsStale) FactRow.Check(added.EventTime, added.Fact);
        else group.Add(added, seq);
        _events.Add(hash, new HeldEvent(added.ContentHash, group.Ordinal));
        if (isNew) Index(group, keys, added.Identifiers);
        return isNew;
    }

    /// <summary>
    /// Holds an event with another body than before, of which nothing is left but that its identifiers were seen
    /// together, as of a retracted event. The groups of both are stale then.
    /// </summary>
    /// <param name="standing">The event with the body that stands.</param>
    /// <param name="keys">The keys of its identifiers, in their order.</param>
    /// <param name="seq">The journal row that brought it.</param>
    /// <param name="isRetracted">It is held, but counts for nothing.</param>
    public void Replace(
        CanonicalEvent standing, ImmutableArray<IdentifierKey> keys, int seq, bool isRetracted)
    {
        MarkStale(standing.Hash);
        _events.Remove(standing.Hash);
        Add(standing, keys, seq, isRetracted);
        // The history may have that body from before: its first row is then the one that lineage points at.
        MarkStale(standing.Hash);
    }

    /// <summary>
    /// Keeps in mind that identifiers were seen together in an event that was accepted and counts no more.
    /// </summary>
    public void Recall(ImmutableArray<IdentifierKey> keys, ImmutableArray<Identifier> identifiers)
    {
        if (!_groups.TryFind(keys, out _))
            Index(new LedgerGroup(_groups.Count, new IdentifierSet(keys), identifiers), keys, identifiers);
    }

    /// <summary>An event is retracted, or is so no more: its group is stale if the event is held.</summary>
    public void MarkStale(EventHash hash)
    {
        if (GroupOf(hash) is { } group) group.IsStale = true;
    }

    /// <summary>Folds the stale groups anew.</summary>
    /// <param name="history">All events of the home, with the journal rows that brought them; repeats are safe.</param>
    /// <param name="decisions">What is retracted.</param>
    public void Refold(IEnumerable<(EventApplied Applied, int Seq)> history, DecisionLedger decisions)
    {
        foreach (var group in _groups)
            if (group.IsStale) group.Clear();
        var seen = new HashSet<EventHash>();
        foreach (var (applied, seq) in history)
        {
            var hash = applied.Event.Hash;
            if (GroupOf(hash) is not { IsStale: true } group || decisions.IsRetracted(hash)
                || !Holds(applied.Event) || !seen.Add(hash))
                continue;
            // Of two copies with other identifiers, the one that stands is that of the group.
            if (group.Set == new IdentifierSet(applied.Keys)) group.Add(applied.Event, seq);
            else seen.Remove(hash);
        }

        foreach (var group in _groups) group.IsStale = false;
    }

    /// <summary>
    /// The distinct identifiers of unique namespaces that occur with <paramref name="key"/>, other than of its own
    /// namespace; sorted, at most <paramref name="bound"/> per namespace. Retracted events count, as all evidence ever
    /// accepted does; sets over a limit link nothing and do not, nor do blocked neighbours.
    /// </summary>
    public ImmutableArray<Neighbour> UniqueNeighbours(IdentifierKey key, IdentityPolicy policy, int bound)
    {
        if (bound <= 0 || !_groupsOf.TryGetValue(key, out var groups)) return [];
        var own = _identifiers[key].Namespace;
        var found = _found ??= [];
        found.Clear();
        for (var i = 0; i < groups.Count; i++)
        {
            var group = groups[i];
            if (policy.ExceedsLimit(group.Identifiers.AsSpan())) continue;
            foreach (var other in group.Set.Keys)
            {
                var identifier = _identifiers[other];
                if (other == key || identifier.Namespace == own) continue;
                if (policy.IsUnique(identifier.Namespace) && !policy.IsBlocked(identifier))
                    found.Add(new Neighbour(identifier.Namespace, other));
            }
        }
        if (found.Count == 0) return [];
        found.Sort();
        var kept = 0;
        var inNamespace = 0;
        for (var i = 0; i < found.Count; i++)
        {
            var neighbour = found[i];
            if (kept > 0 && found[kept - 1] == neighbour) continue;
            inNamespace = kept > 0 && found[kept - 1].Namespace == neighbour.Namespace ? inNamespace + 1 : 1;
            if (inNamespace <= bound) found[kept++] = neighbour;
        }
        return ImmutableArray.Create(CollectionsMarshal.AsSpan(found)[..kept]);
    }

    private void Index(LedgerGroup group, ImmutableArray<IdentifierKey> keys, ImmutableArray<Identifier> identifiers)
    {
        _groups.TryAdd(group.Set, group);
        for (var i = 0; i < keys.Length; i++)
        {
            _identifiers.TryAdd(keys[i], identifiers[i]);
            ref var groups = ref CollectionsMarshal.GetValueRefOrAddDefault(_groupsOf, keys[i], out var isKnown);
            if (isKnown) (groups.More ??= []).Add(group);
            else groups.First = group;
        }
    }

    private readonly record struct HeldEvent(ulong ContentHash, int Group);

    /// <summary>The groups of one identifier; mostly one, and homes are many.</summary>
    private struct GroupsOfKey
    {
        public LedgerGroup First;
        public List<LedgerGroup>? More;

        public readonly int Count => 1 + (More?.Count ?? 0);

        public readonly LedgerGroup this[int place] => place == 0 ? First : More![place - 1];
    }
}
