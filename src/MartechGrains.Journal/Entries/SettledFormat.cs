using System.Buffers.Binary;
using System.Collections.Immutable;
using Google.Protobuf;
using MartechGrains.Core.Events;
using MartechGrains.Core.Homes.State;
using MartechGrains.Journal.Contracts;

namespace MartechGrains.Journal.Entries;

/// <summary>
/// Translates what a union settled into bytes and back: 32 for each event, so that an entry holds some 130,000.
/// </summary>
internal static class SettledFormat
{
    private const int HashSize = 16;
    private const int Size = HashSize + (2 * sizeof(ulong));

    public static ByteString Encode(ReadOnlySpan<SettledEvent> settled)
    {
        if (settled.IsEmpty) return ByteString.Empty;
        var bytes = new byte[Size * settled.Length];
        for (var i = 0; i < settled.Length; i++)
        {
            var place = bytes.AsSpan(i * Size, Size);
            BinaryPrimitives.WriteUInt128BigEndian(place, settled[i].Event.Bits);
            BinaryPrimitives.WriteUInt64BigEndian(place[HashSize..], settled[i].Standing);
            BinaryPrimitives.WriteUInt64BigEndian(place[(HashSize + sizeof(ulong))..], settled[i].Displaced);
        }
        return UnsafeByteOperations.UnsafeWrap(bytes);
    }

    public static ImmutableArray<SettledEvent> Decode(ReadOnlySpan<byte> bytes, in JournalRow row)
    {
        if (bytes.IsEmpty) return [];
        if (bytes.Length % Size != 0)
            throw new EntryFormatException($"Row {row.Seq} of home {row.Home} settles no whole number of events.");
        var settled = ImmutableArray.CreateBuilder<SettledEvent>(bytes.Length / Size);
        for (; !bytes.IsEmpty; bytes = bytes[Size..])
            settled.Add(new SettledEvent(
                new EventHash(BinaryPrimitives.ReadUInt128BigEndian(bytes)),
                BinaryPrimitives.ReadUInt64BigEndian(bytes[HashSize..]),
                BinaryPrimitives.ReadUInt64BigEndian(bytes[(HashSize + sizeof(ulong))..])));
        return settled.MoveToImmutable();
    }
}
