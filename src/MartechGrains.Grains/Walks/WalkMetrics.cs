using System.Diagnostics.Metrics;

namespace MartechGrains.Grains.Walks;

/// <summary>Instruments of what reads journals past the homes, under the meter <see cref="MeterName"/>.</summary>
public static class WalkMetrics
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "MartechGrains.Walks";

    private static readonly Meter Meter = new(MeterName);

    internal static readonly Counter<long> TooLong = Meter.CreateCounter<long>(
        "martechgrains.walks.too_long", "{walk}",
        "Walks given up because a home's journals have more rows, events or absorptions than they go through.");

    internal static readonly Counter<long> HashesRefused = Meter.CreateCounter<long>(
        "martechgrains.walks.hashes_refused", "{call}", "State hashes refused because another was under way.");

    internal static readonly Counter<long> DigestsPutAside = Meter.CreateCounter<long>(
        "martechgrains.walks.digests_put_aside", "{digest}",
        "Digests of a state hash that were written to a temporary file, being more than are held.");

    internal static readonly Counter<long> EvidenceRefused = Meter.CreateCounter<long>(
        "martechgrains.walks.evidence_refused", "{walk}",
        "What-ifs given up because there is more evidence than is held.");
}
