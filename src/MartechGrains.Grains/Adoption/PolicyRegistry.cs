using MartechGrains.Core.Identity.Policy;
using MartechGrains.Definitions;
using MartechGrains.Grains.Registry;

namespace MartechGrains.Grains.Adoption;

/// <summary>Where a silo's <see cref="PolicyCache"/> reads the versions from.</summary>
public static class PolicyRegistry
{
    /// <summary>Reads all versions.</summary>
    /// <exception cref="PolicyNotReadException">There is none yet.</exception>
    public static async Task<IdentityPolicies> ReadAsync(IGrainFactory grains)
    {
        var versions = await grains.GetGrain<IIdentityPolicyGrain>(IIdentityPolicyGrain.Key).Versions();
        return versions.IsEmpty
            ? throw new PolicyNotReadException()
            : new IdentityPolicies(versions.Select(static version => version.Read()));
    }

    /// <summary>One version with who answers for its rules.</summary>
    /// <exception cref="UnknownPolicyVersionException">There is no such version.</exception>
    public static async Task<IdentityPolicyDefinition> ReadDefinitionAsync(IGrainFactory grains, int version)
    {
        var versions = await grains.GetGrain<IIdentityPolicyGrain>(IIdentityPolicyGrain.Key).Versions();
        return (versions.FirstOrDefault(one => one.Version == version)
            ?? throw new UnknownPolicyVersionException(version)).ReadDefinition();
    }
}
