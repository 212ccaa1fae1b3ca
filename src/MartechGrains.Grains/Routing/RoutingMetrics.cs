using System.Diagnostics.Metrics;

namespace MartechGrains.Grains.Routing;

/// <summary>Instruments of routing, under the meter <see cref="MeterName"/>.</summary>
public static class RoutingMetrics
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "MartechGrains.Routing";

    private static readonly Meter Meter = new(MeterName);

    internal static readonly Counter<long> Repeats = Meter.CreateCounter<long>(
        "martechgrains.routing.repeats", "{attempt}", "Attempts that follow one which met a grain that reloaded.");
}
