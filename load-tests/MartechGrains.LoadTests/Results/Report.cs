using MartechGrains.LoadTests.Driving;

namespace MartechGrains.LoadTests.Results;

/// <summary>One comparison of a subject with its baseline in one run.</summary>
public sealed record Report
{
    /// <summary>Which comparison, such as <c>lookups</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What was counted, such as <c>lookups</c> or <c>events</c>.</summary>
    public required string Unit { get; init; }

    /// <summary>The measured service.</summary>
    public required string Subject { get; init; }

    /// <summary>What it is compared with.</summary>
    public required string Baseline { get; init; }

    /// <summary>The ratio of throughputs the project promises at least.</summary>
    public required double PromisedRatio { get; init; }

    /// <summary>Where it was measured.</summary>
    public required Origin Origin { get; init; }

    /// <summary>What was set, in words.</summary>
    public required IReadOnlyDictionary<string, string> Settings { get; init; }

    /// <summary>The search for the best concurrency, in the order tried.</summary>
    public IReadOnlyList<SweepPoint> Sweep { get; init; } = [];

    /// <summary>The alternating rounds.</summary>
    public required IReadOnlyList<Round> Rounds { get; init; }

    /// <summary>Latencies at a fixed rate.</summary>
    public IReadOnlyList<Measured> FixedRate { get; init; } = [];

    /// <summary>Median over the rounds of the subject's throughput over the baseline's.</summary>
    public double MedianRatio => Median(Rounds.Select(round => round.Ratio));

    /// <summary>Median over the rounds of the server's processor time for a unit, subject over baseline.</summary>
    public double MedianCpuRatio => Median(Rounds.Select(round => round.CpuRatio));

    /// <summary>Failed calls and refused events of all measurements.</summary>
    public long Failures =>
        Rounds.Sum(round => round.Subject.Failed + round.Baseline.Failed) + FixedRate.Sum(measured => measured.Failed);

    /// <summary>The middle of some numbers, the mean of the two middle ones of an even count; 0 of none.</summary>
    public static double Median(IEnumerable<double> numbers)
    {
        var sorted = numbers.Order().ToArray();
        return sorted.Length == 0 ? 0 : (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}

/// <summary>One concurrency tried.</summary>
public sealed record SweepPoint(string Service, int Batch, int InFlight, double PerSecond);

/// <summary>Both measured after each other.</summary>
public sealed record Round(int Number, bool BaselineFirst, Measured Baseline, Measured Subject)
{
    /// <summary>The subject's throughput over the baseline's.</summary>
    public double Ratio => Baseline.PerSecond > 0 ? Subject.PerSecond / Baseline.PerSecond : 0;

    /// <summary>The subject's processor time for a unit over the baseline's.</summary>
    public double CpuRatio =>
        Baseline.ServerCpuMicroseconds > 0 ? Subject.ServerCpuMicroseconds / Baseline.ServerCpuMicroseconds : 0;

    /// <summary>The subject's figure over the baseline's; 0 where the baseline has none.</summary>
    public double RatioOf(Figure figure) =>
        Baseline.Of(figure) > 0 ? Subject.Of(figure) / Baseline.Of(figure) : 0;
}

/// <summary>The figures of one measurement; latencies in microseconds.</summary>
public sealed record Measured(
    string Service,
    double TargetPerSecond,
    double PerSecond,
    double Seconds,
    long Completed,
    long Failed,
    long Dropped,
    long Late,
    double ServerCpuMicroseconds,
    double P50,
    double P90,
    double P99,
    double P999,
    double Max)
{
    /// <summary>Bytes that the server allocated for a unit; 0 where nobody counted.</summary>
    public double AllocatedBytesEach { get; init; }

    /// <summary>How long the server's garbage collector held its threads up.</summary>
    public double PauseMilliseconds { get; init; }

    /// <summary>One of the figures.</summary>
    public double Of(Figure figure) => figure switch
    {
        Figure.Rate => PerSecond,
        Figure.Processor => ServerCpuMicroseconds,
        _ => AllocatedBytesEach,
    };

    /// <summary>The figures of a result.</summary>
    /// <param name="service">Whose they are.</param>
    /// <param name="result">The result.</param>
    /// <param name="targetPerSecond">The fixed rate, or 0 where there was none.</param>
    public static Measured From(string service, LoadResult result, double targetPerSecond = 0) => new(
        service,
        Math.Round(targetPerSecond, 1),
        Math.Round(result.PerSecond, 1),
        Math.Round(result.Seconds, 3),
        result.Completed,
        result.Failed,
        result.Dropped,
        result.Late,
        Math.Round(result.ServerCpuMicroseconds, 2),
        Math.Round(result.Microseconds(50), 1),
        Math.Round(result.Microseconds(90), 1),
        Math.Round(result.Microseconds(99), 1),
        Math.Round(result.Microseconds(99.9), 1),
        Math.Round(result.Microseconds(100), 1))
    {
        AllocatedBytesEach = Math.Round(result.AllocatedBytesEach, 1),
        PauseMilliseconds = Math.Round(result.ServerPauseSeconds * 1e3, 1),
    };
}
