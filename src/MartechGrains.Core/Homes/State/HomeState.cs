using System.Collections.Immutable;
using MartechGrains.Core.Curation;
using MartechGrains.Core.Homes.Messages;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Identity.Policy;
using MartechGrains.Core.Pointers;
using MartechGrains.Core.Time;

namespace MartechGrains.Core.Homes.State;

/// <summary>
/// What a home is: the fold of its journal. Deciding never changes it; only
/// <see cref="Fold"/> does, with an entry that is on disk or about to be. Not safe for use by several threads at once.
/// </summary>
public sealed class HomeState
{
    // Most homes have taken none in, and homes are many.
    private HashSet<(HomeId Loser, int Head)>? _absorbed;
    private IdentityPolicies _policies;

    /// <summary>An empty home, before its first entry.</summary>
    public HomeState(HomeId id, IdentityPolicies policies)
        : this(id, policies, new HomeLedger(), new JoinLedger(), new DecisionLedger())
    {
    }

    private HomeState(
        HomeId id, IdentityPolicies policies, HomeLedger ledger, JoinLedger joins, DecisionLedger decisions)
    {
        Id = id;
        _policies = policies;
        Policy = policies.Newest;
        Ledger = ledger;
        Joins = joins;
        Decisions = decisions;
    }

    /// <summary>The home.</summary>
    public HomeId Id { get; }

    /// <summary>The policy versions there are; replaced by a larger set when one more is learnt of.</summary>
    public IdentityPolicies Policies
    {
        get => _policies;
        set
        {
            _policies = value;
            if (PolicyVersion == 0) Policy = value.Newest;
        }
    }

    /// <summary>The policy it works under; before its first entry the newest.</summary>
    public IdentityPolicy Policy { get; private set; }

    /// <summary>Version of the policy it has journaled to work under; 0 before.</summary>
    public int PolicyVersion { get; private set; }

    /// <summary>
    /// The policy by which what it carries was judged, as its journal says. Which version is the newest, a journal does
    /// not say: no fold may depend on it.
    /// </summary>
    private IdentityPolicy? PolicyIfJournaled => PolicyVersion > 0 ? Policy : null;

    /// <summary>Sequence number of the last entry folded; 0 when empty.</summary>
    public int Seq { get; private set; }

    /// <summary>The newest time of an entry, also of those it has taken in; 1970 when empty.</summary>
    public IngestTime NewestTime { get; private set; }

    /// <summary>Its events and fact groups.</summary>
    public HomeLedger Ledger { get; }

    /// <summary>Its joins, reports and flags.</summary>
    public JoinLedger Joins { get; }

    /// <summary>Its operators' decisions.</summary>
    public DecisionLedger Decisions { get; }

    /// <summary>Where it is moving, from <see cref="HomeMoving"/> on.</summary>
    public HomeId? MovingTo { get; private set; }

    /// <summary>The last entry that may hold evidence: that of <see cref="HomeMoving"/>; 0 before.</summary>
    public int MovingHead { get; private set; }

    /// <summary>Where it has moved, for ever.</summary>
    public HomeId? MovedTo { get; private set; }

    /// <summary>Whether the home takes writes, and if not, where to go.</summary>
    public Gate Gate =>
        MovedTo is { } moved ? new Gate(HomeStatus.Moved, moved)
        : MovingTo is { } moving ? new Gate(HomeStatus.Moving, moving)
        : Gate.Open;

    /// <summary>All it has taken in, in no order.</summary>
    internal IReadOnlyCollection<(HomeId Loser, int Head)> AbsorbedHomes =>
        (IReadOnlyCollection<(HomeId, int)>?)_absorbed ?? [];

    /// <summary>
    /// Whether it has taken in that loser up to that head, itself or through one it took in (rules H5, H6).
    /// </summary>
    public bool HasAbsorbed(HomeId loser, int head) => _absorbed?.Contains((loser, head)) == true;

    /// <summary>
    /// Whether a value links nothing: as its pointer said, or where it said nothing, as the policy does.
    /// </summary>
    public bool IsInert(IdentifierKey key) => Joins.IsInert(key) ?? Policy.IsBlocked(Ledger.Identifiers[key]);

    /// <summary>The state as it was when it was written down.</summary>
    internal static HomeState Restore(
        HomeId id, IdentityPolicies policies, HomeProgress progress, IEnumerable<(HomeId Loser, int Head)> absorbed,
        HomeLedger ledger, JoinLedger joins, DecisionLedger decisions)
    {
        var state = new HomeState(id, policies, ledger, joins, decisions)
        {
            Seq = progress.Seq,
            NewestTime = progress.NewestTime,
            MovingTo = progress.MovingTo,
            MovingHead = progress.MovingHead,
            MovedTo = progress.MovedTo,
        };
        if (absorbed.Any()) state._absorbed = [.. absorbed];
        if (progress.PolicyVersion > 0) state.WorkUnder(progress.PolicyVersion);
        return state;
    }

    /// <summary>
    /// Folds the next entry. Afterwards groups may be stale (<see cref="HomeLedger.IsStale"/>): then nothing is to be
    /// read of the ledger before it was refolded.
    /// </summary>
    /// <param name="entry">The entry.</param>
    /// <param name="absorbed">For a <see cref="HomeAbsorbed"/>: the loser as its journal says up to that head.</param>
    /// <exception cref="UnknownPolicyVersionException">The entry names a policy version that is not known.</exception>
    public void Fold(HomeEntry entry, AbsorbedHome? absorbed = null)
    {
        switch (entry)
        {
            case EventApplied applied:
                Apply(applied);
                break;
            case JoinsConfirmed confirmed:
                Confirm(confirmed);
                break;
            case DecisionTaken taken:
                Take(taken);
                break;
            case PolicyAdopted adopted:
                Adopt(adopted.Version);
                break;
            case IdentityChanged:
                break;
            case HomeMoving moving:
                MovingTo = moving.Winner;
                MovingHead = Seq + 1;
                break;
            case HomeMoved moved:
                MovedTo = moved.Winner;
                break;
            case HomeAbsorbed absorption:
                ArgumentNullException.ThrowIfNull(absorbed);
                Absorb(absorption, absorbed);
                break;
            default:
                throw new ArgumentException($"Unknown entry {entry.GetType().Name}.", nameof(entry));
        }
        NewestTime = IngestTime.Max(NewestTime, entry.At);
        Seq++;
    }

    /// <summary>What is open of the given identifiers, for their pointers.</summary>
    /// <param name="keys">The identifiers; one that is repeated at once counts once.</param>
    public ImmutableArray<OpenJoin> OpenJoinsOf(IEnumerable<IdentifierKey> keys)
    {
        if (!Joins.HasOpen) return [];
        var open = ImmutableArray.CreateBuilder<OpenJoin>();
        Func<IdentifierKey, ImmutableArray<Neighbour>> neighbours = Neighbours;
        foreach (var key in keys)
        {
            if (open.Count > 0 && open[^1].Identifier == key) continue;
            if (!Joins.IsOpen(key) || !Ledger.Identifiers.TryGetValue(key, out var identifier)) continue;
            if (Joins.OpenJoinOf(key, Id, ValueRule.Of(Policy, identifier), neighbours) is { } join) open.Add(join);
        }
        return open.DrainToImmutable();
    }

    private void Apply(EventApplied applied)
    {
        var isNewSet = Ledger.Add(
            applied.Event, applied.Keys, Seq + 1, Decisions.IsRetracted(applied.Event.Hash));
        if (applied.PolicyVersion > 0) WorkUnder(applied.PolicyVersion);
        Joins.Open(applied.Opened);
        if (!isNewSet) return;
        foreach (var key in applied.Keys) Touch(key);
    }

    private void Confirm(JoinsConfirmed confirmed)
    {
        foreach (var confirmation in confirmed.Confirmations)
        {
            Joins.Confirm(confirmation, Id);
            if (OwesReport(confirmation.Identifier)) Touch(confirmation.Identifier, force: true);
        }
    }

    private void Take(DecisionTaken taken)
    {
        var decision = taken.Decision;
        if (taken.PolicyVersion > 0) WorkUnder(taken.PolicyVersion);
        Ledger.Name(decision.Keys, decision.Identifiers);
        Joins.Open(taken.Opened);
        if (Decisions.Fold(decision) && decision.Kind == DecisionKind.Retraction) Ledger.MarkStale(decision.Event);
        foreach (var item in taken.Opened) Touch(item.Identifier);
    }

    /// <summary>
    /// Under another policy everything ever carried is reported anew, where that can matter (rules H30, H31).
    /// </summary>
    private void Adopt(int version)
    {
        if (version <= PolicyVersion) return;
        var before = PolicyIfJournaled;
        WorkUnder(version);
        foreach (var key in Joins.Carried()) TouchAnew(key, before);
    }

    private void Absorb(HomeAbsorbed absorption, AbsorbedHome loser)
    {
        // Of the two the one that works under the older version; what it carries is to be reported anew.
        var older = loser.State.PolicyVersion < PolicyVersion ? loser.State : this;
        var isMixed = loser.State.PolicyVersion != PolicyVersion && older.Joins.CarriesAny;
        var before = older.PolicyIfJournaled;
        // Joins may name identifiers of copies and decisions that the loser holds in another form.
        foreach (var (key, identifier) in loser.State.Ledger.Identifiers) Ledger.Name([key], [identifier]);
        foreach (var decision in loser.State.Decisions.All)
        {
            if (Decisions.Fold(decision) && decision.Kind == DecisionKind.Retraction) Ledger.MarkStale(decision.Event);
        }
        TakeEvents(absorption, loser);
        var force = Joins.Absorb(absorption.Loser, loser.State.Joins);
        (_absorbed ??= []).Add((absorption.Loser, absorption.Head));
        _absorbed.UnionWith(loser.State.AbsorbedHomes);
        NewestTime = IngestTime.Max(NewestTime, loser.State.NewestTime);
        if (loser.State.PolicyVersion > PolicyVersion) WorkUnder(loser.State.PolicyVersion);
        foreach (var key in Joins.Carried())
        {
            if (isMixed) TouchAnew(key, before);
            else Touch(key, force.Contains(key) || OwesReport(key));
        }
    }

    /// <summary>
    /// Takes in what a loser holds. Of two bodies under one id the entry says which stands; one that stood no more in
    /// the loser itself does not come back.
    /// </summary>
    private void TakeEvents(HomeAbsorbed absorption, AbsorbedHome loser)
    {
        var settled = absorption.Settled.IsEmpty ? null : absorption.Settled.ToDictionary(static one => one.Event);
        foreach (var (body, keys) in loser.Events.Select(static applied => (applied.Event, applied.Keys)))
        {
            if (!loser.State.Ledger.Holds(body))
            {
                if (loser.State.Ledger.GroupOf(new IdentifierSet(keys)) is not null)
                    Ledger.Recall(keys, body.Identifiers);
            }
            else if (settled is null || !settled.TryGetValue(body.Hash, out var settling))
            {
                Ledger.Add(body, keys, Seq + 1, Decisions.IsRetracted(body.Hash));
            }
            else if (settling.Standing != body.ContentHash)
            {
                Ledger.Recall(keys, body.Identifiers);
            }
            else if (!Ledger.Holds(body))
            {
                Ledger.Replace(body, keys, Seq + 1, Decisions.IsRetracted(body.Hash));
            }
        }
    }

    /// <summary>
    /// Whether the pointer of a value that links nothing counts homes as carriers that this one has taken in. One of a
    /// value that links need not be told: all its carriers come to be one home.
    /// </summary>
    private bool OwesReport(IdentifierKey key) => Joins.SpeaksForOthers(key)
        && (Joins.IsInert(key) ?? PolicyIfJournaled?.IsBlocked(Ledger.Identifiers[key]) == true);

    private void WorkUnder(int version)
    {
        Policy = Policies.Of(version);
        PolicyVersion = version;
    }

    private ImmutableArray<Neighbour> Neighbours(IdentifierKey key) =>
        Ledger.UniqueNeighbours(key, Policy, Policy.GenericAfter(Ledger.Identifiers[key].Namespace) ?? 0);

    /// <summary>Opens a report of a carried identifier, if there is anything to report.</summary>
    private void Touch(IdentifierKey key, bool force = false)
    {
        var hasReported = Joins.Carry(key);
        var identifier = Ledger.Identifiers[key];
        if (hasReported || force
            || (Policy.GenericAfter(identifier.Namespace) is not null && !Policy.IsBlocked(identifier)))
            Joins.Touch(key, Seq + 1, Neighbours(key), force);
    }

    /// <summary>
    /// Under another policy a pointer has to hear anew of every value that is inert, was or may become so. One that
    /// never was and never can be is passed over, unless the policy before is not known: a home has journaled none
    /// before its first event or decision.
    /// </summary>
    private void TouchAnew(IdentifierKey key, IdentityPolicy? before)
    {
        var hasReported = Joins.Carry(key);
        var identifier = Ledger.Identifiers[key];
        if (hasReported || Joins.IsInert(key) is not null || Policy.GenericAfter(identifier.Namespace) is not null
            || Policy.IsBlocked(identifier) || before?.IsBlocked(identifier) != false)
            Joins.Touch(key, Seq + 1, Neighbours(key), force: true);
    }
}

/// <summary>A loser as its winner takes it in.</summary>
/// <param name="State">The fold of its journal up to the head.</param>
/// <param name="Events">All events it holds, those it had absorbed included, in any order.</param>
public sealed record AbsorbedHome(HomeState State, IReadOnlyList<EventApplied> Events);

/// <summary>How far a home has come, beside its evidence; see the properties of <see cref="HomeState"/>.</summary>
internal readonly record struct HomeProgress(
    int Seq, IngestTime NewestTime, int PolicyVersion, HomeId? MovingTo, int MovingHead, HomeId? MovedTo);
