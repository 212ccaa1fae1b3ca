using System.Buffers;
using System.Buffers.Binary;
using MartechGrains.Core.Events;
using MartechGrains.Core.Identity;

namespace MartechGrains.Core.Facts;

/// <summary>Writes the shortest form of each number, so that equal facts give equal bytes.</summary>
internal readonly struct FactWriter(IBufferWriter<byte> output)
{
    private const int MaxVarintBytes = 19;

    public void Byte(byte value)
    {
        output.GetSpan(1)[0] = value;
        output.Advance(1);
    }

    public void Bytes(ReadOnlySpan<byte> bytes) => output.Write(bytes);

    /// <summary>LEB128.</summary>
    public void Unsigned(UInt128 value)
    {
        var span = output.GetSpan(MaxVarintBytes);
        var length = 0;
        while (value >= 0x80)
        {
            span[length++] = (byte)((byte)value | 0x80);
            value >>= 7;
        }

        span[length++] = (byte)value;
        output.Advance(length);
    }

    /// <summary>Zigzag, then LEB128.</summary>
    public void Signed(Int128 value) => Unsigned((UInt128)((value << 1) ^ (value >> 127)));

    public void Fixed(ulong value)
    {
        BinaryPrimitives.WriteUInt64BigEndian(output.GetSpan(8), value);
        output.Advance(8);
    }

    public void Hash(EventHash hash)
    {
        BinaryPrimitives.WriteUInt128BigEndian(output.GetSpan(16), hash.Bits);
        output.Advance(16);
    }

    public void Key(IdentifierKey key)
    {
        key.Write(output.GetSpan(IdentifierKey.Size));
        output.Advance(IdentifierKey.Size);
    }

    public void Key(FactCellKey key)
    {
        Byte((byte)key.Class);
        Byte((byte)key.Channel);
        Unsigned(key.Currency.Value);
    }

    public void Point(EventPoint point)
    {
        Unsigned((ulong)point.Time.Milliseconds);
        Hash(point.Hash);
    }
}
