using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace MartechGrains.Core.Identity;

/// <summary>
/// Derives identifier keys under one deployment's secret. Immutable and safe to share between threads.
/// </summary>
public sealed class IdentifierKeyDerivation
{
    /// <summary>Shortest secret accepted, in bytes.</summary>
    public const int MinSecretSize = 16;

    private const int MaxStackText = 512;

    // One per thread, of the derivation that last worked there, which sets the secret up once: each use of the
    // library's static method does so anew, and takes several times as long.
    [ThreadStatic]
    private static IncrementalHash? _keyed;

    [ThreadStatic]
    private static IdentifierKeyDerivation? _keyedFor;

    private readonly byte[] _secret;

    /// <summary>Creates the derivation of one key version.</summary>
    /// <param name="secret">The deployment's secret, at least <see cref="MinSecretSize"/> bytes; copied.</param>
    /// <param name="keyVersion">
    /// Version of the secret; part of what is hashed, so two versions never share keys.
    /// </param>
    /// <exception cref="ArgumentException">The secret is too short.</exception>
    public IdentifierKeyDerivation(ReadOnlySpan<byte> secret, int keyVersion = 1)
    {
        if (secret.Length < MinSecretSize)
            throw new ArgumentException($"The identifier secret needs at least {MinSecretSize} bytes.", nameof(secret));
        _secret = secret.ToArray();
        KeyVersion = keyVersion;
    }

    /// <summary>The version of the secret.</summary>
    public int KeyVersion { get; }

    /// <summary>
    /// The key of an identifier. Namespace and value are length-prefixed, so no two identifiers collide by
    /// concatenation.
    /// </summary>
    public IdentifierKey Derive(Identifier identifier)
    {
        var length = 8 + Encoding.UTF8.GetByteCount(identifier.Namespace)
            + Encoding.UTF8.GetByteCount(identifier.Value);
        Span<byte> text = length <= MaxStackText ? stackalloc byte[length] : new byte[length];
        BinaryPrimitives.WriteInt32BigEndian(text, KeyVersion);
        var namespaceLength = Encoding.UTF8.GetBytes(identifier.Namespace, text[8..]);
        BinaryPrimitives.WriteInt32BigEndian(text[4..], namespaceLength);
        Encoding.UTF8.GetBytes(identifier.Value, text[(8 + namespaceLength)..]);
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        var keyed = Keyed();
        keyed.AppendData(text);
        keyed.GetHashAndReset(hash);
        return IdentifierKey.Read(hash);
    }

    private IncrementalHash Keyed()
    {
        if (_keyed is { } known && ReferenceEquals(_keyedFor, this))
            return known;
        _keyed?.Dispose();
        _keyedFor = this;
        return _keyed = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _secret);
    }
}
