using System.Diagnostics;
using HdrHistogram;


namespace MartechGrains.LoadTests.Driving;

/// <summary>What one measured stretch of load came to.</summary>
public sealed class LoadResult
{
    private const long LongestLatency = 120_000_000_000;
    private const int SignificantDigits = 3;

    /// <summary>Latencies in nanoseconds.</summary>
    public LongHistogram Latencies { get; } = NewHistogram();

    /// <summary>Units of work that succeeded: lookups, or events.</summary>
    public long Completed { get; set; }

    /// <summary>Calls that failed, or events that were refused.</summary>
    public long Failed { get; set; }

    /// <summary>Open loop: arrivals dropped for want of room.</summary>
    public long Dropped { get; set; }

    /// <summary>Open loop: arrivals sent more than 10 ms after their moment.</summary>
    public long Late { get; set; }

    /// <summary>How long it took, from the first call to the last answer.</summary>
    public double Seconds { get; set; }

    /// <summary>Processor time of the server process in that time.</summary>
    public double ServerCpuSeconds { get; set; }

    /// <summary>Bytes that the server allocated on its managed heap in that time; 0 where nobody counted.</summary>
    public long ServerAllocatedBytes { get; set; }

    /// <summary>How long the server's garbage collector held its threads up in that time.</summary>
    public double ServerPauseSeconds { get; set; }

    /// <summary>Units of work a second.</summary>
    public double PerSecond => Seconds > 0 ? Completed / Seconds : 0;

    /// <summary>Microseconds of the server's processor time for one unit.</summary>
    public double ServerCpuMicroseconds => Completed > 0 ? ServerCpuSeconds * 1e6 / Completed : 0;

    /// <summary>Bytes that the server allocated for one unit.</summary>
    public double AllocatedBytesEach => Completed > 0 ? (double)ServerAllocatedBytes / Completed : 0;

    /// <summary>A latency in microseconds at a percentile from 0 to 100; 0 where nothing was recorded.</summary>
    public double Microseconds(double percentile) =>
        Latencies.TotalCount == 0 ? 0 : Latencies.GetValueAtPercentile(percentile) / 1e3;

    /// <summary>An empty histogram of latencies in nanoseconds.</summary>
    public static LongHistogram NewHistogram() => new(1, LongestLatency, SignificantDigits);

    /// <summary>Records one latency given in stopwatch ticks.</summary>
    public static void Record(LongHistogram histogram, long ticks)
    {
        var nanoseconds = (long)(ticks * (1e9 / Stopwatch.Frequency));
        histogram.RecordValue(Math.Clamp(nanoseconds, 1, LongestLatency));
    }
}
