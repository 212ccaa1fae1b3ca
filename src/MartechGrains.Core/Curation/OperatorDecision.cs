using System.Collections.Immutable;
using MartechGrains.Core.Identity;

namespace MartechGrains.Core.Curation;

/// <summary>What an operator asks for. The numbers are stored: never reuse one.</summary>
public enum OperatorDecisionKind : byte
{
    /// <summary>Two identifiers are one person, unless a limit or a cannot-link forbids it.</summary>
    MustLink = 1,

    /// <summary>Two identifiers are never one person.</summary>
    CannotLink = 2,

    /// <summary>
    /// A profile is parted: between two identifiers, or one identifier from all others. Kept as the cannot-links that
    /// do it, so that no later event brings them together again.
    /// </summary>
    Unmerge = 3,

    /// <summary>One event counts for nothing.</summary>
    EventRetraction = 4,

    /// <summary>No event counts that a source has delivered up to the moment of the decision.</summary>
    SourceRetraction = 5,

    /// <summary>A value links, although the policy blocks it or many people share it.</summary>
    LinkableValue = 6,
}

/// <summary>
/// A decision as its operator made it and as it is listed. What homes and values hold of it follows from it.
/// </summary>
/// <param name="Id">Its id, made from the id of the request.</param>
/// <param name="Kind">What it asks for.</param>
/// <param name="Identifiers">
/// For links and unmerges the first is paired with each of the others; for the retraction of an event those of the
/// event, sorted; for a linkable value the value; for the retraction of a source none. Distinct.
/// </param>
/// <param name="Source">For retractions the source; else empty.</param>
/// <param name="EventId">For the retraction of an event its id; else empty.</param>
/// <param name="Made">Who made it.</param>
/// <param name="Undone">Who undid it; null while it is in force.</param>
/// <param name="Affected">How many events a retraction has found; 0 otherwise.</param>
public sealed record OperatorDecision(
    DecisionId Id,
    OperatorDecisionKind Kind,
    ImmutableArray<Identifier> Identifiers,
    string Source,
    string EventId,
    OperatorAct Made,
    OperatorAct? Undone = null,
    long Affected = 0)
{
    /// <summary>
    /// Whether another asks for the same: a repeated request is told from one that took its id for something else.
    /// </summary>
    public bool AsksTheSame(OperatorDecision other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Id == other.Id && Kind == other.Kind && Source == other.Source && EventId == other.EventId
            && Identifiers.SequenceEqual(other.Identifiers);
    }

    /// <summary>What homes are given of it, for all kinds that go to homes at once.</summary>
    /// <param name="keyOf">Derives identifier keys.</param>
    /// <exception cref="InvalidOperationException">
    /// It is about a value, or about events that are still to be found.
    /// </exception>
    public Decision ForHomes(Func<Identifier, IdentifierKey> keyOf)
    {
        ArgumentNullException.ThrowIfNull(keyOf);
        var kind = Kind switch
        {
            OperatorDecisionKind.MustLink => DecisionKind.MustLink,
            OperatorDecisionKind.CannotLink or OperatorDecisionKind.Unmerge => DecisionKind.CannotLink,
            OperatorDecisionKind.EventRetraction => DecisionKind.Retraction,
            _ => throw new InvalidOperationException($"A decision of kind {Kind} is no one home's."),
        };
        return new Decision(
            Id, kind, Identifiers, [.. Identifiers.Select(keyOf)], Source, EventId, Made, Undone);
    }

    /// <summary>What a value is given of it.</summary>
    /// <exception cref="InvalidOperationException">It is not about a value.</exception>
    public LinkableDecision ForValue() => Kind == OperatorDecisionKind.LinkableValue
        ? new LinkableDecision(Id, Made, Undone)
        : throw new InvalidOperationException($"A decision of kind {Kind} is no value's.");
}
