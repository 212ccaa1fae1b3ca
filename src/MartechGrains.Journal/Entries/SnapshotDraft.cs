using System.Buffers;
using Google.Protobuf;
using MartechGrains.Core.Identity;
using MartechGrains.Journal.Contracts;
using MartechGrains.Journal.Entries.Format;

namespace MartechGrains.Journal.Entries;

/// <summary>
/// A home at one row, taken down but not sealed yet: it shares nothing that changes, so that packing and sealing, which
/// cost most, can go on elsewhere while the home takes its next turn. It holds personal data in the clear.
/// </summary>
public sealed class SnapshotDraft
{
    private readonly HomeCodec _codec;
    private readonly Snapshot _open;
    private readonly JournalGroup[] _groups;

    internal SnapshotDraft(HomeCodec codec, Snapshot open, JournalGroup[] groups) =>
        (_codec, _open, _groups) = (codec, open, groups);

    /// <summary>The home.</summary>
    public HomeId Home => _codec.Home;

    /// <summary>The last row it covers.</summary>
    public int Seq => _open.Seq;

    /// <summary>
    /// Wraps the groups' data keys, packs and seals; once, on any thread.
    /// </summary>
    /// <returns>
    /// The write, or null where the home is larger than <see cref="SnapshotCodec.MaxBodyBytes"/>: then it has no
    /// snapshot.
    /// </returns>
    public SnapshotWrite? Seal()
    {
        foreach (var group in _groups)
        {
            var format = new Snapshot.Types.Group
            {
                Keys = KeyBytes.Of(group.Keys),
                WrappedKey = UnsafeByteOperations.UnsafeWrap(
                    _codec.Wrapping.Wrap(Home, group.DataKey, _codec.Random)),
            };
            foreach (var identifier in group.Identifiers)
                format.Identifiers.Add(
                    new State.Types.Name { Namespace = identifier.Namespace, Value = identifier.Value });
            _open.Groups.Add(format);
        }
        var size = _open.CalculateSize();
        if (size > SnapshotCodec.MaxBodyBytes) return null;
        var body = ArrayPool<byte>.Shared.Rent(size);
        try
        {
            _open.WriteTo(body.AsSpan(0, size));
            return new SnapshotWrite(
                Home, Seq, SnapshotCodec.Format,
                SnapshotCodec.Seal(Home, body.AsSpan(0, size), _codec.Wrapping, _codec.Random));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(body, clearArray: true);
        }
    }
}
