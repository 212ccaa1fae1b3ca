using System.Buffers.Binary;
using System.Globalization;

namespace MartechGrains.Core.Identity;

/// <summary>
/// What grain keys, logs, ids and metrics carry instead of personal data: 128 bits of the HMAC-SHA-256 of key version,
/// namespace and value under the deployment's secret (see <see cref="IdentifierKeyDerivation"/>).
/// Ordered as an unsigned number, big-endian; <see cref="ToGuid"/> keeps that order in PostgreSQL's <c>uuid</c>.
/// </summary>
/// <param name="Bits">The 128 bits.</param>
public readonly record struct IdentifierKey(UInt128 Bits) : IComparable<IdentifierKey>
{
    /// <summary>Length in bytes of the binary form.</summary>
    public const int Size = 16;

    /// <summary>Reads the big-endian binary form.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="bytes"/> is shorter than 16 bytes.</exception>
    public static IdentifierKey Read(ReadOnlySpan<byte> bytes) => new(BinaryPrimitives.ReadUInt128BigEndian(bytes));

    /// <summary>Writes the big-endian binary form, 16 bytes.</summary>
    public void Write(Span<byte> destination) => BinaryPrimitives.WriteUInt128BigEndian(destination, Bits);

    /// <summary>The same bits as a UUID, big-endian.</summary>
    public Guid ToGuid()
    {
        Span<byte> bytes = stackalloc byte[Size];
        Write(bytes);
        return new Guid(bytes, bigEndian: true);
    }

    /// <summary>The key whose <see cref="ToGuid"/> is <paramref name="guid"/>.</summary>
    public static IdentifierKey FromGuid(Guid guid)
    {
        Span<byte> bytes = stackalloc byte[Size];
        guid.TryWriteBytes(bytes, bigEndian: true, out _);
        return Read(bytes);
    }

    /// <summary>Parses the 32 hexadecimal digits that <see cref="ToString"/> writes.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out IdentifierKey key)
    {
        var parsed = UInt128.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var bits);
        key = new IdentifierKey(bits);
        return parsed && text.Length == 2 * Size;
    }

    /// <inheritdoc/>
    public int CompareTo(IdentifierKey other) => Bits.CompareTo(other.Bits);

    /// <summary>32 lower-case hexadecimal digits.</summary>
    public override string ToString() => Bits.ToString("x32", CultureInfo.InvariantCulture);

    /// <summary>Unsigned order.</summary>
    public static bool operator <(IdentifierKey left, IdentifierKey right) => left.Bits < right.Bits;

    /// <summary>Unsigned order.</summary>
    public static bool operator >(IdentifierKey left, IdentifierKey right) => left.Bits > right.Bits;

    /// <summary>Unsigned order.</summary>
    public static bool operator <=(IdentifierKey left, IdentifierKey right) => left.Bits <= right.Bits;

    /// <summary>Unsigned order.</summary>
    public static bool operator >=(IdentifierKey left, IdentifierKey right) => left.Bits >= right.Bits;
}
