using System.Collections.Immutable;
using System.Runtime.InteropServices;
using MartechGrains.Core.Events;
using MartechGrains.Core.Facts;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Protocol;

namespace MartechGrains.Core.Profiles;

/// <summary>
/// The evidence of a home: which events it holds, and their fact groups. A function of the set of events, whatever
/// their order; (source, event id) counts once.
/// </summary>
public sealed partial class HomeLedger
{
    private readonly Dictionary<EventHash, ulong> _events = [];
    private readonly Dictionary<IdentifierSet, LedgerGroup> _groups = [];
    private readonly Dictionary<IdentifierKey, List<LedgerGroup>> _groupsOf = [];
    private readonly Dictionary<IdentifierKey, Identifier> _identifiers = [];

    /// <summary>How many events count.</summary>
    public int EventCount => _events.Count;

    /// <summary>The fact groups, in no order that means anything.</summary>
    public IReadOnlyCollection<LedgerGroup> Groups => _groups.Values;

    /// <summary>Every identifier an event carried, by key.</summary>
    public IReadOnlyDictionary<IdentifierKey, Identifier> Identifiers => _identifiers;

    /// <summary>Whether the event counts here.</summary>
    public bool Contains(EventHash hash) => _events.ContainsKey(hash);

    /// <summary>The content hash under which the event counts here; false if it does not.</summary>
    public bool TryGetContentHash(EventHash hash, out ulong contentHash) => _events.TryGetValue(hash, out contentHash);

    /// <summary>The group of a set of identifiers, or null.</summary>
    public LedgerGroup? GroupOf(IdentifierSet set) => _groups.GetValueOrDefault(set);

    /// <summary>
    /// Adds an event unless it counts already.
    /// </summary>
    /// <param name="added">The event.</param>
    /// <param name="keys">The keys of its identifiers, in their order.</param>
    /// <param name="seq">The journal row that brought it, for lineage.</param>
    /// <returns>Whether it was new.</returns>
    /// <exception cref="InvalidFactException">A number or time is out of bounds; nothing was changed.</exception>
    public bool Add(CanonicalEvent added, ImmutableArray<IdentifierKey> keys, int seq)
    {
        var hash = added.Hash;
        if (_events.ContainsKey(hash))
        {
            // A copy with other identifiers counts for nothing, but the joins it opened elsewhere name them.
            for (var i = 0; i < keys.Length; i++) _identifiers.TryAdd(keys[i], added.Identifiers[i]);
            return false;
        }
        var set = new IdentifierSet(keys);
        var isNew = !_groups.TryGetValue(set, out var group);
        group ??= new LedgerGroup(_groups.Count, set, added.Identifiers, added.EventTime);
        group.Facts.Add(new FactRow(added.EventTime, hash, added.ContentHash, added.Fact, seq));
        _events.Add(hash, added.ContentHash);
        if (isNew) Index(group, keys, added.Identifiers);
        group.Widen(added.EventTime);
        group.Traits.Add(added);
        return true;
    }

    /// <summary>
    /// The distinct identifiers of unique namespaces that occur with <paramref name="key"/>, other than of its own
    /// namespace; sorted, at most <paramref name="bound"/> per namespace. Sets over a limit link nothing and do not
    /// count.
    /// </summary>
    public ImmutableArray<Neighbour> UniqueNeighbours(IdentifierKey key, IdentityPolicy policy, int bound)
    {
        if (bound <= 0 || !_groupsOf.TryGetValue(key, out var groups)) return [];
        var own = _identifiers[key].Namespace;
        var found = new List<Neighbour>();
        foreach (var group in groups)
        {
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
        var kept = ImmutableArray.CreateBuilder<Neighbour>(found.Count);
        var inNamespace = 0;
        foreach (var neighbour in found)
        {
            if (kept.Count > 0 && kept[^1] == neighbour) continue;
            inNamespace = kept.Count > 0 && kept[^1].Namespace == neighbour.Namespace ? inNamespace + 1 : 1;
            if (inNamespace <= bound) kept.Add(neighbour);
        }
        return kept.DrainToImmutable();
    }

    private void Index(LedgerGroup group, ImmutableArray<IdentifierKey> keys, ImmutableArray<Identifier> identifiers)
    {
        _groups.Add(group.Set, group);
        for (var i = 0; i < keys.Length; i++)
        {
            _identifiers.TryAdd(keys[i], identifiers[i]);
            ref var groups = ref CollectionsMarshal.GetValueRefOrAddDefault(_groupsOf, keys[i], out _);
            (groups ??= []).Add(group);
        }
    }
}
