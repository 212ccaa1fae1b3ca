using System.Collections.Immutable;
using MartechGrains.Core.Events;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Identity.Resolution;

namespace MartechGrains.Core.Curation;

/// <summary>What an operator decided about evidence that homes hold. The numbers are stored: never reuse one.</summary>
public enum DecisionKind : byte
{
    /// <summary>
    /// The first identifier and every other one are one person, unless a limit or cannot-link forbids it.
    /// </summary>
    MustLink = 1,

    /// <summary>The first identifier and every other one are never one person.</summary>
    CannotLink = 2,

    /// <summary>An event counts for nothing.</summary>
    Retraction = 3,
}

/// <summary>
/// An operator's decision as homes hold it: absent, made, undone, and never back; undoing an undo is a new decision. So
/// it may come late, twice, or undone first (rules H15, H26).
/// </summary>
/// <param name="Id">Its id. A retraction of many events has one id for all of them.</param>
/// <param name="Kind">What it decides.</param>
/// <param name="Identifiers">
/// For links the first is paired with each of the others; for a retraction those of the event, sorted. Distinct, at
/// least two for links, at most <see cref="MaxIdentifiers"/>.
/// </param>
/// <param name="Keys">Their keys, in the same order.</param>
/// <param name="Source">For a retraction the event's source; else empty.</param>
/// <param name="EventId">For a retraction the event's id; else empty.</param>
/// <param name="Made">Who made it.</param>
/// <param name="Undone">Who undid it; null while it is in force.</param>
public sealed record Decision(
    DecisionId Id,
    DecisionKind Kind,
    ImmutableArray<Identifier> Identifiers,
    ImmutableArray<IdentifierKey> Keys,
    string Source,
    string EventId,
    OperatorAct Made,
    OperatorAct? Undone = null)
{
    /// <summary>Most identifiers that one decision names.</summary>
    public const int MaxIdentifiers = 1024;

    /// <summary>The event of a retraction.</summary>
    public EventHash Event => Kind == DecisionKind.Retraction ? EventHash.Of(Source, EventId) : default;

    /// <summary>The pairs of a link decision.</summary>
    public IEnumerable<IdentityDecision> Pairs
    {
        get
        {
            var id = Id.ToString();
            for (var i = 1; i < Identifiers.Length; i++)
                yield return new IdentityDecision(
                    id, new IdentifierPair(Identifiers[0], Identifiers[i]), Made.At);
        }
    }
}

/// <summary>What a home calls a decision: a retraction of many events is one decision about each of them.</summary>
/// <param name="Id">The decision.</param>
/// <param name="Event">The event it retracts; default for links.</param>
public readonly record struct DecisionKey(DecisionId Id, EventHash Event) : IComparable<DecisionKey>
{
    /// <summary>The key of a decision.</summary>
    public static DecisionKey Of(Decision decision) => new(decision.Id, decision.Event);

    /// <inheritdoc/>
    public int CompareTo(DecisionKey other)
    {
        var byId = Id.CompareTo(other.Id);
        return byId != 0 ? byId : Event.CompareTo(other.Event);
    }

    /// <summary>Orders by decision, then event.</summary>
    public static bool operator <(DecisionKey left, DecisionKey right) => left.CompareTo(right) < 0;

    /// <summary>Orders by decision, then event.</summary>
    public static bool operator >(DecisionKey left, DecisionKey right) => left.CompareTo(right) > 0;

    /// <summary>Orders by decision, then event.</summary>
    public static bool operator <=(DecisionKey left, DecisionKey right) => left.CompareTo(right) <= 0;

    /// <summary>Orders by decision, then event.</summary>
    public static bool operator >=(DecisionKey left, DecisionKey right) => left.CompareTo(right) >= 0;
}
