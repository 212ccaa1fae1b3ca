using System.Buffers.Binary;
using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace MartechGrains.Server.Access;

/// <summary>
/// Secret keys and what each stands for. Immutable and safe to share between threads. Keys are kept and compared as
/// HMACs under a secret of this process, so neither memory dumps nor response times tell them.
/// </summary>
internal sealed class KeyTable
{
    /// <summary>Longest key, in characters.</summary>
    public const int MaxKeyLength = 256;

    private readonly byte[] _secret = RandomNumberGenerator.GetBytes(HMACSHA256.HashSizeInBytes);
    private readonly FrozenDictionary<ulong, Entry[]> _entries;

    /// <summary>Creates the table.</summary>
    /// <param name="meanings">What each key stands for.</param>
    public KeyTable(IEnumerable<KeyValuePair<string, string>> meanings) => _entries = meanings
        .Select(pair => new Entry(Digest(pair.Key), pair.Value))
        .GroupBy(static entry => Bucket(entry.Digest))
        .ToFrozenDictionary(static group => group.Key, static group => group.ToArray());

    /// <summary>Finds what a key stands for.</summary>
    public bool TryFind(string key, [NotNullWhen(true)] out string? meaning)
    {
        meaning = null;
        if (key.Length is 0 or > MaxKeyLength)
            return false;
        var digest = Digest(key);
        foreach (var entry in _entries.GetValueOrDefault(Bucket(digest)) ?? [])
        {
            if (CryptographicOperations.FixedTimeEquals(entry.Digest, digest))
                meaning = entry.Meaning;
        }

        return meaning is not null;
    }

    private byte[] Digest(string key) => HMACSHA256.HashData(_secret, Encoding.UTF8.GetBytes(key));

    private static ulong Bucket(ReadOnlySpan<byte> digest) => BinaryPrimitives.ReadUInt64BigEndian(digest);

    private sealed record Entry(byte[] Digest, string Meaning);
}
