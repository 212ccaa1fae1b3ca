using MartechGrains.Core.Facts;

namespace MartechGrains.Core.Features;

/// <summary>One row, day or lifetime sum that a value was computed from, with its exact term.</summary>
/// <param name="Role">What it does: <c>count</c>, <c>units</c>, <c>amount</c>, <c>event</c>, <c>pressure</c>, …</param>
/// <param name="Resolution">Exact for a row, day for a tile, lifetime for what is older.</param>
/// <param name="Group">Index of the group in the list evaluated; -1 where several were added up first.</param>
/// <param name="Key">Class, channel and currency; null where several were added up first.</param>
/// <param name="Count">Events in it.</param>
/// <param name="First">Its first event; where several groups were added up the hash is zero.</param>
/// <param name="Last">Its last event, or the only one; fatigue's days stand at noon.</param>
/// <param name="Seq">For a row: its journal sequence number at the home that first journaled it.</param>
/// <param name="Term">What it adds. Sums of terms, in the order given, are the value to the last bit.</param>
public sealed record Contribution(
    string Role, WindowResolution Resolution, int Group, FactCellKey? Key, long Count, EventPoint First,
    EventPoint Last, int? Seq, FeatureScalar Term);

/// <summary>A value and everything it was computed from.</summary>
/// <param name="Value">The same value as an evaluation gives.</param>
/// <param name="Contributions">
/// For sums and counts every term; for fatigue signed terms in the order they are summed, the score being
/// 100 × (1 − exp(−max(0, sum) / 4)); for points in time the deciding events.
/// </param>
public sealed record FeatureExplanation(FeatureValue Value, IReadOnlyList<Contribution> Contributions);
