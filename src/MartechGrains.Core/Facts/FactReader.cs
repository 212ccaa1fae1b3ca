using System.Buffers.Binary;
using MartechGrains.Core.Events;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Time;

namespace MartechGrains.Core.Facts;

/// <summary>
/// Reads what <see cref="FactWriter"/> writes; refuses anything else, longer forms of a number included.
/// </summary>
internal ref struct FactReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _position;

    public readonly bool AtEnd => _position == _bytes.Length;

    public readonly FactFormatException Error(string problem) => new(_position, problem);

    public readonly void Require(bool condition, string problem)
    {
        if (!condition)
            throw Error(problem);
    }

    public byte Byte() => Take(1)[0];

    public UInt128 Unsigned()
    {
        UInt128 value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var next = Byte();
            Require(shift < 126 || next < 4, "a number is too large");
            value |= (UInt128)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                Require(next != 0 || shift == 0, "a number is not in its shortest form");
                return value;
            }
        }
    }

    public long Unsigned(long max)
    {
        var value = Unsigned();
        Require(value <= (UInt128)(ulong)max, "a number is out of range");
        return (long)value;
    }

    public Int128 Signed()
    {
        var value = Unsigned();
        return (Int128)(value >> 1) ^ -(Int128)(value & 1);
    }

    public long Signed(long magnitude)
    {
        var value = Signed();
        Require(value <= magnitude && value >= -magnitude, "a number is out of range");
        return (long)value;
    }

    /// <summary>A count of items of at least some bytes each, so that hostile counts allocate nothing.</summary>
    public int Count(int bytesEach) => (int)Unsigned((_bytes.Length - _position) / bytesEach);

    public ulong Fixed() => BinaryPrimitives.ReadUInt64BigEndian(Take(8));

    public EventHash Hash() => new(BinaryPrimitives.ReadUInt128BigEndian(Take(16)));

    public IdentifierKey IdentifierKey() => Identity.IdentifierKey.Read(Take(Identity.IdentifierKey.Size));

    public FactCellKey Key()
    {
        var eventClass = (EventClass)Byte();
        var channel = (Channel)Byte();
        Require(FactNames.IsKnown(eventClass) && FactNames.IsKnown(channel), "an unknown class or channel");
        return new FactCellKey(eventClass, channel, new CurrencyCode((ushort)Unsigned(CurrencyCode.MaxValue)));
    }

    public EventTime Time() => new(Unsigned(FactLimits.MaxEventTime));

    public EventPoint Point() => new(Time(), Hash());

    public ReadOnlySpan<byte> Take(int count)
    {
        Require(_bytes.Length - _position >= count, "the bytes end too early");
        var taken = _bytes.Slice(_position, count);
        _position += count;
        return taken;
    }
}
