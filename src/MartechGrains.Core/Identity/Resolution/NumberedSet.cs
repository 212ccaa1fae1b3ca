namespace MartechGrains.Core.Identity.Resolution;

/// <summary>An <see cref="EvidenceSet"/> in the numbers of a <see cref="LinkTable"/>.</summary>
/// <param name="Numbers">Distinct, ascending, and so by namespace; blocked identifiers have none.</param>
/// <param name="Times">Oldest and newest event.</param>
internal readonly record struct NumberedSet(int[] Numbers, LinkTimes Times);
