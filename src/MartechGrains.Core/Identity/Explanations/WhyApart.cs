using System.Collections.Immutable;

namespace MartechGrains.Core.Identity.Explanations;

/// <summary>What keeps two identifiers apart.</summary>
public enum ApartCause
{
    /// <summary>One of them, or both, may not link, or no event carried it.</summary>
    InertIdentifier = 1,

    /// <summary>Links connect them, but a limit or a cannot-link refused some.</summary>
    Refused = 2,

    /// <summary>Nothing connects them, not even over others.</summary>
    NoEvidence = 3,

    /// <summary>Only values that link nothing were seen with both, or with others of their profiles.</summary>
    InertBetween = 4,
}

/// <summary>Why an identifier links nothing.</summary>
public enum EndCause
{
    /// <summary>No event that counts carried it.</summary>
    Unseen = 1,

    /// <summary>The policy says that it names nobody.</summary>
    Blocked = 2,

    /// <summary>It was seen with too many people.</summary>
    Generic = 3,

    /// <summary>Its join is still open; it links later by itself.</summary>
    Unconfirmed = 4,
}

/// <summary>An identifier that links nothing, and why.</summary>
/// <param name="Identifier">The identifier.</param>
/// <param name="Cause">Why.</param>
public readonly record struct ApartEnd(Identifier Identifier, EndCause Cause);

/// <summary>Why two identifiers are not one person.</summary>
/// <param name="Cause">What keeps them apart; an inert end comes before refused pairs.</param>
/// <param name="Ends">Those of the two that link nothing.</param>
/// <param name="Refusals">
/// The refused pairs between their profiles, in the order they were judged in; where there are none, those of a chain
/// of profiles from the first to the second, one for each step.
/// </param>
/// <param name="Truncated">Whether there are more refusals, or longer witnesses.</param>
public sealed record WhyApart(
    ApartCause Cause, ImmutableArray<ApartEnd> Ends, ImmutableArray<Refusal> Refusals, bool Truncated)
{
    /// <summary>
    /// The values that link nothing and were seen with both profiles, sorted; only of
    /// <see cref="ApartCause.InertBetween"/>.
    /// </summary>
    public ImmutableArray<ApartEnd> Between { get; init; } = [];
}
