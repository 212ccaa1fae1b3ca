namespace MartechGrains.LoadTests.Results;

/// <summary>Two builds at one kind of work, by turns.</summary>
/// <param name="Work">Which work.</param>
/// <param name="Store">On which store.</param>
/// <param name="Unit">What was counted, such as <c>events</c>.</param>
/// <param name="Rounds">The pairs.</param>
/// <param name="Promises">What is promised of the later build.</param>
public sealed record Comparison(
    string Work, string Store, string Unit, IReadOnlyList<Round> Rounds, IReadOnlyList<Promise> Promises)
{
    /// <summary>Failed calls and refused events.</summary>
    public long Failures => Rounds.Sum(static round => round.Baseline.Failed + round.Subject.Failed);

    /// <summary>Whether all promises are kept.</summary>
    public bool IsKept => Promises.All(promise => promise.IsKept(Ratio(promise.Figure)));

    /// <summary>Median over the pairs of the later build's figure over the other's.</summary>
    public double Ratio(Figure figure) => Report.Median(Rounds.Select(round => round.RatioOf(figure)));

    /// <summary>Median of the other build's figure.</summary>
    public double Baseline(Figure figure) => Report.Median(Rounds.Select(round => round.Baseline.Of(figure)));

    /// <summary>Median of the later build's figure.</summary>
    public double Subject(Figure figure) => Report.Median(Rounds.Select(round => round.Subject.Of(figure)));
}

/// <summary>What a measurement tells of a unit of work.</summary>
public enum Figure
{
    /// <summary>Units a second; more is better.</summary>
    Rate,

    /// <summary>The server's processor time for a unit.</summary>
    Processor,

    /// <summary>Bytes that the server allocates for a unit.</summary>
    Allocation,
}

/// <summary>A bound on a ratio of the later build's figure to the other's.</summary>
/// <param name="Figure">Which figure.</param>
/// <param name="Bound">The least ratio of a rate, else the largest.</param>
public sealed record Promise(Figure Figure, double Bound)
{
    /// <summary>Whether a ratio is within the bound.</summary>
    public bool IsKept(double ratio) => Figure == Figure.Rate ? ratio >= Bound : ratio <= Bound;
}

/// <summary>All comparisons of two builds in one run.</summary>
public sealed record ComparisonReport
{
    /// <summary>Where it was measured.</summary>
    public required Origin Origin { get; init; }

    /// <summary>What the other build is.</summary>
    public required string Baseline { get; init; }

    /// <summary>What was set, in words.</summary>
    public required IReadOnlyDictionary<string, string> Settings { get; init; }

    /// <summary>The comparisons.</summary>
    public required IReadOnlyList<Comparison> Comparisons { get; init; }
}
