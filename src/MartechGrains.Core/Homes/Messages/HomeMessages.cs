using System.Collections.Immutable;
using MartechGrains.Core.Curation;
using MartechGrains.Core.Events;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Pointers;

namespace MartechGrains.Core.Homes.Messages;

/// <summary>An event on its way to a home, with what the router saw.</summary>
/// <param name="Event">The event.</param>
/// <param name="Keys">The keys of <see cref="CanonicalEvent.Identifiers"/>, in the same order.</param>
/// <param name="Linkable">
/// The keys whose homes must meet (see <c>Route</c>); a subset of <paramref name="Keys"/>.
/// </param>
public sealed record RoutedEvent(
    CanonicalEvent Event, ImmutableArray<IdentifierKey> Keys, ImmutableArray<IdentifierKey> Linkable);

/// <summary>A decision on its way to a home.</summary>
/// <param name="Decision">The decision, as made or as undone.</param>
/// <param name="Members">
/// The keys whose homes must meet: for links the ends it is brought home for, for a retraction as for its event.
/// </param>
public sealed record RoutedDecision(Decision Decision, ImmutableArray<IdentifierKey> Members);

/// <summary>What a home made of one event.</summary>
public enum ApplyStatus : byte
{
    /// <summary>It is new; it counts unless it has been retracted already.</summary>
    Applied,

    /// <summary>The home holds it already, with the same content.</summary>
    Duplicate,

    /// <summary>The home holds the same (source, event id) with other content; the first delivery stands.</summary>
    Conflict,

    /// <summary>Its numbers would overflow the sums of its fact group; it does not count.</summary>
    Overflow,
}

/// <summary>Whether a home still speaks for its evidence.</summary>
public enum HomeStatus : byte
{
    /// <summary>It does.</summary>
    Here,

    /// <summary>It is on its way into another home and takes no writes (rule H8).</summary>
    Moving,

    /// <summary>It has moved into another home for ever.</summary>
    Moved,
}

/// <summary>Whether a home takes a message, and if not, where to go.</summary>
/// <param name="Status">Where the home stands.</param>
/// <param name="Target">The home it moves or moved into.</param>
public readonly record struct Gate(HomeStatus Status, HomeId Target)
{
    /// <summary>The home takes the message.</summary>
    public static Gate Open => default;

    /// <summary>Whether the home takes the message.</summary>
    public bool IsOpen => Status == HomeStatus.Here;
}

/// <summary>Answer to a batch of events: all of them, or none where the gate is closed.</summary>
/// <param name="Gate">Whether the home took them.</param>
/// <param name="Statuses">Per event, in order.</param>
/// <param name="Open">Every unconfirmed join of the events' identifiers, also those others opened (rule H4).</param>
public sealed record ApplyReply(Gate Gate, ImmutableArray<ApplyStatus> Statuses, ImmutableArray<OpenJoin> Open)
    : IGated;

/// <summary>Answer to decisions: all of them, or none where the gate is closed.</summary>
/// <param name="Gate">Whether the home took them.</param>
/// <param name="News">How many of them said more than was known there.</param>
/// <param name="Open">Every unconfirmed join of the decisions' identifiers, also those others opened (rule H4).</param>
public sealed record DecideReply(Gate Gate, int News, ImmutableArray<OpenJoin> Open) : IGated;

/// <summary>What a pointer answered about one identifier, on its way into the home.</summary>
/// <param name="Identifier">The identifier.</param>
/// <param name="Member">The member join is confirmed.</param>
/// <param name="Carrier">The carrier join is confirmed.</param>
/// <param name="Epoch">The value's epoch; 0 where it was never inert.</param>
/// <param name="Inert">Whether the value links nothing in that epoch.</param>
/// <param name="Report">The report that was sent, or null.</param>
public sealed record JoinConfirmation(
    IdentifierKey Identifier, bool Member, bool Carrier, long Epoch, bool Inert, NeighbourReport? Report);

/// <summary>Answer to confirmations.</summary>
/// <param name="Gate">Whether the home took them.</param>
/// <param name="Open">What is still, or again, unconfirmed of those identifiers.</param>
public sealed record ConfirmReply(Gate Gate, ImmutableArray<OpenJoin> Open) : IGated;

/// <summary>Answer to "have you absorbed this home up to this head?".</summary>
public enum AbsorbedAnswer : byte
{
    /// <summary>Not yet.</summary>
    No,

    /// <summary>Yes.</summary>
    Yes,

    /// <summary>Ask the home it moves or moved into.</summary>
    AskTarget,
}

/// <summary>Answer of a winner.</summary>
/// <param name="Answer">What it knows.</param>
/// <param name="Target">Whom to ask next, for <see cref="AbsorbedAnswer.AskTarget"/>.</param>
public readonly record struct AbsorbReply(AbsorbedAnswer Answer, HomeId Target);
