using System.Diagnostics.Metrics;

namespace MartechGrains.Journal.Clocks;

/// <summary>Instruments of the comparison of clocks, under the meter <see cref="MeterName"/>.</summary>
public static class ClockMetrics
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "MartechGrains.Clock";

    private static readonly Meter Meter = new(MeterName);

    internal static readonly Gauge<double> Offset = Meter.CreateGauge<double>(
        "martechgrains.clock.offset", "s",
        "By how much this node's clock is ahead of the store's; where the store has none, before its newest entry.");

    internal static readonly Counter<long> Refused = Meter.CreateCounter<long>(
        "martechgrains.clock.refused", "{batch}", "Batches of events refused because the clock was off.");
}
