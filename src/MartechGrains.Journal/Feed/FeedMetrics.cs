using System.Diagnostics.Metrics;

namespace MartechGrains.Journal.Feed;

/// <summary>Instruments of the change feed, under the meter <see cref="MeterName"/>.</summary>
public static class FeedMetrics
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "MartechGrains.ChangeFeed";

    private static readonly Meter Meter = new(MeterName);

    internal static readonly UpDownCounter<long> Followers = Meter.CreateUpDownCounter<long>(
        "martechgrains.feed.followers", "{reader}", "Readers that follow the change feed.");

    internal static readonly Counter<long> Refused = Meter.CreateCounter<long>(
        "martechgrains.feed.refused", "{reader}", "Readers refused because as many follow as may.");

    internal static readonly Counter<long> LetGo = Meter.CreateCounter<long>(
        "martechgrains.feed.let_go", "{page}", "Pages no longer kept for readers that are a little behind.");
}
