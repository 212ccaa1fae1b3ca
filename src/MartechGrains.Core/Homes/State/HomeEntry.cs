using System.Collections.Immutable;
using MartechGrains.Core.Curation;
using MartechGrains.Core.Events;
using MartechGrains.Core.Homes.Messages;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Pointers;
using MartechGrains.Core.Time;

namespace MartechGrains.Core.Homes.State;

/// <summary>
/// One entry of a home's journal, decoded. The journal is the truth; a home's state is the fold of its entries.
/// </summary>
public abstract record HomeEntry
{
    /// <summary>When it was written: never before the entries ahead of it.</summary>
    public abstract IngestTime At { get; init; }

    /// <summary>
    /// Whether <see cref="At"/> was not written with it, as in journals of before, but is the newest time ahead of it;
    /// 1970 where there is none. It was written then or later, and before the next entry with a time of its own.
    /// </summary>
    public bool InheritsTime { get; init; }
}

/// <summary>An event counts from here on.</summary>
/// <param name="Event">The event; its raw bytes may be left out when folded from the journal.</param>
/// <param name="Keys">The keys of its identifiers, in their order.</param>
/// <param name="At">When it was accepted.</param>
/// <param name="Opened">The joins it opened.</param>
/// <param name="Profile">
/// The profile it counts for after the append, for readers of the change feed; null for nobody's. Folding ignores it.
/// </param>
/// <param name="PolicyVersion">On a home's first entry the policy version it begins under; else 0.</param>
public sealed record EventApplied(
    CanonicalEvent Event,
    ImmutableArray<IdentifierKey> Keys,
    IngestTime At,
    ImmutableArray<JoinItem> Opened,
    ProfileId? Profile = null,
    int PolicyVersion = 0) : HomeEntry;

/// <summary>The home works under a newer version of the identity policy from here on.</summary>
/// <param name="Version">The version.</param>
/// <param name="At">When.</param>
public sealed record PolicyAdopted(int Version, IngestTime At) : HomeEntry;

/// <summary>An operator's decision is known here, or known to be undone.</summary>
/// <param name="Decision">The decision.</param>
/// <param name="At">When the home took it.</param>
/// <param name="Opened">The joins it opened.</param>
/// <param name="PolicyVersion">On a home's first entry the policy version it begins under; else 0.</param>
public sealed record DecisionTaken(
    Decision Decision, IngestTime At, ImmutableArray<JoinItem> Opened, int PolicyVersion = 0) : HomeEntry;

/// <summary>Pointers have answered.</summary>
/// <param name="Confirmations">What they said.</param>
/// <param name="At">When the home heard it.</param>
public sealed record JoinsConfirmed(ImmutableArray<JoinConfirmation> Confirmations, IngestTime At) : HomeEntry;

/// <summary>From here on the home takes no writes; its evidence goes to the winner.</summary>
/// <param name="Winner">The smaller home.</param>
/// <param name="At">When it began to move.</param>
public sealed record HomeMoving(HomeId Winner, IngestTime At) : HomeEntry;

/// <summary>The winner has absorbed the home.</summary>
/// <param name="Winner">The home that holds the evidence, or did when it answered.</param>
/// <param name="At">When it learnt of it.</param>
public sealed record HomeMoved(HomeId Winner, IngestTime At) : HomeEntry;

/// <summary>The home has taken in another's evidence: a reference to its journal, not a copy.</summary>
/// <param name="Loser">The home taken in.</param>
/// <param name="Head">Its last sequence number; from there on it writes no evidence.</param>
/// <param name="At">When it was taken in: never before what it brings was written.</param>
public sealed record HomeAbsorbed(HomeId Loser, int Head, IngestTime At) : HomeEntry
{
    /// <summary>
    /// The ids under which each of the two held another body, and which of these stands; sorted by id (rule H34).
    /// Where it is silent, as in journals of before, what the home held itself stands.
    /// </summary>
    public ImmutableArray<SettledEvent> Settled { get; init; } = [];
}

/// <summary>Of two bodies that came under one id, one stands, and the other counts no more.</summary>
/// <param name="Event">The id.</param>
/// <param name="Standing">Content hash of the body that stands.</param>
/// <param name="Displaced">Content hash of the other.</param>
public readonly record struct SettledEvent(EventHash Event, ulong Standing, ulong Displaced);

/// <summary>
/// Profiles merged or split by the entries before it. It tells readers of the change feed; the home's state does not
/// depend on it.
/// </summary>
/// <param name="Changes">What happened.</param>
/// <param name="At">When.</param>
public sealed record IdentityChanged(ImmutableArray<IdentityChange> Changes, IngestTime At) : HomeEntry;
