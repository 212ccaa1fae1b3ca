using System.Collections.Immutable;
using MartechGrains.Core.Identity.Explanations;

namespace MartechGrains.Core.Curation;

/// <summary>What would come of a must-link.</summary>
public enum MustLinkOutcome
{
    /// <summary>It joins the two.</summary>
    Joins = 1,

    /// <summary>The two are one person without it; it keeps them so whatever else changes.</summary>
    AlreadyTogether = 2,

    /// <summary>A limit or a cannot-link forbids it.</summary>
    Refused = 3,

    /// <summary>An end is blocked, or of a namespace that the policy does not know.</summary>
    Blocked = 4,

    /// <summary>The join of an end is not confirmed yet: ask again.</summary>
    Unconfirmed = 5,

    /// <summary>Both ends are the same identifier.</summary>
    SameIdentifier = 6,
}

/// <summary>What would come of a must-link.</summary>
/// <param name="Outcome">What.</param>
/// <param name="Refusal">What forbids it, where it is refused; without a decision id, as none is made yet.</param>
/// <param name="Displaced">Where it holds: the pairs that would be refused because of it, and are not now.</param>
/// <param name="Truncated">Whether there are more of them, or longer witnesses.</param>
public sealed record MustLinkCheck(
    MustLinkOutcome Outcome, Refusal? Refusal, ImmutableArray<Refusal> Displaced, bool Truncated);
