using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Immutable;
using Google.Protobuf;
using MartechGrains.Core.Facts;
using MartechGrains.Core.Homes.State;
using MartechGrains.Core.Homes.Stored;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Identity.Policy;
using MartechGrains.Core.Time;
using MartechGrains.Journal.Contracts;
using MartechGrains.Journal.Entries.Format;
using MartechGrains.Journal.Sealing;

namespace MartechGrains.Journal.Entries;

/// <summary>
/// Writes a home's state and codec as one sealed snapshot, and reads both back, ready for the row that follows.
/// A snapshot is: its data key wrapped by the deployment key (<see cref="DeploymentKey.WrappedSize"/> bytes), then its
/// body in chunks, each a length (4 bytes, big-endian) and what <see cref="PayloadSeal"/> made of up to
/// <see cref="PayloadSeal.MaxPayloadBytes"/>. Each chunk is bound to its home and number, and the last one to being the
/// last, so that none can be changed, moved, or left out.
/// A snapshot is derived: it may be deleted at any time and is rebuilt from the journal. It copies traits, consent and
/// the data keys of fact groups, and would show them after their journal rows have become unreadable. So erasing,
/// which destroys keys in the journal, has to delete the snapshots of that home, and of homes that absorbed it, in the
/// same transaction; and one drafted before must not be written after.
/// </summary>
public static class SnapshotCodec
{
    /// <summary>
    /// Version of the format, in the store's row; raised with that of <see cref="HomeStateFormat"/> too.
    /// </summary>
    public const int Format = 4;

    /// <summary>
    /// Largest body, in bytes before packing: some 400,000 events. A home larger than this has no snapshot.
    /// </summary>
    public const int MaxBodyBytes = 16 << 20;

    private const int LengthSize = 4;
    private const int MaxKeptCapacity = 1 << 20;
    private const int MaxChunks = MaxBodyBytes / PayloadSeal.MaxPayloadBytes;

    // Only holds a home while it is taken down.
    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _state;

    /// <summary>Takes down a home between two rows; cheap enough for the home's turn.</summary>
    /// <param name="state">The home's state.</param>
    /// <param name="codec">Its codec, after the same row.</param>
    /// <exception cref="ArgumentException">
    /// State and codec are not of the same home and row, or there is no row.
    /// </exception>
    public static SnapshotDraft Draft(HomeState state, HomeCodec codec)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(codec);
        if (state.Id != codec.Home || state.Seq != codec.Seq || state.Seq == 0)
            throw new ArgumentException(
                $"The state is at row {state.Seq} of home {state.Id}, the codec at row {codec.Seq} of {codec.Home}.",
                nameof(codec));
        var bytes = _state ??= new ArrayBufferWriter<byte>();
        bytes.ResetWrittenCount();
        HomeStateFormat.Write(state, bytes);
        var open = new Snapshot
        {
            Seq = state.Seq,
            Hash = ByteString.CopyFrom(codec.Hash),
            NewestTime = codec.NewestTime.Milliseconds,
            PolicyVersion = state.PolicyVersion,
            State = ByteString.CopyFrom(bytes.WrittenSpan),
        };
        if (bytes.Capacity > MaxKeptCapacity) _state = null;
        else bytes.Clear();
        return new SnapshotDraft(codec, open, [.. codec.Groups]);
    }

    /// <summary>Reads a snapshot.</summary>
    /// <param name="row">The store's row.</param>
    /// <param name="policies">The policy versions there are.</param>
    /// <param name="wrapping">The deployment's wrapping key.</param>
    /// <param name="random">For the codec: where nonces and data keys come from.</param>
    /// <returns>
    /// State and codec at <see cref="SnapshotRow.Seq"/>; whether the journal has that very row there is for the caller
    /// to check (<see cref="HomeCodec.EndsWith"/>). Null where it is of another format: fold the journal.
    /// </returns>
    /// <exception cref="EntryFormatException">It is damaged, or sealed by another key: fold the journal.</exception>
    public static (HomeState State, HomeCodec Codec)? Read(
        SnapshotRow row, IdentityPolicies policies, DeploymentKey wrapping, RandomFill random)
    {
        ArgumentNullException.ThrowIfNull(row);
        ArgumentNullException.ThrowIfNull(policies);
        ArgumentNullException.ThrowIfNull(wrapping);
        if (row.Format != Format) return null;
        try
        {
            var open = Snapshot.Parser.ParseFrom(Open(row, wrapping));
            var state = HomeStateFormat.Read(open.State.Span, row.Home, policies);
            if (open.Seq != row.Seq || state.Seq != row.Seq || open.Hash.Length != HashChain.Size)
                throw new EntryFormatException($"The snapshot of home {row.Home} is not of row {row.Seq}.");
            var groups = open.Groups.Select((group, ordinal) => GroupOf(row.Home, group, ordinal, wrapping));
            var codec = new HomeCodec(
                row.Home, wrapping, random, row.Seq, open.Hash.ToByteArray(), new IngestTime(open.NewestTime),
                groups);
            return (state, codec);
        }
        catch (Exception error)
            when (error is SealBrokenException or InvalidProtocolBufferException or FactFormatException)
        {
            throw new EntryFormatException($"The snapshot of home {row.Home} is damaged.", error);
        }
    }

    internal static byte[] Seal(HomeId home, ReadOnlySpan<byte> body, DeploymentKey wrapping, RandomFill random)
    {
        var dataKey = DeploymentKey.NewDataKey(random);
        using var seal = new PayloadSeal(dataKey);
        var chunks = (body.Length + PayloadSeal.MaxPayloadBytes - 1) / PayloadSeal.MaxPayloadBytes;
        var text = ArrayPool<byte>.Shared.Rent(
            DeploymentKey.WrappedSize + body.Length + (chunks * (LengthSize + PayloadSeal.Overhead)));
        try
        {
            wrapping.Wrap(home, dataKey, random).CopyTo(text, 0);
            var end = DeploymentKey.WrappedSize;
            for (int at = 0, number = 0; at < body.Length; number++)
            {
                var length = Math.Min(PayloadSeal.MaxPayloadBytes, body.Length - at);
                var isLast = at + length == body.Length;
                var chunk = seal.Seal(
                    home, Number(number, isLast), body.Slice(at, length), random, text.AsSpan(end + LengthSize));
                BinaryPrimitives.WriteInt32BigEndian(text.AsSpan(end), chunk);
                end += LengthSize + chunk;
                at += length;
            }
            return text.AsSpan(0, end).ToArray();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(text);
        }
    }

    private static byte[] Open(SnapshotRow row, DeploymentKey wrapping)
    {
        var rest = row.Data.Span;
        if (rest.Length < DeploymentKey.WrappedSize) throw new SealBrokenException("A snapshot is too short.");
        using var seal = new PayloadSeal(wrapping.Unwrap(row.Home, rest[..DeploymentKey.WrappedSize]));
        rest = rest[DeploymentKey.WrappedSize..];
        var body = new ArrayBufferWriter<byte>();
        for (var number = 0; ; number++)
        {
            var length = rest.Length < LengthSize ? -1 : BinaryPrimitives.ReadInt32BigEndian(rest);
            if (number == MaxChunks || length < 0 || length > rest.Length - LengthSize)
                throw new SealBrokenException("A snapshot's chunks do not add up.");
            var chunk = rest.Slice(LengthSize, length);
            rest = rest[(LengthSize + length)..];
            body.Write(seal.Open(row.Home, Number(number, rest.IsEmpty), chunk));
            if (rest.IsEmpty) return body.WrittenSpan.ToArray();
        }
    }

    /// <summary>
    /// What a chunk is sealed as: its number, and for the last one the complement, so that the end is bound too.
    /// </summary>
    private static int Number(int number, bool isLast) => isLast ? ~number : number;

    private static JournalGroup GroupOf(HomeId home, Snapshot.Types.Group format, int ordinal, DeploymentKey wrapping)
    {
        var keys = KeyBytes.Keys(format.Keys);
        ImmutableArray<Identifier> identifiers =
            [.. format.Identifiers.Select(static name => new Identifier(name.Namespace, name.Value))];
        return keys.Length == identifiers.Length
            ? new JournalGroup(ordinal, keys, identifiers, wrapping.Unwrap(home, format.WrappedKey.Span))
            : throw new EntryFormatException($"A group in the snapshot of home {home} has no proper identifiers.");
    }
}
