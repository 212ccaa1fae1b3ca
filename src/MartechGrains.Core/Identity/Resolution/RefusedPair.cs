using System.Globalization;
using MartechGrains.Core.Identity.Policy;

namespace MartechGrains.Core.Identity.Resolution;

/// <summary>
/// A pair that does not hold: why two identifiers are not one person. Names either a limit or a cannot-link.
/// </summary>
/// <param name="Pair">The two identifiers.</param>
/// <param name="Order">Its place in the order in which pairs were judged, from 0; shared with the accepted ones where
/// those are told (<see cref="ResolvedPartition"/>), else its place among the refused.</param>
/// <param name="Times">Oldest and newest event that linked them; null where only a must-link does.</param>
/// <param name="MustLink">Id of the must-link decision that could not be followed, if any.</param>
/// <param name="LimitNamespace">Namespace of which one profile would have had too many values.</param>
/// <param name="Limit">How many values of it a profile may have.</param>
/// <param name="LimitWindow">Within how many milliseconds of event time; null for all time.</param>
/// <param name="CannotLink">Id of the cannot-link decision in the way.</param>
/// <param name="Conflict">The two identifiers, one on each side, that may not meet: those of the cannot-link, or two
/// values within the window that are too many together. Null where any two values of the limited namespace do.</param>
/// <param name="Contested">The end of lower rank (priority, then SHA-256): the one that may change hands.</param>
public sealed record RefusedPair(
    IdentifierPair Pair,
    int Order,
    LinkTimes? Times,
    string? MustLink,
    string? LimitNamespace,
    int? Limit,
    long? LimitWindow,
    string? CannotLink,
    IdentifierPair? Conflict,
    Identifier Contested)
{
    /// <summary>
    /// What is in the way, in words: <c>a profile has at most 1 user_id</c>, or the cannot-link by its id.
    /// </summary>
    public string Obstacle => CannotLink is { } decision
        ? $"cannot-link {decision}"
        : string.Create(CultureInfo.InvariantCulture, $"a profile has at most {Limit} {LimitNamespace}")
            + (LimitWindow is { } window ? $" within {WindowText.Of(window)}" : "");
}
