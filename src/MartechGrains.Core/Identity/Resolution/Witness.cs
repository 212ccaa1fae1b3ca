using System.Collections.Immutable;

namespace MartechGrains.Core.Identity.Resolution;

/// <summary>
/// Shows a refusal: from each end of the pair, over links accepted before it, to an identifier that conflicts with the
/// one the other path ends at. A path of one identifier means that the end itself conflicts.
/// </summary>
/// <param name="FromFirst">From the pair's first identifier to the conflicting one on its side.</param>
/// <param name="FromSecond">From the pair's second identifier to the conflicting one on its side.</param>
public sealed record Witness(ImmutableArray<Identifier> FromFirst, ImmutableArray<Identifier> FromSecond);
