using System.Security.Cryptography;
using System.Text;
using MartechGrains.Core.Identity;

namespace MartechGrains.Journal.Sealing;

/// <summary>
/// The key that wraps the data keys of fact groups, with AES-256-GCM. A wrapped key is bound to its home:
/// version (1 byte), nonce (12), encrypted key (32), tag (16). Safe to share between threads.
/// </summary>
public sealed class DeploymentKey : IDisposable
{
    /// <summary>Length in bytes of this key and of data keys.</summary>
    public const int KeySize = 32;

    /// <summary>Length in bytes of a wrapped data key.</summary>
    public const int WrappedSize = 1 + NonceSize + KeySize + TagSize;

    internal const int NonceSize = 12;
    internal const int TagSize = 16;

    private readonly byte[] _key;
    private readonly AesGcm _cipher;

    /// <summary>Creates it.</summary>
    /// <param name="key">32 random bytes; copied.</param>
    /// <param name="version">Tells which key wrapped a data key.</param>
    /// <exception cref="ArgumentException">The key has not 32 bytes.</exception>
    public DeploymentKey(ReadOnlySpan<byte> key, byte version = 1)
    {
        if (key.Length != KeySize)
            throw new ArgumentException($"The deployment key needs {KeySize} bytes, not {key.Length}.", nameof(key));
        _key = key.ToArray();
        _cipher = new AesGcm(_key, TagSize);
        Version = version;
    }

    /// <summary>The version written before each wrapped key.</summary>
    public byte Version { get; }

    /// <summary>A new random data key for one fact group.</summary>
    public static byte[] NewDataKey(RandomFill random)
    {
        ArgumentNullException.ThrowIfNull(random);
        var key = new byte[KeySize];
        random(key);
        return key;
    }

    /// <summary>Wraps a data key for a home's journal.</summary>
    /// <exception cref="ArgumentException">The data key has not 32 bytes.</exception>
    public byte[] Wrap(HomeId home, ReadOnlySpan<byte> dataKey, RandomFill random)
    {
        ArgumentNullException.ThrowIfNull(random);
        if (dataKey.Length != KeySize)
            throw new ArgumentException($"A data key has {KeySize} bytes, not {dataKey.Length}.", nameof(dataKey));
        var wrapped = new byte[WrappedSize];
        wrapped[0] = Version;
        var nonce = wrapped.AsSpan(1, NonceSize);
        random(nonce);
        Span<byte> bound = stackalloc byte[IdentifierKey.Size + 1];
        Bind(home, Version, bound);
        lock (_cipher)
        {
            _cipher.Encrypt(
                nonce, dataKey, wrapped.AsSpan(1 + NonceSize, KeySize), wrapped.AsSpan(^TagSize), bound);
        }
        return wrapped;
    }

    /// <summary>The data key inside what <see cref="Wrap"/> returned for the same home.</summary>
    /// <exception cref="SealBrokenException">Another key or home, or changed bytes.</exception>
    public byte[] Unwrap(HomeId home, ReadOnlySpan<byte> wrapped)
    {
        if (wrapped.Length != WrappedSize)
            throw new SealBrokenException($"A wrapped key has {WrappedSize} bytes, not {wrapped.Length}.");
        if (wrapped[0] != Version)
        {
            throw new SealBrokenException(
                $"A key was wrapped by version {wrapped[0]} of the deployment key; version {Version} is loaded.");
        }
        Span<byte> bound = stackalloc byte[IdentifierKey.Size + 1];
        Bind(home, Version, bound);
        var dataKey = new byte[KeySize];
        try
        {
            lock (_cipher)
            {
                _cipher.Decrypt(
                    wrapped.Slice(1, NonceSize),
                    wrapped.Slice(1 + NonceSize, KeySize),
                    wrapped[^TagSize..],
                    dataKey,
                    bound);
            }
        }
        catch (AuthenticationTagMismatchException error)
        {
            throw new SealBrokenException(
                $"A data key of home {home} cannot be unwrapped: another deployment key, another home, or "
                + "changed bytes.",
                error);
        }
        return dataKey;
    }

    /// <summary>A key of its own for something else than wrapping, which tells nothing of this one.</summary>
    /// <param name="purpose">What it is for; the same purpose has the same key for ever.</param>
    public byte[] Derive(string purpose)
    {
        ArgumentException.ThrowIfNullOrEmpty(purpose);
        return HKDF.DeriveKey(HashAlgorithmName.SHA256, _key, KeySize, info: Encoding.UTF8.GetBytes(purpose));
    }

    /// <summary>Forgets the key.</summary>
    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_key);
        _cipher.Dispose();
    }

    private static void Bind(HomeId home, byte version, Span<byte> bound)
    {
        home.Founder.Write(bound);
        bound[IdentifierKey.Size] = version;
    }
}
