using MartechGrains.Core.Identity.Policy;

namespace MartechGrains.Core.Identity.Resolution;

/// <summary>
/// A component of more identifiers than <see cref="IdentityPolicy.MaxIdentifiers"/>: for an operator to look for the
/// shared value that made it.
/// </summary>
/// <param name="First">Its smallest identifier, by which its profiles are found.</param>
/// <param name="Identifiers">How many identifiers links and must-links connect, before limits.</param>
public readonly record struct OversizeComponent(Identifier First, int Identifiers);
