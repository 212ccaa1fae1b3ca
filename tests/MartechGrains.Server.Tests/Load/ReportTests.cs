using MartechGrains.LoadTests.Driving;
using MartechGrains.LoadTests.Results;
using Xunit;

namespace MartechGrains.Server.Tests.Load;

public sealed class ReportTests
{
    [Fact]
    public void The_ratio_of_a_report_is_the_median_of_its_rounds()
    {
        var report = Sample(failed: 0, (100, 50), (100, 70), (100, 90), (10, 1));
        Assert.Equal(0.6, report.MedianRatio, 9);
        Assert.Contains("Median ratio 0.600", ReportWriter.Markdown(report), StringComparison.Ordinal);
    }

    [Fact]
    public void A_report_with_failures_says_that_it_is_not_valid()
    {
        Assert.Contains("not valid", ReportWriter.Markdown(Sample(failed: 1, (1, 1))), StringComparison.Ordinal);
        Assert.DoesNotContain("not valid", ReportWriter.Markdown(Sample(failed: 0, (1, 1))), StringComparison.Ordinal);
    }

    [Fact]
    public void A_ratio_below_the_promise_is_told()
    {
        Assert.Contains("NOT kept", ReportWriter.Markdown(Sample(failed: 0, (100, 49))), StringComparison.Ordinal);
        Assert.Contains("; kept", ReportWriter.Markdown(Sample(failed: 0, (100, 50))), StringComparison.Ordinal);
    }

    internal static Origin Somewhere { get; } = new()
    {
        Date = DateTimeOffset.UnixEpoch,
        Commit = new string('0', 40),
        Dirty = false,
        Command = "lookups",
        Processor = "one",
        Cores = 2,
        MemoryGiB = 1,
        Kernel = "none",
        Runtime = "none",
        Configuration = "Release",
        LoadAverage = 0,
    };

    private static Report Sample(long failed, params (long Baseline, long Subject)[] rounds) => new()
    {
        Name = "sample",
        Unit = "lookups",
        Subject = "subject",
        Baseline = "baseline",
        PromisedRatio = 0.5,
        Origin = Somewhere,
        Settings = new Dictionary<string, string>(),
        Rounds =
        [
            .. rounds.Select((round, number) => new Round(
                number + 1,
                true,
                Measured.From("baseline", new LoadResult { Completed = round.Baseline, Seconds = 1 }),
                Measured.From("subject", new LoadResult { Completed = round.Subject, Failed = failed, Seconds = 1 }))),
        ],
    };
}
