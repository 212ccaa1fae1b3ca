using System.Buffers.Binary;
using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using MartechGrains.Core.Events;

namespace MartechGrains.Server.Access;

/// <summary>
/// The write keys of producers and the source each stands for. Immutable and safe to share between threads. Keys are
/// kept and compared as HMACs under a secret of this process, so neither memory dumps nor response times tell them.
/// </summary>
public sealed class WriteKeys
{
    /// <summary>Longest key, in characters.</summary>
    public const int MaxKeyLength = 256;

    /// <summary>Longest source name, in characters.</summary>
    public const int MaxSourceLength = EventLimits.MaxSourceLength;

    private readonly byte[] _secret = RandomNumberGenerator.GetBytes(HMACSHA256.HashSizeInBytes);
    private readonly FrozenDictionary<ulong, Entry[]> _entries;

    /// <summary>Creates the registry.</summary>
    /// <param name="keys">Write key to source name. Several keys may stand for one source.</param>
    /// <exception cref="ArgumentException">A key or a name is empty, too long, or a key has a colon.</exception>
    public WriteKeys(IReadOnlyDictionary<string, string> keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        _entries = keys
            .Select(pair => Check(pair.Key, pair.Value))
            .GroupBy(entry => Bucket(entry.Digest))
            .ToFrozenDictionary(group => group.Key, group => group.ToArray());
    }

    /// <summary>Whether a key can be sent: it is the user's name of Basic authentication.</summary>
    public static bool IsKey(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return key.Length is > 0 and <= MaxKeyLength && !key.Contains(':', StringComparison.Ordinal);
    }

    /// <summary>Finds the source of a key.</summary>
    public bool TryFindSource(string key, [NotNullWhen(true)] out string? source)
    {
        ArgumentNullException.ThrowIfNull(key);
        source = null;
        if (key.Length is 0 or > MaxKeyLength)
            return false;
        var digest = Digest(key);
        foreach (var entry in _entries.GetValueOrDefault(Bucket(digest)) ?? [])
        {
            if (CryptographicOperations.FixedTimeEquals(entry.Digest, digest))
                source = entry.Source;
        }

        return source is not null;
    }

    private Entry Check(string key, string source)
    {
        if (!IsKey(key))
            throw new ArgumentException($"A write key has 1 to {MaxKeyLength} characters and no colon.", nameof(key));
        if (source.Length is 0 or > MaxSourceLength)
            throw new ArgumentException($"A source's name has 1 to {MaxSourceLength} characters.", nameof(source));
        return new Entry(Digest(key), source);
    }

    private byte[] Digest(string key) => HMACSHA256.HashData(_secret, Encoding.UTF8.GetBytes(key));

    private static ulong Bucket(ReadOnlySpan<byte> digest) => BinaryPrimitives.ReadUInt64BigEndian(digest);

    private sealed record Entry(byte[] Digest, string Source);
}
