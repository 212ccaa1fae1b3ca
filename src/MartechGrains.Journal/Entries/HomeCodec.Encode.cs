using System.Buffers;
using System.Collections.Immutable;
using System.Security.Cryptography;
using Google.Protobuf;
using MartechGrains.Core.Homes.State;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Time;
using MartechGrains.Journal.Contracts;
using MartechGrains.Journal.Entries.Format;
using MartechGrains.Journal.Sealing;

namespace MartechGrains.Journal.Entries;

/// <summary>How entries become rows.</summary>
public sealed partial class HomeCodec
{
    /// <summary>The first reader that knows consent statements.</summary>
    private const uint ConsentReader = 2;

    /// <summary>The first reader that understands payloads as they are written now.</summary>
    private const uint PayloadReader = 2;

    /// <summary>Encodes the next entry.</summary>
    public JournalRow Encode(HomeEntry entry)
    {
        ReadOnlyMemory<byte> wrappedKey = default;
        var (kind, bytes) = entry switch
        {
            EventApplied applied => (Entry.KindOneofCase.Applied, EncodeApplied(applied, out wrappedKey)),
            JoinsConfirmed confirmed => (Entry.KindOneofCase.Confirmed, ConfirmedWriter.Entry(confirmed)),
            DecisionTaken taken => Written(EncodeDecided(taken, out wrappedKey)),
            _ => Written(EntryFormat.Encode(entry)),
        };
        _hash = HashChain.Next(_hash, bytes);
        Seq++;
        NewestTime = IngestTime.Max(NewestTime, entry.At);
        return new JournalRow(_home, Seq, (byte)kind, bytes, _hash, wrappedKey);
    }

    private static (Entry.KindOneofCase Kind, byte[] Bytes) Written(Entry format)
    {
        var bytes = new byte[format.CalculateSize()];
        format.WriteTo(bytes.AsSpan());
        return (format.KindCase, bytes);
    }

    private byte[] EncodeApplied(EventApplied entry, out ReadOnlyMemory<byte> wrappedKey)
    {
        var applied = entry.Event;
        var group = GroupOf(entry.Keys, applied.Identifiers, out var isFirst, out wrappedKey);
        var hasState = isFirst || !applied.Traits.IsEmpty || !applied.Consents.IsEmpty;
        var hasPayload = !applied.Raw.IsEmpty;
        var state = ProtoWriter.Counter;
        var payload = ProtoWriter.Counter;
        if (hasState) AppliedWriter.State(ref state, applied, isFirst);
        if (hasPayload) AppliedWriter.Payload(ref payload, applied);
        // In the clear one after the other, and behind that sealed.
        var open = Math.Max(state.Length, payload.Length);
        var buffer = ArrayPool<byte>.Shared.Rent(open + state.Length + payload.Length + (2 * PayloadSeal.Overhead));
        try
        {
            using var seal = new PayloadSeal(group.DataKey);
            var clear = buffer.AsSpan(0, open);
            var rest = buffer.AsSpan(open);
            ReadOnlySpan<byte> sealedState = default;
            ReadOnlySpan<byte> sealedPayload = default;
            if (hasState)
            {
                var writer = new ProtoWriter(clear);
                AppliedWriter.State(ref writer, applied, isFirst);
                sealedState = rest[..seal.Seal(_home, group.Ordinal, clear[..writer.Length], _random, rest)];
                rest = rest[sealedState.Length..];
            }
            if (hasPayload)
            {
                var writer = new ProtoWriter(clear);
                AppliedWriter.Payload(ref writer, applied);
                sealedPayload = rest[..seal.Seal(_home, group.Ordinal, clear[..writer.Length], _random, rest)];
            }
            var minReader = hasPayload ? PayloadReader : applied.Consents.IsEmpty ? 0u : ConsentReader;
            return AppliedWriter.Entry(entry, group, isFirst, minReader, sealedState, sealedPayload);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(buffer.AsSpan(0, open));
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private Entry EncodeDecided(DecisionTaken taken, out ReadOnlyMemory<byte> wrappedKey)
    {
        // Groups name their identifiers in order; a decision names them in an order of its own.
        var decision = taken.Decision;
        var sorted = decision.Identifiers.Zip(decision.Keys).OrderBy(static pair => pair.First).ToArray();
        var group = GroupOf(
            [.. sorted.Select(static pair => pair.Second)], [.. sorted.Select(static pair => pair.First)],
            out var isFirst, out wrappedKey);
        using var seal = new PayloadSeal(group.DataKey);
        var format = DecisionFormat.EncodeOpen(taken, group);
        if (isFirst) format.Keys = KeyBytes.Of(group.Keys);
        format.SealedText = Seal(seal, group, DecisionFormat.TextOf(decision));
        return new Entry { MinReader = DecisionReader, Decided = format };
    }

    /// <summary>The group of a set of identifiers; founded here where it is new, with its key wrapped.</summary>
    private JournalGroup GroupOf(
        ImmutableArray<IdentifierKey> keys, ImmutableArray<Identifier> identifiers, out bool isFirst,
        out ReadOnlyMemory<byte> wrappedKey)
    {
        wrappedKey = default;
        isFirst = !_groups.TryFind(keys, out var group);
        if (!isFirst) return group!;
        group = new JournalGroup(_groups.Count, keys, identifiers, DeploymentKey.NewDataKey(_random));
        wrappedKey = _wrapping.Wrap(_home, group.DataKey, _random);
        _groups.TryAdd(new IdentifierSet(keys), group);
        return group;
    }

    private ByteString Seal(PayloadSeal seal, JournalGroup group, DecisionText message)
    {
        const int maxStack = 1024;
        var size = message.CalculateSize();
        Span<byte> bytes = size <= maxStack ? stackalloc byte[size] : new byte[size];
        message.WriteTo(bytes);
        return UnsafeByteOperations.UnsafeWrap(seal.Seal(_home, group.Ordinal, bytes, _random));
    }
}
