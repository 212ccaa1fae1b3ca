using System.Diagnostics.Metrics;

namespace MartechGrains.Grains.Homes;

/// <summary>Instruments of homes, under the meter <see cref="MeterName"/>.</summary>
public static class HomeMetrics
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "MartechGrains.Homes";

    private static readonly Meter Meter = new(MeterName);

    internal static readonly Counter<long> Oversize = Meter.CreateCounter<long>(
        "martechgrains.homes.oversize", "{home}",
        "Homes whose links have come to connect more identifiers than the policy's maxIdentifiers: one to alert on.");

    internal static readonly Counter<long> Displaced = Meter.CreateCounter<long>(
        "martechgrains.homes.displaced", "{event}",
        "Events that count no more, since homes that accepted other content under the same id have united.");
}
