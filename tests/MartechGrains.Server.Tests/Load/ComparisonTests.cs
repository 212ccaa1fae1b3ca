using MartechGrains.LoadTests.Driving;
using MartechGrains.LoadTests.Results;
using Xunit;

namespace MartechGrains.Server.Tests.Load;

public sealed class ComparisonTests
{
    private static readonly Promise[] Promises =
    [
        new(Figure.Rate, 1.0), new(Figure.Processor, 0.8), new(Figure.Allocation, 0.8),
    ];

    [Fact]
    public void The_ratios_of_a_comparison_are_medians_over_its_pairs()
    {
        var comparison = Of((100, 50), (100, 70), (100, 90), (1_000, 10));
        Assert.Equal(0.6, comparison.Ratio(Figure.Allocation), 9);
        Assert.Equal(0.6, comparison.Ratio(Figure.Processor), 9);
        Assert.Equal(1, comparison.Ratio(Figure.Rate), 9);
        Assert.Equal(60, comparison.Subject(Figure.Allocation), 9);
        Assert.Equal(100, comparison.Baseline(Figure.Allocation), 9);
    }

    [Fact]
    public void A_comparison_is_kept_where_every_promise_is()
    {
        Assert.True(Of((100, 80)).IsKept);
        Assert.False(Of((100, 81)).IsKept);
        Assert.True(new Promise(Figure.Rate, 0.97).IsKept(0.97));
        Assert.False(new Promise(Figure.Rate, 0.97).IsKept(0.96));
    }

    [Fact]
    public void The_page_tells_each_figure_and_what_was_promised_of_it()
    {
        var page = ComparisonWriter.Markdown(new ComparisonReport
        {
            Origin = ReportTests.Somewhere,
            Baseline = "c3ec537",
            Settings = new Dictionary<string, string> { ["events"] = "four" },
            Comparisons = [Of((100, 81))],
        });
        Assert.Contains(
            "| warm | SQLite | events: bytes allocated each | 100 | 81 | 0.810 | at most 0.8: NOT kept |", page,
            StringComparison.Ordinal);
        Assert.Contains("at least 1: kept", page, StringComparison.Ordinal);
        Assert.Contains("- events: four", page, StringComparison.Ordinal);
    }

    private static Comparison Of(params (int Baseline, int Subject)[] costs) => new(
        "warm", "SQLite", "events",
        [.. costs.Select(static (pair, number) => new Round(
            number + 1, BaselineFirst: true, Measured(pair.Baseline), Measured(pair.Subject)))],
        Promises);

    private static Measured Measured(int cost) => LoadTests.Results.Measured.From("server", new LoadResult
    {
        Completed = 10,
        Seconds = 1,
        ServerCpuSeconds = cost * 10 / 1e6,
        ServerAllocatedBytes = cost * 10,
    });
}
