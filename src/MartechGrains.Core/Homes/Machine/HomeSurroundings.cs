using MartechGrains.Core.Identity.Policy;
using MartechGrains.Core.Time;

namespace MartechGrains.Core.Homes.Machine;

/// <summary>What a home's machine has to know of the world at one moment.</summary>
/// <param name="Now">The present.</param>
/// <param name="Policies">The versions of the identity policy that are known where the home is.</param>
/// <param name="HoldsLease">
/// Whether the silo holds its lease; without it nothing is answered (rule H11). One process alone always holds it.
/// </param>
public readonly record struct HomeSurroundings(IngestTime Now, IdentityPolicies Policies, bool HoldsLease);
