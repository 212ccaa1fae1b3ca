using System.Collections.Immutable;
using MartechGrains.Core.Curation;
using MartechGrains.Core.Homes.State;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Identity.Policy;
using MartechGrains.Core.Identity.Resolution;

namespace MartechGrains.Core.Homes.Views;

/// <summary>
/// Follows the entries of a home as they are folded, and tells what they changed about who is who, and what retractions
/// changed. Begins with what the home holds, of which it tells nothing. Not safe for use by several threads at once.
/// </summary>
public sealed class IdentityWatch
{
    /// <summary>Most refused links told at once; more are told with what comes next.</summary>
    public const int MaxRefusals = 256;

    private const int Unknown = -1;

    private readonly HomeState _state;
    private readonly List<HomeEntry> _entries = [];
    private readonly HashSet<RefusedLink> _refused;

    // Most homes have none of either, and homes are many.
    private List<IdentityChange>? _found;
    private List<(DecisionId Id, ImmutableArray<Identifier> Identifiers, ProfileId? Owner)>? _revisions;
    private List<(SettledConflict Conflict, HomeId Loser, ProfileId? Owner)>? _displaced;
    private IdentityPartition? _partition;
    private Dictionary<IdentifierKey, ProfileId>[] _before = [];
    private int _resolutions;
    private bool _wasOversize;

    /// <summary>Begins to watch a home. Its ledger is not stale.</summary>
    public IdentityWatch(HomeState state)
    {
        _state = state;
        _partition = new IdentityPartition(state);
        _refused = [.. _partition.Refused.Select(RefusedLink.Of)];
        _resolutions = _partition.FullResolutions;
        _wasOversize = _partition.IsOversize;
    }

    /// <summary>Notes an entry that the state has just folded.</summary>
    public void Follow(HomeEntry entry)
    {
        if (entry is DecisionTaken { Decision: { Kind: DecisionKind.Retraction } retraction }) NoteRevision(retraction);
        if (_partition is not null && !_partition.TryFollow(entry)) BuildAnew([_partition.ToProfileIds()]);
        _entries.Add(entry);
    }

    /// <summary>
    /// Notes what lookups were shown of this home and of one that it is about to absorb; before the state folds that.
    /// </summary>
    public void TakeIn(HomeState loser)
    {
        BuildAnew([IdentityPartition.ShownBy(_state), IdentityPartition.ShownBy(loser)]);
        _refused.UnionWith(new IdentityPartition(loser).Refused.Select(RefusedLink.Of));
    }

    /// <summary>
    /// Notes which events the home has settled that it is absorbing; after the state has folded that.
    /// </summary>
    /// <param name="conflicts">What was settled.</param>
    /// <param name="loser">The home that it absorbs.</param>
    public void Displace(IReadOnlyList<SettledConflict> conflicts, HomeId loser)
    {
        foreach (var conflict in conflicts)
        {
            ProfileId? owner = null;
            foreach (var key in conflict.Displaced.Applied.Keys)
                foreach (var shown in _before)
                    if (owner is null && shown.TryGetValue(key, out var profile)) owner = profile;
            (_displaced ??= []).Add((conflict, loser, owner));
        }
    }

    /// <summary>
    /// What the entries changed since this was last asked, sorted by kind and profile. The ledger is not stale.
    /// </summary>
    public ImmutableArray<IdentityChange> TakeChanges()
    {
        if (_partition is null)
        {
            _partition = new IdentityPartition(_state);
            var regrouping = new Regrouping();
            var after = _partition.ToProfileIds();
            foreach (var shown in _before) regrouping.Compare(shown, after);
            (_found ??= []).AddRange(regrouping.Changes(CauseOf));
            FindRefusals();
        }
        else
        {
            FindChanges(_partition);
        }
        if (_revisions is { } revisions) FindRevisions(_partition, revisions);
        if (_displaced is not null) FindDisplaced(_partition);
        _before = [];
        _entries.Clear();
        _entries.Capacity = 0;
        if (_found is null) return [];
        ImmutableArray<IdentityChange> changes =
            [.. _found.OrderBy(static change => change.Kind).ThenBy(static change => change.Profile.Anchor)];
        _found = null;
        return changes;
    }

    /// <summary>The profile that an event of the home counts for; null for nobody's.</summary>
    public ProfileId? OwnerOf(EventApplied applied) => Partition.OwnerOf(applied.Event.Identifiers);

    /// <summary>
    /// The home's profiles as <see cref="ProfileAssembly.Assemble(HomeState, bool)"/> makes them, of what is known here
    /// already while no join is open. What changed is to be taken first.
    /// </summary>
    public HomeView View() => Partition.View();

    /// <summary>
    /// Whether, since this was last asked, links have come to connect more identifiers than
    /// <see cref="IdentityPolicy.MaxIdentifiers"/>. What changed is to be taken first.
    /// </summary>
    public bool TakeOversize()
    {
        var was = _wasOversize;
        _wasOversize = Partition.IsOversize;
        return _wasOversize && !was;
    }

    private IdentityPartition Partition => _partition
        ?? throw new InvalidOperationException("What changed is to be taken first.");

    private void BuildAnew(Dictionary<IdentifierKey, ProfileId>[] before)
    {
        if (_partition is not null) FindChanges(_partition);
        _before = before;
        _partition = null;
        _entries.Clear();
    }

    private void FindChanges(IdentityPartition partition)
    {
        var changes = partition.TakeChanges().Profiles;
        if (!changes.IsEmpty && changes.Any(static change => change.Former.Length > 1
            || (change.Former.Length == 1 && change.Former[0].Anchor != change.Profile.Anchor)))
        {
            var regrouping = new Regrouping();
            foreach (var change in changes)
                foreach (var former in change.Former)
                    regrouping.Add(partition.IdOf(former), partition.IdOf(change.Profile));
            (_found ??= []).AddRange(regrouping.Changes(CauseOf));
        }
        if (partition.FullResolutions != _resolutions) FindRefusals();
    }

    private void FindRefusals()
    {
        var refused = Partition.Refused;
        var news = refused.Where(pair => !_refused.Contains(RefusedLink.Of(pair))).Take(MaxRefusals + 1).ToList();
        _resolutions = news.Count > MaxRefusals ? Unknown : Partition.FullResolutions;
        foreach (var pair in news.Take(MaxRefusals))
        {
            _refused.Add(RefusedLink.Of(pair));
            if (Partition.IdOf(pair.Pair.First) is not { } first || Partition.IdOf(pair.Pair.Second) is not { } second)
                continue;
            (_found ??= []).Add(new IdentityChange(
                IdentityChangeKind.LinkRefused, first, first == second ? [] : [second], CauseOf([first, second]),
                new RefusalRule(pair.LimitNamespace ?? "", pair.CannotLink ?? "")));
        }
        if (_refused.Count > refused.Length) _refused.IntersectWith(refused.Select(RefusedLink.Of));
    }

    private void NoteRevision(Decision retraction)
    {
        // An event that is not here is told of as retracted from the start; one that another decision retracts as well
        // does not come back.
        if (_state.Ledger.GroupOf(retraction.Event) is { } group
            && _state.Decisions.IsRetracted(retraction.Event) == (retraction.Undone is null))
            (_revisions ??= []).Add((retraction.Id, group.Identifiers, _partition?.OwnerOf(group.Identifiers)));
    }

    private void FindRevisions(
        IdentityPartition partition,
        List<(DecisionId Id, ImmutableArray<Identifier> Identifiers, ProfileId? Owner)> revisions)
    {
        var told = new HashSet<(ProfileId, DecisionId)>();
        foreach (var (id, identifiers, before) in revisions)
        {
            if ((partition.OwnerOf(identifiers) ?? before) is { } profile && told.Add((profile, id)))
                (_found ??= []).Add(new IdentityChange(
                    IdentityChangeKind.Revised, profile, [],
                    new IdentityCause(IdentityCauseKind.Decision, Decision: id)));
        }
        _revisions = null;
    }

    /// <summary>One that counted for nobody is told of the profile that the body counts for which stands.</summary>
    private void FindDisplaced(IdentityPartition partition)
    {
        foreach (var (conflict, loser, before) in _displaced!)
        {
            var standing = partition.OwnerOf(conflict.Standing.Applied.Event.Identifiers);
            var displaced = conflict.Displaced.Applied.Event;
            if ((partition.OwnerOf(displaced.Identifiers) ?? before ?? standing) is not { } profile) continue;
            (_found ??= []).Add(new IdentityChange(
                IdentityChangeKind.EventDisplaced, profile,
                standing is { } other && other != profile ? [other] : [],
                new IdentityCause(IdentityCauseKind.Union, displaced.Source, displaced.EventId, Home: loser)));
        }
        _displaced = null;
    }

    /// <summary>The newest entry that bears on profiles.</summary>
    private IdentityCause CauseOf(IReadOnlyCollection<ProfileId> profiles)
    {
        IdentityCause? other = null;
        for (var i = _entries.Count - 1; i >= 0; i--)
        {
            switch (_entries[i])
            {
                case HomeAbsorbed absorbed:
                    return new IdentityCause(IdentityCauseKind.Union, Home: absorbed.Loser);
                case PolicyAdopted adopted:
                    return new IdentityCause(IdentityCauseKind.Policy, PolicyVersion: adopted.Version);
                case DecisionTaken taken:
                    return new IdentityCause(IdentityCauseKind.Decision, Decision: taken.Decision.Id);
                case EventApplied { Event: var cause } applied:
                    other ??= CauseOf(applied);
                    if (cause.Identifiers.Any(
                        identifier => Partition.IdOf(identifier) is { } id && profiles.Contains(id)))
                        return CauseOf(applied);
                    break;
                case JoinsConfirmed confirmed when NewsOf(confirmed) is { } value:
                    other ??= new IdentityCause(IdentityCauseKind.Value, Value: value);
                    break;
                default:
                    break;
            }
        }
        return other ?? throw new InvalidOperationException("Profiles changed, and no entry did it.");
    }

    private static IdentityCause CauseOf(EventApplied applied) =>
        new(IdentityCauseKind.Event, applied.Event.Source, applied.Event.EventId);

    private static IdentifierKey? NewsOf(JoinsConfirmed confirmed)
    {
        foreach (var confirmation in confirmed.Confirmations)
            if (confirmation.Epoch > 0) return confirmation.Identifier;
        return null;
    }

    private readonly record struct RefusedLink(IdentifierPair Pair, string? LimitNamespace, string? CannotLink)
    {
        public static RefusedLink Of(RefusedPair pair) => new(pair.Pair, pair.LimitNamespace, pair.CannotLink);
    }
}
