using System.Threading.Channels;
using MartechGrains.Core.Homes.State;
using MartechGrains.Core.Identity;

namespace MartechGrains.Grains.Streams;

/// <summary>
/// Where homes leave what they have committed, for the live edge. Leaving it never waits: where readers fall behind,
/// the oldest changes are left out and counted, for the journal has them all.
/// </summary>
public sealed class ChangePublisher
{
    /// <summary>Most changes that wait to be published.</summary>
    public const int Capacity = 16_384;

    private readonly Channel<ProfileChange> _changes = Channel.CreateBounded<ProfileChange>(
        new BoundedChannelOptions(Capacity) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true },
        static _ => StreamMetrics.ChangesDropped.Add(1));

    private volatile bool _hasReader;

    /// <summary>Offers entries that are on disk; does nothing in a deployment without streams.</summary>
    /// <param name="home">Their home.</param>
    /// <param name="lastSeq">The sequence number of the last of them.</param>
    /// <param name="entries">The entries, consecutive.</param>
    public void Offer(HomeId home, int lastSeq, IReadOnlyList<HomeEntry> entries)
    {
        if (!_hasReader) return;
        var seq = lastSeq - entries.Count;
        foreach (var entry in entries)
            _changes.Writer.TryWrite(new ProfileChange(home, ++seq, ProfileChange.KindOf(entry)));
    }

    internal ChannelReader<ProfileChange> Read()
    {
        _hasReader = true;
        return _changes.Reader;
    }

    internal void StopReading() => _hasReader = false;
}
