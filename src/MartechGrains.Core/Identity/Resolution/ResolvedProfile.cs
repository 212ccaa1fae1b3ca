using System.Collections.Immutable;

namespace MartechGrains.Core.Identity.Resolution;

/// <summary>The identifiers of one person, as the rules see it.</summary>
/// <param name="Identifiers">Sorted, distinct, never empty.</param>
/// <param name="Anchor">The one with the earliest event time, then by priority, then by SHA-256 of namespace and value;
/// its identifier key is the profile id. A generic value, which only a must-link can bring in, comes last.</param>
public sealed record ResolvedProfile(ImmutableArray<Identifier> Identifiers, Identifier Anchor);
