using System.Buffers.Binary;
using System.Numerics;
using System.Text;
using MartechGrains.Core.Identity;

namespace MartechGrains.Journal.Entries;

/// <summary>
/// Writes fields of a protobuf message as the library writes them: by ascending number, where the caller names them so,
/// and without those that have their default. For what is written with every event: no message is made to be written.
/// Without a target it only counts.
/// </summary>
internal ref struct ProtoWriter
{
    private const int VarintType = 0;
    private const int Fixed64Type = 1;
    private const int LengthType = 2;

    private readonly Span<byte> _target;
    private readonly bool _isCounting;

    /// <summary>Writes into a buffer that has room for all that comes.</summary>
    public ProtoWriter(Span<byte> target) => _target = target;

    private ProtoWriter(bool isCounting) => _isCounting = isCounting;

    /// <summary>Writes nothing, and counts.</summary>
    public static ProtoWriter Counter => new(isCounting: true);

    /// <summary>Bytes so far.</summary>
    public int Length { get; private set; }

    /// <summary>A field of an unsigned type, of <c>int32</c> or <c>int64</c>, or of an enum.</summary>
    public void Number(int field, ulong value)
    {
        if (value == 0) return;
        Tag(field, VarintType);
        Varint(value);
    }

    /// <summary>A field of <c>int32</c>.</summary>
    public void Number(int field, int value) => Number(field, (ulong)(long)value);

    /// <summary>A field of <c>int64</c>.</summary>
    public void Number(int field, long value) => Number(field, (ulong)value);

    /// <summary>A field of <c>sint64</c>.</summary>
    public void ZigZag(int field, long value) => Number(field, Zigzagged(value));

    /// <summary>An <c>optional</c> field of <c>sint64</c> that is there: its default is written too.</summary>
    public void PresentZigZag(int field, long value)
    {
        Tag(field, VarintType);
        Varint(Zigzagged(value));
    }

    /// <summary>A field of <c>bool</c>.</summary>
    public void Flag(int field, bool value) => Number(field, value ? 1ul : 0);

    /// <summary>A field of <c>fixed64</c>.</summary>
    public void Fixed(int field, ulong value)
    {
        if (value == 0) return;
        Tag(field, Fixed64Type);
        if (!_isCounting) BinaryPrimitives.WriteUInt64LittleEndian(_target[Length..], value);
        Length += sizeof(ulong);
    }

    /// <summary>A field of <c>string</c>.</summary>
    public void Text(int field, string text)
    {
        if (text.Length == 0) return;
        var length = Encoding.UTF8.GetByteCount(text);
        Begin(field, length);
        if (!_isCounting) Encoding.UTF8.GetBytes(text, _target[Length..]);
        Length += length;
    }

    /// <summary>A field of <c>bytes</c>.</summary>
    public void Bytes(int field, scoped ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty) return;
        Begin(field, bytes.Length);
        if (!_isCounting) bytes.CopyTo(_target[Length..]);
        Length += bytes.Length;
    }

    /// <summary>A field of <c>bytes</c> that holds keys.</summary>
    public void Keys(int field, scoped ReadOnlySpan<IdentifierKey> keys)
    {
        if (keys.IsEmpty) return;
        Begin(field, IdentifierKey.Size * keys.Length);
        foreach (var key in keys)
        {
            if (!_isCounting) key.Write(_target[Length..]);
            Length += IdentifierKey.Size;
        }
    }

    /// <summary>A field of <c>bytes</c> that holds one key.</summary>
    public void Key(int field, IdentifierKey key) => Keys(field, new ReadOnlySpan<IdentifierKey>(in key));

    /// <summary>The beginning of a field of a message, whose fields follow.</summary>
    /// <param name="field">The field.</param>
    /// <param name="length">Bytes of the message, which may be none.</param>
    public void Begin(int field, int length)
    {
        Tag(field, LengthType);
        Varint((ulong)length);
    }

    private static ulong Zigzagged(long value) => (ulong)((value << 1) ^ (value >> 63));

    private void Tag(int field, int type) => Varint(((ulong)field << 3) | (uint)type);

    private void Varint(ulong value)
    {
        if (_isCounting)
        {
            Length += 1 + (BitOperations.Log2(value | 1) / 7);
            return;
        }

        while (value >= 0x80)
        {
            _target[Length++] = (byte)(value | 0x80);
            value >>= 7;
        }

        _target[Length++] = (byte)value;
    }
}
