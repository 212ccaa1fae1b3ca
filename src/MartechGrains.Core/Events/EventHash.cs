using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using MartechGrains.Core.Identity;

namespace MartechGrains.Core.Events;

/// <summary>
/// The duplicate key of an event: the first 128 bits of SHA-256 over its source and event id, length-prefixed.
/// (source, event id) counts once.
/// </summary>
/// <param name="Bits">The 128 bits; ordered as an unsigned number.</param>
public readonly record struct EventHash(UInt128 Bits) : IComparable<EventHash>
{
    private const int MaxStackText = 512;

    /// <summary>The hash of one event's source and id.</summary>
    public static EventHash Of(string source, string eventId)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(eventId);
        var length = 4 + Encoding.UTF8.GetByteCount(source) + Encoding.UTF8.GetByteCount(eventId);
        Span<byte> text = length <= MaxStackText ? stackalloc byte[length] : new byte[length];
        var sourceLength = Encoding.UTF8.GetBytes(source, text[4..]);
        BinaryPrimitives.WriteInt32BigEndian(text, sourceLength);
        Encoding.UTF8.GetBytes(eventId, text[(4 + sourceLength)..]);
        Span<byte> hash = stackalloc byte[Sha256.Size];
        Sha256.Of(text, hash);
        return new EventHash(BinaryPrimitives.ReadUInt128BigEndian(hash));
    }

    /// <inheritdoc/>
    public int CompareTo(EventHash other) => Bits.CompareTo(other.Bits);

    /// <summary>32 lower-case hexadecimal digits.</summary>
    public override string ToString() => Bits.ToString("x32", CultureInfo.InvariantCulture);

    /// <summary>Unsigned order.</summary>
    public static bool operator <(EventHash left, EventHash right) => left.Bits < right.Bits;

    /// <summary>Unsigned order.</summary>
    public static bool operator >(EventHash left, EventHash right) => left.Bits > right.Bits;

    /// <summary>Unsigned order.</summary>
    public static bool operator <=(EventHash left, EventHash right) => left.Bits <= right.Bits;

    /// <summary>Unsigned order.</summary>
    public static bool operator >=(EventHash left, EventHash right) => left.Bits >= right.Bits;
}
