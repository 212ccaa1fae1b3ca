using System.Buffers.Binary;
using System.Collections.Immutable;
using MartechGrains.Core.Identity;
using MartechGrains.Journal.Contracts;

namespace MartechGrains.Journal.Stores;

/// <summary>The heads of a batch's homes as stored bytes: 16 of the home and 4 of its head, big-endian, each.</summary>
internal static class HeadList
{
    private const int EntrySize = IdentifierKey.Size + sizeof(int);

    /// <summary>Writes the heads after appends that are sorted by home and seq.</summary>
    public static byte[] Encode(IReadOnlyList<AppendWrite> appends)
    {
        var homes = 0;
        for (var i = 0; i < appends.Count; i++)
            if (IsLastOfHome(appends, i)) homes++;
        var bytes = new byte[EntrySize * homes];
        var rest = bytes.AsSpan();
        for (var i = 0; i < appends.Count; i++)
        {
            if (!IsLastOfHome(appends, i)) continue;
            var last = appends[i].Rows[^1];
            last.Home.Founder.Write(rest);
            BinaryPrimitives.WriteInt32BigEndian(rest[IdentifierKey.Size..], last.Seq);
            rest = rest[EntrySize..];
        }
        return bytes;
    }

    private static bool IsLastOfHome(IReadOnlyList<AppendWrite> appends, int i) =>
        i + 1 == appends.Count || appends[i + 1].Rows[0].Home != appends[i].Rows[^1].Home;

    /// <summary>Reads what <see cref="Encode"/> wrote; bytes at the end that are no whole head are left out.</summary>
    public static ImmutableArray<HomeHead> Decode(ReadOnlySpan<byte> bytes)
    {
        var heads = ImmutableArray.CreateBuilder<HomeHead>(bytes.Length / EntrySize);
        for (; bytes.Length >= EntrySize; bytes = bytes[EntrySize..])
            heads.Add(new HomeHead(
                new HomeId(IdentifierKey.Read(bytes[..IdentifierKey.Size])),
                BinaryPrimitives.ReadInt32BigEndian(bytes[IdentifierKey.Size..])));
        return heads.DrainToImmutable();
    }
}
