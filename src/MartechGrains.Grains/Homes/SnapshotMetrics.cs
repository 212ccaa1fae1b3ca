using System.Diagnostics.Metrics;

namespace MartechGrains.Grains.Homes;

/// <summary>Instruments of snapshots, under the meter <see cref="MeterName"/>.</summary>
public static class SnapshotMetrics
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "MartechGrains.Snapshots";

    /// <summary>The tag that says why.</summary>
    public const string Reason = "reason";

    private static readonly Meter Meter = new(MeterName);

    internal static readonly Counter<long> Written = Meter.CreateCounter<long>(
        "martechgrains.snapshots.written", "{snapshot}", "Snapshots written.");

    internal static readonly Counter<long> Used = Meter.CreateCounter<long>(
        "martechgrains.snapshots.used", "{snapshot}", "Homes loaded from a snapshot and the rows after it.");

    internal static readonly Counter<long> Missed = Meter.CreateCounter<long>(
        "martechgrains.snapshots.missed", "{snapshot}", "Snapshots due and not written: too_large, busy or failed.");

    internal static readonly Counter<long> Ignored = Meter.CreateCounter<long>(
        "martechgrains.snapshots.ignored", "{snapshot}",
        "Snapshots found and not used: other_version, damaged or other_journal. The home was folded from row 1.");
}
