using System.Collections.Immutable;
using Google.Protobuf;
using MartechGrains.Core.Identity;

namespace MartechGrains.Journal.Entries;

/// <summary>Keys and home ids as stored bytes: 16 each, big-endian.</summary>
internal static class KeyBytes
{
    public static ByteString Of(IdentifierKey key)
    {
        Span<byte> bytes = stackalloc byte[IdentifierKey.Size];
        key.Write(bytes);
        return ByteString.CopyFrom(bytes);
    }

    public static ByteString Of(HomeId home) => Of(home.Founder);

    public static ByteString Of(IReadOnlyCollection<IdentifierKey> keys)
    {
        if (keys.Count == 0) return ByteString.Empty;
        var bytes = new byte[IdentifierKey.Size * keys.Count];
        var at = 0;
        foreach (var key in keys)
        {
            key.Write(bytes.AsSpan(at));
            at += IdentifierKey.Size;
        }
        return UnsafeByteOperations.UnsafeWrap(bytes);
    }

    public static IdentifierKey Key(ByteString bytes) => bytes.Length == IdentifierKey.Size
        ? IdentifierKey.Read(bytes.Span)
        : throw new EntryFormatException($"A key has {IdentifierKey.Size} bytes, not {bytes.Length}.");

    public static HomeId Home(ByteString bytes) => new(Key(bytes));

    public static ImmutableArray<IdentifierKey> Keys(ByteString bytes)
    {
        if (bytes.Length % IdentifierKey.Size != 0)
            throw new EntryFormatException($"{bytes.Length} bytes are no whole number of keys.");
        var keys = ImmutableArray.CreateBuilder<IdentifierKey>(bytes.Length / IdentifierKey.Size);
        for (var at = 0; at < bytes.Length; at += IdentifierKey.Size) keys.Add(IdentifierKey.Read(bytes.Span[at..]));
        return keys.MoveToImmutable();
    }
}
