using System.Buffers.Binary;
using System.Text;

namespace MartechGrains.Core.Identity;

/// <summary>
/// SHA-256 over length-prefixed namespaces and values, as an unsigned number: what breaks ties. Not the identifier key,
/// so that rotating the deployment's secret decides nothing anew.
/// </summary>
internal readonly record struct IdentifierDigest(UInt128 High, UInt128 Low) : IComparable<IdentifierDigest>
{
    private const int MaxStackText = 1024;

    public static IdentifierDigest Of(Identifier identifier)
    {
        var length = Size(identifier);
        Span<byte> text = length <= MaxStackText ? stackalloc byte[length] : new byte[length];
        Write(identifier, text);
        return Hash(text);
    }

    /// <summary>Of a pair: both identifiers one after the other, the ordinally smaller first.</summary>
    public static IdentifierDigest Of(Identifier first, Identifier second)
    {
        var length = Size(first) + Size(second);
        Span<byte> text = length <= MaxStackText ? stackalloc byte[length] : new byte[length];
        var written = Write(first, text);
        Write(second, text[written..]);
        return Hash(text);
    }

    public int CompareTo(IdentifierDigest other)
    {
        var byHigh = High.CompareTo(other.High);
        return byHigh != 0 ? byHigh : Low.CompareTo(other.Low);
    }

    private static int Size(Identifier identifier) =>
        8 + Encoding.UTF8.GetByteCount(identifier.Namespace) + Encoding.UTF8.GetByteCount(identifier.Value);

    private static int Write(Identifier identifier, Span<byte> text) =>
        WriteText(identifier.Value, text, WriteText(identifier.Namespace, text, 0));

    private static int WriteText(string part, Span<byte> text, int at)
    {
        var length = Encoding.UTF8.GetBytes(part, text[(at + 4)..]);
        BinaryPrimitives.WriteInt32BigEndian(text[at..], length);
        return at + 4 + length;
    }

    private static IdentifierDigest Hash(ReadOnlySpan<byte> text)
    {
        Span<byte> hash = stackalloc byte[Sha256.Size];
        Sha256.Of(text, hash);
        return new IdentifierDigest(
            BinaryPrimitives.ReadUInt128BigEndian(hash), BinaryPrimitives.ReadUInt128BigEndian(hash[16..]));
    }
}
