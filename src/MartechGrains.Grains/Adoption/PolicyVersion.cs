using System.Security.Cryptography;
using System.Text;
using MartechGrains.Core.Identity.Policy;
using MartechGrains.Core.Time;
using MartechGrains.Definitions;

namespace MartechGrains.Grains.Adoption;

/// <summary>One version of the identity policy, as the registry keeps it for ever: journals name it.</summary>
/// <param name="Version">Its version, at least 1. That of a way back is not the one in its text.</param>
/// <param name="Yaml">Its text.</param>
/// <param name="Since">When it was given out.</param>
/// <param name="By">Who gave it out.</param>
/// <param name="Reason">Why.</param>
/// <param name="WayBackTo">The older version whose text it takes up again; 0 for none.</param>
/// <param name="RequestId">The request that gave it out; empty for none. A repeat is told by it.</param>
[GenerateSerializer]
[Immutable]
[Alias("martechgrains.policy.version")]
public sealed record PolicyVersion(
    [property: Id(0)] int Version,
    [property: Id(1)] string Yaml,
    [property: Id(2)] IngestTime Since,
    [property: Id(3)] string By,
    [property: Id(4)] string Reason,
    [property: Id(5)] int WayBackTo = 0,
    [property: Id(6)] string RequestId = "")
{
    /// <summary>Longest text, in characters.</summary>
    public const int MaxYamlLength = 64 * 1024;

    /// <summary>SHA-256 of the text, as lower-case hexadecimal digits.</summary>
    public string Digest => DigestOf(Yaml);

    /// <summary>SHA-256 of a policy's text, as lower-case hexadecimal digits.</summary>
    public static string DigestOf(string yaml) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(yaml)));

    /// <summary>The policy.</summary>
    /// <exception cref="InvalidOperationException">This program cannot read it: a newer one wrote it.</exception>
    public IdentityPolicy Read() => ReadDefinition().Policy.AsVersion(Version);

    /// <summary>The policy's text, with who answers for each of its rules.</summary>
    /// <exception cref="InvalidOperationException">This program cannot read it: a newer one wrote it.</exception>
    public IdentityPolicyDefinition ReadDefinition()
    {
        var loaded = IdentityPolicyLoader.Load(Yaml, $"identity policy {Version}");
        return loaded.Definition
            ?? throw new InvalidOperationException(
                $"Version {Version} of the identity policy cannot be read by this program: {loaded.Errors[0]}");
    }
}
