using System.Diagnostics.Metrics;

namespace MartechGrains.Grains.Streams;

/// <summary>Instruments of the streams, under the meter <see cref="MeterName"/>.</summary>
public static class StreamMetrics
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "MartechGrains.Streams";

    private static readonly Meter Meter = new(MeterName);

    internal static readonly Counter<long> InboundRetries = Meter.CreateCounter<long>(
        "martechgrains.inbound.retries", "{batch}", "Inbound batches that failed and are tried again.");

    internal static readonly Counter<long> InboundUnacknowledged = Meter.CreateCounter<long>(
        "martechgrains.inbound.unacknowledged", "{batch}", "Inbound batches given up, for their producers to resend.");

    internal static readonly Counter<long> ChangesPublished = Meter.CreateCounter<long>(
        "martechgrains.changes.published", "{change}", "Changes published on the live edge.");

    internal static readonly Counter<long> ChangesDropped = Meter.CreateCounter<long>(
        "martechgrains.changes.dropped", "{change}", "Changes left out of the live edge; the journal has them.");
}
