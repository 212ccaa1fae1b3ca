using MartechGrains.LoadTests.Results;

namespace MartechGrains.LoadTests.Commands;

/// <summary>The end of a run.</summary>
public static class Finish
{
    /// <summary>Exit code of a run that measured failures besides answers.</summary>
    public const int FailuresExitCode = 2;

    /// <summary>Exit code of a valid run whose ratio is less than promised.</summary>
    public const int BelowPromiseExitCode = 3;

    /// <summary>Writes and prints the report; returns the exit code.</summary>
    public static async Task<int> WithAsync(Report report, string folder, CancellationToken cancellation)
    {
        var path = await ReportWriter.WriteAsync(report, folder, cancellation);
        Console.WriteLine(ReportWriter.Markdown(report));
        Console.WriteLine($"Written to {path}");
        if (report.Failures > 0)
            return FailuresExitCode;
        return report.MedianRatio >= report.PromisedRatio ? 0 : BelowPromiseExitCode;
    }

    /// <summary>Writes and prints a comparison of two builds; returns the exit code.</summary>
    public static async Task<int> WithAsync(ComparisonReport report, string folder, CancellationToken cancellation)
    {
        var page = ComparisonWriter.Markdown(report);
        var path = await ReportWriter.WriteAsync("compare", report.Origin, report, page, folder, cancellation);
        Console.WriteLine(page);
        Console.WriteLine($"Written to {path}");
        if (report.Comparisons.Any(static comparison => comparison.Failures > 0))
            return FailuresExitCode;
        return report.Comparisons.All(static comparison => comparison.IsKept) ? 0 : BelowPromiseExitCode;
    }
}
