using System.Collections.Immutable;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Protocol;

namespace MartechGrains.Core.Profiles;

/// <summary>
/// What a home is: the fold of its journal. Deciding never changes it (<see cref="HomeDecisions"/>); only
/// <see cref="Fold"/> does, with an entry that is on disk or about to be. Not safe for use by several threads at once.
/// </summary>
public sealed class HomeState
{
    private readonly HashSet<(HomeId Loser, int Head)> _absorbed = [];

    /// <summary>An empty home, before its first entry.</summary>
    public HomeState(HomeId id, IdentityPolicy policy) : this(id, policy, new HomeLedger(), new JoinLedger())
    {
    }

    private HomeState(HomeId id, IdentityPolicy policy, HomeLedger ledger, JoinLedger joins)
    {
        Id = id;
        Policy = policy;
        Ledger = ledger;
        Joins = joins;
    }

    /// <summary>The home.</summary>
    public HomeId Id { get; }

    /// <summary>The policy it works under.</summary>
    public IdentityPolicy Policy { get; }

    /// <summary>Sequence number of the last entry folded; 0 when empty.</summary>
    public int Seq { get; private set; }

    /// <summary>Ingest time of the newest event, in milliseconds since 1970 UTC; 0 when empty.</summary>
    public long LastIngestTime { get; private set; }

    /// <summary>Its events and fact groups.</summary>
    public HomeLedger Ledger { get; }

    /// <summary>Its joins, reports and flags.</summary>
    public JoinLedger Joins { get; }

    /// <summary>Where it is moving, from <see cref="HomeMoving"/> on.</summary>
    public HomeId? MovingTo { get; private set; }

    /// <summary>The last entry that may hold evidence: that of <see cref="HomeMoving"/>; 0 before.</summary>
    public int MovingHead { get; private set; }

    /// <summary>Where it has moved, for ever.</summary>
    public HomeId? MovedTo { get; private set; }

    /// <summary>Whether the home takes writes, and if not, where to go.</summary>
    public Gate Gate =>
        MovedTo is { } moved ? new Gate(HomeStanding.Moved, moved)
        : MovingTo is { } moving ? new Gate(HomeStanding.Moving, moving)
        : Gate.Open;

    /// <summary>All it has taken in, in no order.</summary>
    internal IReadOnlyCollection<(HomeId Loser, int Head)> AbsorbedHomes => _absorbed;

    /// <summary>
    /// Whether it has taken in that loser up to that head, itself or through one it took in (rules H5, H6).
    /// </summary>
    public bool HasAbsorbed(HomeId loser, int head) => _absorbed.Contains((loser, head));

    /// <summary>The state as it was when it was written down.</summary>
    internal static HomeState Restore(
        HomeId id, IdentityPolicy policy, HomeProgress progress, IEnumerable<(HomeId Loser, int Head)> absorbed,
        HomeLedger ledger, JoinLedger joins)
    {
        var state = new HomeState(id, policy, ledger, joins)
        {
            Seq = progress.Seq,
            LastIngestTime = progress.LastIngestTime,
            MovingTo = progress.MovingTo,
            MovingHead = progress.MovingHead,
            MovedTo = progress.MovedTo,
        };
        state._absorbed.UnionWith(absorbed);
        return state;
    }

    /// <summary>Folds the next entry.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="absorbed">For a <see cref="HomeAbsorbed"/>: the loser as its journal says up to that head.</param>
    public void Fold(HomeEntry entry, AbsorbedHome? absorbed = null)
    {
        switch (entry)
        {
            case EventApplied applied:
                Ledger.Add(applied.Event, applied.Keys, Seq + 1);
                Joins.Open(applied.Opened);
                LastIngestTime = Math.Max(LastIngestTime, applied.IngestTime);
                Seq++;
                foreach (var key in applied.Keys) Touch(key, force: false);
                return;
            case JoinsConfirmed confirmed:
                foreach (var confirmation in confirmed.Confirmations) Joins.Confirm(confirmation, Id);
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
                return;
            default:
                throw new ArgumentException($"Unknown entry {entry.GetType().Name}.", nameof(entry));
        }
        Seq++;
    }

    /// <summary>What is open of the given identifiers, for their pointers.</summary>
    public ImmutableArray<OpenJoin> OpenJoinsOf(IEnumerable<IdentifierKey> keys)
    {
        var open = ImmutableArray.CreateBuilder<OpenJoin>();
        foreach (var key in keys)
            if (Ledger.Identifiers.TryGetValue(key, out var identifier)
                && Joins.OpenJoinOf(key, identifier.Namespace, Id, Neighbours) is { } join)
                open.Add(join);
        return open.DrainToImmutable();
    }

    private ImmutableArray<Neighbour> Neighbours(IdentifierKey key) =>
        Ledger.UniqueNeighbours(key, Policy, Policy.GenericAfter(Ledger.Identifiers[key].Namespace) ?? 0);

    private void Touch(IdentifierKey key, bool force)
    {
        var identifier = Ledger.Identifiers[key];
        if (Policy.IsBlocked(identifier)) return;
        var bound = Policy.GenericAfter(identifier.Namespace);
        Joins.Touch(key, Id, Seq, bound is not null, Ledger.UniqueNeighbours(key, Policy, bound ?? 0), force);
    }

    private void Absorb(HomeAbsorbed absorption, AbsorbedHome loser)
    {
        foreach (var applied in loser.Events) Ledger.Add(applied.Event, applied.Keys, Seq + 1);
        var force = Joins.Absorb(loser.State.Joins);
        _absorbed.Add((absorption.Loser, absorption.Head));
        _absorbed.UnionWith(loser.State._absorbed);
        LastIngestTime = Math.Max(LastIngestTime, loser.State.LastIngestTime);
        Seq++;
        foreach (var key in Joins.Carried()) Touch(key, force.Contains(key));
    }
}

/// <summary>A loser as its winner takes it in.</summary>
/// <param name="State">The fold of its journal up to the head.</param>
/// <param name="Events">All events it holds, those it had absorbed included, in any order.</param>
public sealed record AbsorbedHome(HomeState State, IReadOnlyList<EventApplied> Events);

/// <summary>How far a home has come, beside its evidence; see the properties of <see cref="HomeState"/>.</summary>
internal readonly record struct HomeProgress(
    int Seq, long LastIngestTime, HomeId? MovingTo, int MovingHead, HomeId? MovedTo);
