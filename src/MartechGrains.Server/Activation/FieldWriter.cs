using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace MartechGrains.Server.Activation;

/// <summary>Writes protobuf fields one after another into memory with room for them, and allocates nothing.</summary>
internal ref struct FieldWriter(Span<byte> output)
{
    private const int Varint = 0;
    private const int Fixed64 = 1;
    private const int LengthDelimited = 2;
    private const int BitsPerByte = 7;

    private readonly Span<byte> _output = output;

    /// <summary>How many bytes are written.</summary>
    public int Length { get; private set; }

    /// <summary>The bytes written.</summary>
    public readonly ReadOnlySpan<byte> Written => _output[..Length];

    /// <summary>Bytes that a tag or length takes.</summary>
    public static int SizeOf(int value) => (BitOperations.Log2((uint)value | 1) / BitsPerByte) + 1;

    /// <summary>An integer or enum; zero is left out, as proto3 does outside a oneof.</summary>
    public void Integer(int field, long value)
    {
        if (value == 0) return;
        Tag(field, Varint);
        Raw((ulong)value);
    }

    /// <summary>A member of a oneof: written whatever it is.</summary>
    public void Double(int field, double value)
    {
        Tag(field, Fixed64);
        BinaryPrimitives.WriteDoubleLittleEndian(_output[Length..], value);
        Length += sizeof(double);
    }

    /// <summary>A text; empty ones too.</summary>
    public void Text(int field, string value)
    {
        var start = Begin(field);
        Length += Encoding.UTF8.GetBytes(value, _output[Length..]);
        End(start);
    }

    /// <summary>The head of a message or text of a known length, which the caller writes elsewhere.</summary>
    public void Head(int field, int length)
    {
        Tag(field, LengthDelimited);
        Raw((ulong)length);
    }

    /// <summary>Begins a message; what it returns ends it.</summary>
    public int Begin(int field)
    {
        Tag(field, LengthDelimited);
        Length++;
        return Length;
    }

    /// <summary>Ends a message, and puts its length before it.</summary>
    public void End(int start)
    {
        var length = Length - start;
        var more = SizeOf(length) - 1;
        if (more > 0) _output[start..Length].CopyTo(_output[(start + more)..]);
        Length = start - 1;
        Raw((ulong)length);
        Length += length;
    }

    private void Tag(int field, int wireType) => Raw(((ulong)field << 3) | (uint)wireType);

    private void Raw(ulong value)
    {
        for (; value > 0x7F; value >>= BitsPerByte) _output[Length++] = (byte)(value | 0x80);
        _output[Length++] = (byte)value;
    }
}
