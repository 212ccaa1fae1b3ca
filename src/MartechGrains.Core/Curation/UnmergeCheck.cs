using System.Collections.Immutable;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Identity.Explanations;
using MartechGrains.Core.Identity.Resolution;

namespace MartechGrains.Core.Curation;

/// <summary>What would come of an unmerge.</summary>
public enum UnmergeOutcome
{
    /// <summary>The cannot-links part them.</summary>
    Parts = 1,

    /// <summary>They are not in one profile, or the identifier is alone.</summary>
    AlreadyApart = 2,

    /// <summary>Must-links hold them together: undo the latest instead.</summary>
    HeldByMustLinks = 3,

    /// <summary>The profile has more than <see cref="DecisionChecks.MaxCannotLinks"/> other identifiers.</summary>
    TooLarge = 4,

    /// <summary>Both are the same identifier.</summary>
    SameIdentifier = 5,
}

/// <summary>What would come of an unmerge.</summary>
/// <param name="Outcome">What.</param>
/// <param name="CannotLinks">The cannot-links to make, under one decision id.</param>
/// <param name="MustLinks">The must-links in the way, oldest first; the latest <see cref="Explanation.MaxItems"/>
/// of them.</param>
/// <param name="Latest">The one to undo: the last that was made, by time and then id.</param>
public sealed record UnmergeCheck(
    UnmergeOutcome Outcome,
    ImmutableArray<IdentifierPair> CannotLinks,
    ImmutableArray<IdentityDecision> MustLinks,
    IdentityDecision? Latest)
{
    internal static UnmergeCheck Without(UnmergeOutcome outcome) => new(outcome, [], [], null);
}
