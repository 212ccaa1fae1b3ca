using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using MartechGrains.Core.Events.Json;
using MartechGrains.Core.Identity;

namespace MartechGrains.Core.Events.Cleaning;

/// <summary>
/// SHA-256 over what an event says: type, name, asserted time, channel, identifiers as given, stated facts, properties,
/// traits and, where there are any, consent statements, each length-prefixed, in canonical spelling. Left out is all
/// that depends on delivery: received and sent times, <c>originalTimestamp</c>, and what <c>context</c> tells of the
/// sender. So a resend by another version of an SDK, or through a proxy that rewrites the JSON, is still the same
/// content.
/// </summary>
internal readonly struct ContentDigest
{
    private const int InitialCapacity = 1024;
    private const int MaxKeptCapacity = 64 * 1024;
    private const int Half = Sha256.Size / 2;

    // Only ever hold one event's text, while it is hashed.
    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _text;

    [ThreadStatic]
    private static List<(string Namespace, string Value)>? _identifiers;

    private readonly UInt128 _high;
    private readonly UInt128 _low;

    private ContentDigest(ReadOnlySpan<byte> hash)
    {
        _high = BinaryPrimitives.ReadUInt128BigEndian(hash);
        _low = BinaryPrimitives.ReadUInt128BigEndian(hash[Half..]);
    }

    /// <summary>The first 64 bits.</summary>
    public ulong First64 => (ulong)(_high >> 64);

    /// <summary>
    /// An id for an event that has none: 64 hexadecimal digits with a prefix that tells how it was made.
    /// </summary>
    public string ToEventId() => string.Create(CultureInfo.InvariantCulture, $"sha256-{_high:x32}{_low:x32}");

    /// <summary>Computes the digest of a draft.</summary>
    /// <param name="draft">The draft.</param>
    /// <param name="consents">Its consent statements, cleaned.</param>
    public static ContentDigest Of(EventDraft draft, ImmutableArray<ConsentStatement> consents)
    {
        var output = _text ??= new ArrayBufferWriter<byte>(InitialCapacity);
        output.ResetWrittenCount();
        output.Write([(byte)draft.Type, (byte)draft.Channel, (byte)(draft.Stated.Class ?? EventClass.Other)]);
        WriteNumber(draft.Timestamp?.Milliseconds ?? long.MinValue, output);
        WriteNumber(draft.Stated.Units ?? long.MinValue, output);
        WriteNumber(draft.Stated.AmountMinor ?? long.MinValue, output);
        WriteText(draft.Stated.Currency ?? "", output);
        WriteText(draft.Name, output);
        WriteIdentifiers(draft.Identifiers, output);
        WriteProperties(draft.Properties, output);
        WriteTraits(draft.Traits, output);
        if (!consents.IsEmpty)
            WriteConsents(consents, output);
        Span<byte> hash = stackalloc byte[Sha256.Size];
        Sha256.Of(output.WrittenSpan, hash);
        if (output.Capacity > MaxKeptCapacity)
            _text = null;
        return new ContentDigest(hash);
    }

    private static void WriteIdentifiers(IReadOnlyList<RawIdentifier> identifiers, ArrayBufferWriter<byte> output)
    {
        var sorted = _identifiers ??= [];
        for (var i = 0; i < identifiers.Count; i++)
        {
            var identifier = identifiers[i];
            if (!sorted.Contains((identifier.Namespace, identifier.Value)))
                sorted.Add((identifier.Namespace, identifier.Value));
        }

        sorted.Sort(static (left, right) =>
        {
            var byNamespace = string.CompareOrdinal(left.Namespace, right.Namespace);
            return byNamespace != 0 ? byNamespace : string.CompareOrdinal(left.Value, right.Value);
        });
        WriteNumber(sorted.Count, output);
        foreach (var (namespaceName, value) in sorted)
        {
            WriteText(namespaceName, output);
            WriteText(value, output);
        }

        sorted.Clear();
    }

    private static void WriteProperties(JsonElement properties, ArrayBufferWriter<byte> output)
    {
        if (properties.ValueKind == JsonValueKind.Object)
            CanonicalJson.Write(properties, output);
        else
            output.Write("{}"u8);
    }

    private static void WriteTraits(IReadOnlyList<RawTrait> traits, ArrayBufferWriter<byte> output)
    {
        WriteNumber(traits.Count, output);
        if (traits.Count == 0)
            return;
        foreach (var trait in RawTrait.Sorted(traits))
        {
            CanonicalJson.WriteText(trait.Name, output);
            CanonicalJson.Write(trait.Value, output);
        }
    }

    private static void WriteConsents(ImmutableArray<ConsentStatement> consents, ArrayBufferWriter<byte> output)
    {
        WriteNumber(consents.Length, output);
        foreach (var (purpose, isGranted) in consents)
        {
            WriteText(purpose, output);
            WriteNumber(isGranted ? 1 : 0, output);
        }
    }

    private static void WriteText(string text, ArrayBufferWriter<byte> output)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        WriteNumber(length, output);
        Encoding.UTF8.GetBytes(text, output);
    }

    private static void WriteNumber(long number, ArrayBufferWriter<byte> output)
    {
        BinaryPrimitives.WriteInt64BigEndian(output.GetSpan(sizeof(long)), number);
        output.Advance(sizeof(long));
    }
}
