using System.Collections.Immutable;
using MartechGrains.Core.Curation;
using MartechGrains.Core.Homes.State;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Identity.Incremental;
using MartechGrains.Core.Identity.Resolution;

namespace MartechGrains.Core.Homes.Views;

/// <summary>
/// Which identifiers of a home share a profile, by its evidence, kept as entries are folded. Joins that are still open
/// count as links.
/// </summary>
internal sealed class IdentityPartition
{
    private readonly HomeState _state;
    private readonly GrowingPartition _profiles;
    private readonly int _policyVersion;
    private readonly Dictionary<Identifier, IdentifierKey> _keys = [];
    // Mostly there are none, and homes are many.
    private HashSet<Identifier>? _unblocked;
    private bool _hasStaleEvidence;

    /// <summary>The partition of a home's evidence.</summary>
    public IdentityPartition(HomeState state)
        : this(state, withOpenJoins: true)
    {
    }

    private IdentityPartition(HomeState state, bool withOpenJoins)
    {
        _state = state;
        _policyVersion = state.Policy.Version;
        _profiles = new GrowingPartition(state.Policy);
        var input = ProfileAssembly.InputOf(state, withOpenJoins);
        foreach (var (key, identifier) in state.Ledger.Identifiers) _keys[identifier] = key;
        foreach (var identifier in input.Generic!) _profiles.MarkGeneric(identifier, true);
        foreach (var identifier in input.Unconfirmed!) _profiles.MarkUnconfirmed(identifier, true);
        foreach (var value in input.Decisions.LinkableValues) (_unblocked ??= []).Add(value.Identifier);
        if (input.Decisions != IdentityDecisions.None) _profiles.Decide(input.Decisions);
        foreach (var set in input.Evidence) _profiles.Add(set);
        _profiles.TakeChanges();
    }

    /// <summary>How often it had to resolve in full.</summary>
    public int FullResolutions => _profiles.FullResolutions;

    /// <summary>
    /// The profiles that lookups have been shown: identifiers whose joins are open are left out. What they link is news
    /// to readers of the change feed, also where it is evidence here already.
    /// </summary>
    public static Dictionary<IdentifierKey, ProfileId> ShownBy(HomeState state)
    {
        var shown = new IdentityPartition(state, withOpenJoins: false).ToProfileIds();
        foreach (var key in state.Ledger.Identifiers.Keys)
            if (state.Joins.IsUnconfirmed(key)) shown.Remove(key);
        return shown;
    }

    /// <summary>Takes in an entry that the state has just folded; false where all has to be built anew.</summary>
    public bool TryFollow(HomeEntry entry)
    {
        if (_state.Policy.Version != _policyVersion) return false;
        switch (entry)
        {
            case EventApplied applied:
                Add(applied);
                return true;
            case JoinsConfirmed confirmed:
                foreach (var confirmation in confirmed.Confirmations) Mark([confirmation.Identifier]);
                return true;
            case DecisionTaken { Decision: var decision }:
                Name(decision.Keys, decision.Identifiers);
                if (decision.Kind == DecisionKind.Retraction) _hasStaleEvidence = true;
                else Decide();
                return true;
            default:
                return entry is not (HomeAbsorbed or PolicyAdopted);
        }
    }

    /// <summary>What changed since this was last asked. The ledger is not stale.</summary>
    public PartitionChanges TakeChanges()
    {
        if (_hasStaleEvidence)
            _profiles.Replace(_state.Ledger.Groups.Where(static g => !g.IsEmpty).Select(static g => g.Evidence));
        _hasStaleEvidence = false;
        return _profiles.TakeChanges();
    }

    /// <summary>The pairs refused now, in the order in which they were judged.</summary>
    public ImmutableArray<RefusedPair> Refused => _profiles.Refused;

    /// <summary>The id of a profile of this home.</summary>
    public ProfileId IdOf(ResolvedProfile profile) => new(_keys[profile.Anchor]);

    /// <summary>The id of an identifier's profile; null where it has none.</summary>
    public ProfileId? IdOf(Identifier identifier) =>
        _profiles.AnchorOf(identifier) is { } anchor ? new ProfileId(_keys[anchor]) : null;

    /// <summary>Whether links connect more identifiers than the policy expects.</summary>
    public bool IsOversize => _profiles.IsOversize;

    /// <summary>The profile that an event of the home with these identifiers counts for; null for nobody's.</summary>
    public ProfileId? OwnerOf(ImmutableArray<Identifier> identifiers) =>
        Attribution.Owner(identifiers, _profiles, _state.Policy) is { } owner ? IdOf(owner) : null;

    /// <summary>The profiles as lookups are shown them. Cheap while no join is open; else all is resolved.</summary>
    public HomeView View() => _state.Joins.HasUnconfirmed
        ? ProfileAssembly.Assemble(_state)
        : ProfileAssembly.Assemble(_state, _profiles, _keys);

    /// <summary>Each identifier that is in a profile, with the profile's id.</summary>
    public Dictionary<IdentifierKey, ProfileId> ToProfileIds()
    {
        var ids = new Dictionary<IdentifierKey, ProfileId>(_keys.Count);
        foreach (var profile in _profiles.Profiles())
            foreach (var identifier in profile.Identifiers) ids[_keys[identifier]] = IdOf(profile);
        return ids;
    }

    private void Add(EventApplied applied)
    {
        Name(applied.Keys, applied.Event.Identifiers);
        var hash = applied.Event.Hash;
        if (!_state.Decisions.IsRetracted(hash) && _state.Ledger.GroupOf(hash) is { } group)
            _profiles.Add(group.Identifiers, applied.Event.EventTime);
    }

    private void Name(ImmutableArray<IdentifierKey> keys, ImmutableArray<Identifier> identifiers)
    {
        for (var i = 0; i < keys.Length; i++) _keys.TryAdd(identifiers[i], keys[i]);
        Mark(keys);
    }

    /// <summary>Follows what pointers have said of identifiers.</summary>
    private void Mark(ImmutableArray<IdentifierKey> keys)
    {
        var isUnblockedAnew = false;
        foreach (var key in keys)
            if (_state.Ledger.Identifiers.TryGetValue(key, out var identifier))
                isUnblockedAnew |= MarkInert(key, identifier);
        if (isUnblockedAnew) Decide();
    }

    /// <returns>Whether a blocked value was made linkable, or is so no more.</returns>
    private bool MarkInert(IdentifierKey key, Identifier identifier)
    {
        var isInert = _state.Joins.IsInert(key);
        _profiles.MarkGeneric(identifier, isInert ?? false);
        return isInert == false && _state.Policy.IsBlocked(identifier)
            ? (_unblocked ??= []).Add(identifier)
            : _unblocked?.Remove(identifier) == true;
    }

    private void Decide() => _profiles.Decide(ProfileAssembly.DecisionsOf(
        _state, (IReadOnlyCollection<Identifier>?)_unblocked ?? []));
}
