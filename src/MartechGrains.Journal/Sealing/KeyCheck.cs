using System.Security.Cryptography;
using MartechGrains.Core.Identity;

namespace MartechGrains.Journal.Sealing;

/// <summary>
/// What a store keeps of the secrets it was written with, so that others are told from them before they are used: a
/// digest of the identifier secret, wrapped by the wrapping key. It tells nobody without that key anything.
/// </summary>
public static class KeyCheck
{
    // Data keys are bound to homes, whose founders are never zero.
    private static HomeId Nobody => default;

    /// <summary>A new check of these secrets; no two are alike.</summary>
    public static byte[] Make(DeploymentSecrets secrets, RandomFill random)
    {
        ArgumentNullException.ThrowIfNull(secrets);
        return secrets.WrappingKey.Wrap(Nobody, SHA256.HashData(secrets.IdentifierSecret.Span), random);
    }

    /// <summary>Whether the check was made of these very secrets.</summary>
    public static bool Fits(DeploymentSecrets secrets, ReadOnlySpan<byte> check)
    {
        ArgumentNullException.ThrowIfNull(secrets);
        try
        {
            return CryptographicOperations.FixedTimeEquals(
                secrets.WrappingKey.Unwrap(Nobody, check), SHA256.HashData(secrets.IdentifierSecret.Span));
        }
        catch (SealBrokenException)
        {
            return false;
        }
    }
}
