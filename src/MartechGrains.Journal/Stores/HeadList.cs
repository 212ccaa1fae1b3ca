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
        var bytes = new byte[EntrySize * appends.Count];
        var length = 0;
        for (var i = 0; i < appends.Count; i++)
        {
            var last = appends[i].Rows[^1];
            if (i + 1 < appends.Count && appends[i + 1].Rows[0].Home == last.Home) continue;
            last.Home.Founder.Write(bytes.AsSpan(length));
            BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(length + IdentifierKey.Size), last.Seq);
            length += EntrySize;
        }
        return bytes[..length];
    }

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
