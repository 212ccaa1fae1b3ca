using MartechGrains.Core.Identity.Explanations;

namespace MartechGrains.Core.Curation;

/// <summary>Why a decision is not made.</summary>
public enum DecisionRefusalReason
{
    /// <summary>No event has ever carried one of the identifiers.</summary>
    UnknownIdentifier = 1,

    /// <summary>A limit, a cannot-link or a blocked end forbids the must-link.</summary>
    MustLinkRefused = 2,

    /// <summary>There is nothing to part.</summary>
    AlreadyApart = 3,

    /// <summary>A must-link holds together what is to be parted.</summary>
    HeldByMustLink = 4,

    /// <summary>The value links.</summary>
    AlreadyLinkable = 5,

    /// <summary>The homes of the identifiers hold no such event.</summary>
    EventNotFound = 6,

    /// <summary>Both ends are the same identifier.</summary>
    SameIdentifier = 7,

    /// <summary>More than may be decided at once, or about one value.</summary>
    TooMany = 8,
}

/// <summary>Why a decision is not made, without personal data in words.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Problem">What is in the way, and what to do.</param>
/// <param name="Witness">For a must-link: what shows the limit or cannot-link in its way.</param>
public sealed record DecisionRefusal(DecisionRefusalReason Reason, string Problem, Refusal? Witness = null);
