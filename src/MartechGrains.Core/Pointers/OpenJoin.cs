using MartechGrains.Core.Identity;
using MartechGrains.Core.Identity.Policy;

namespace MartechGrains.Core.Pointers;

/// <summary>
/// All that a home still has to confirm about one identifier, sent in one message to its pointer. The pointer's grain
/// knows the key alone: what the policy says of the value, the home tells it.
/// </summary>
/// <param name="Identifier">The identifier.</param>
/// <param name="Member">The home must meet the pointer's home.</param>
/// <param name="Carrier">The home must be known as a carrier.</param>
/// <param name="Report">The home's neighbours there, if the pointer has not yet confirmed them.</param>
/// <param name="Rule">What the home's policy says of the value.</param>
public sealed record OpenJoin(
    IdentifierKey Identifier, bool Member, bool Carrier, NeighbourReport? Report, ValueRule Rule);

/// <summary>What one version of the policy says of one value.</summary>
/// <param name="PolicyVersion">The version.</param>
/// <param name="GenericAfter">
/// From how many distinct neighbours of one unique namespace on the value is generic; null for never.
/// </param>
/// <param name="Blocked">Whether the policy blocks the value.</param>
public readonly record struct ValueRule(int PolicyVersion, int? GenericAfter, bool Blocked)
{
    /// <summary>What <paramref name="policy"/> says of <paramref name="identifier"/>.</summary>
    public static ValueRule Of(IdentityPolicy policy, Identifier identifier) =>
        new(policy.Version, policy.GenericAfter(identifier.Namespace), policy.IsBlocked(identifier));
}
