using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using MartechGrains.Core.Identity;

namespace MartechGrains.Core.Curation;

/// <summary>The id of an operator's decision: 128 bits, made from the id of the request that asked for it.</summary>
/// <param name="Bits">The bits.</param>
public readonly record struct DecisionId(UInt128 Bits) : IComparable<DecisionId>
{
    /// <summary>Bytes of an id.</summary>
    public const int Size = 16;

    /// <summary>The id of the decision that a request asks for: the same request asks for the same decision.</summary>
    public static DecisionId Of(string requestId)
    {
        ArgumentException.ThrowIfNullOrEmpty(requestId);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(requestId), hash);
        return new DecisionId(BinaryPrimitives.ReadUInt128BigEndian(hash));
    }

    /// <summary>Reads 32 hexadecimal digits.</summary>
    public static bool TryParse(string text, out DecisionId id)
    {
        id = default;
        if (text is not { Length: 2 * Size }
            || !UInt128.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var bits))
            return false;
        id = new DecisionId(bits);
        return true;
    }

    /// <summary>The id whose <see cref="ToGuid"/> is <paramref name="guid"/>.</summary>
    public static DecisionId FromGuid(Guid guid) => new(IdentifierKey.FromGuid(guid).Bits);

    /// <summary>The same bits as a UUID, big-endian.</summary>
    public Guid ToGuid() => new IdentifierKey(Bits).ToGuid();

    /// <inheritdoc/>
    public int CompareTo(DecisionId other) => Bits.CompareTo(other.Bits);

    /// <summary>32 hexadecimal digits.</summary>
    public override string ToString() => Bits.ToString("x32", CultureInfo.InvariantCulture);

    /// <summary>Unsigned order.</summary>
    public static bool operator <(DecisionId left, DecisionId right) => left.Bits < right.Bits;

    /// <summary>Unsigned order.</summary>
    public static bool operator >(DecisionId left, DecisionId right) => left.Bits > right.Bits;

    /// <summary>Unsigned order.</summary>
    public static bool operator <=(DecisionId left, DecisionId right) => left.Bits <= right.Bits;

    /// <summary>Unsigned order.</summary>
    public static bool operator >=(DecisionId left, DecisionId right) => left.Bits >= right.Bits;
}
