using System.Diagnostics.Metrics;

namespace MartechGrains.Journal.Writing;

/// <summary>Instruments of the journal, under the meter <see cref="MeterName"/>.</summary>
public static class JournalMetrics
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "MartechGrains.Journal";

    private static readonly Meter Meter = new(MeterName);

    internal static readonly Histogram<long> BatchSize = Meter.CreateHistogram<long>(
        "martechgrains.journal.batch.size", "{write}", "Writes per committed batch.");

    internal static readonly Histogram<double> CommitDuration = Meter.CreateHistogram<double>(
        "martechgrains.journal.commit.duration", "s", "Duration of successful commits.");

    internal static readonly UpDownCounter<long> QueueLength = Meter.CreateUpDownCounter<long>(
        "martechgrains.journal.queue.length", "{write}", "Writes queued or being committed.");

    internal static readonly Counter<long> Bisects = Meter.CreateCounter<long>(
        "martechgrains.journal.bisects", "{batch}",
        "Batches cut in two, because the store refused them or they met a bug.");

    internal static readonly Counter<long> AmbiguousCommits = Meter.CreateCounter<long>(
        "martechgrains.journal.ambiguous_commits", "{batch}", "Commits whose result had to be looked up.");

    internal static readonly Counter<long> Faults = Meter.CreateCounter<long>(
        "martechgrains.journal.faults", "{batch}", "Batches that met a bug on their way to the store.");

    internal static readonly Counter<long> Retries = Meter.CreateCounter<long>(
        "martechgrains.journal.retries", "{batch}", "Batches tried again because the store was unavailable.");

    internal static readonly Counter<long> Outages = Meter.CreateCounter<long>(
        "martechgrains.journal.outages", "{outage}", "Times in which the store took no writes.");

    internal static readonly Counter<long> RefusedAtOnce = Meter.CreateCounter<long>(
        "martechgrains.journal.refused", "{write}", "Writes refused at once, since the store took none.");

    internal static readonly Counter<long> Fenced = Meter.CreateCounter<long>(
        "martechgrains.journal.fenced", "{write}", "Writes that somebody else was ahead of.");
}
