namespace MartechGrains.Core.Identity.Resolution;

/// <summary>A pair that holds: why two identifiers are one person.</summary>
/// <param name="Pair">The two identifiers.</param>
/// <param name="Order">Its place in the order in which pairs were judged, from 0; shared with the refused ones.</param>
/// <param name="Unites">Whether it brought two groups together; else both ends already were one person.</param>
/// <param name="Times">Oldest and newest event that linked them; null where only a must-link does.</param>
/// <param name="MustLink">Id of the must-link decision, if any.</param>
public readonly record struct AcceptedPair(
    IdentifierPair Pair, int Order, bool Unites, LinkTimes? Times, string? MustLink);
