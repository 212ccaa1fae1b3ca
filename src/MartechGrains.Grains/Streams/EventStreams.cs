using MartechGrains.Core.Identity;

namespace MartechGrains.Grains.Streams;

/// <summary>
/// The streams of a deployment: a fixed, small number of partitions per namespace, never one stream per profile.
/// </summary>
public static class EventStreams
{
    /// <summary>The stream provider's name.</summary>
    public const string ProviderName = "events";

    /// <summary>Partitions of each namespace: stream keys 0 to 7.</summary>
    public const int PartitionCount = 8;

    /// <summary>Events for us: items are <see cref="EventBatch"/>.</summary>
    public const string Inbound = "martechgrains.inbound";

    /// <summary>Batches on disk: items are <see cref="BatchAcknowledged"/>, in their batch's partition.</summary>
    public const string Acknowledged = "martechgrains.acknowledged";

    /// <summary>The live edge of the change feed: items are <see cref="ProfileChange"/>.</summary>
    public const string Changes = "martechgrains.changes";

    /// <summary>The partition of a batch.</summary>
    public static int PartitionOf(Guid batchId) => (int)((uint)batchId.GetHashCode() % PartitionCount);

    /// <summary>The partition of a home's changes: they stay in order.</summary>
    public static int PartitionOf(HomeId home) => (int)(home.Founder.Bits % PartitionCount);

    /// <summary>One partition of a namespace.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No such partition.</exception>
    public static StreamId StreamOf(string streamNamespace, int partition)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(partition);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(partition, PartitionCount);
        return StreamId.Create(streamNamespace, partition);
    }
}
