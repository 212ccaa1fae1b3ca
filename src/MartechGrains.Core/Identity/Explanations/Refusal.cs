using MartechGrains.Core.Identity.Resolution;

namespace MartechGrains.Core.Identity.Explanations;

/// <summary>A pair that does not hold, with what shows it.</summary>
/// <param name="Pair">The pair, with the limit or cannot-link in its way.</param>
/// <param name="Witness">The ways from its ends to what conflicts.</param>
public sealed record Refusal(RefusedPair Pair, Witness Witness);
