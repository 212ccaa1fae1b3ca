using System.Diagnostics.Metrics;

namespace MartechGrains.Grains.Damage;

/// <summary>Instruments of damage, under the meter <see cref="MeterName"/>.</summary>
public static class DamageMetrics
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "MartechGrains.Damage";

    private static readonly Meter Meter = new(MeterName);

    internal static readonly Counter<long> Homes = Meter.CreateCounter<long>(
        "martechgrains.damage.homes", "{home}",
        "Homes that were found damaged, each counted once: one to alert on.");

    internal static readonly Counter<long> Events = Meter.CreateCounter<long>(
        "martechgrains.damage.events", "{event}",
        "Events that were not kept because their home is damaged; their producers were told to send them again.");
}
