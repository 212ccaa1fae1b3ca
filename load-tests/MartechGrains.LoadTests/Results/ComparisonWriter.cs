using System.Text;

namespace MartechGrains.LoadTests.Results;

/// <summary>Writes a comparison of two builds as Markdown.</summary>
public static class ComparisonWriter
{
    private static readonly (Figure Figure, string Title, string Format)[] Figures =
    [
        (Figure.Rate, "per second", "N0"),
        (Figure.Processor, "server µs each", "0.0"),
        (Figure.Allocation, "bytes allocated each", "N0"),
    ];

    /// <summary>The report as Markdown.</summary>
    public static string Markdown(ComparisonReport report)
    {
        var page = new StringBuilder();
        ReportWriter.Line(page, $"# This build beside {report.Baseline}, by turns\n");
        ReportWriter.Line(page, "Medians of pairs; a ratio is this build's figure over the other's.\n");
        Summary(page, report);
        foreach (var comparison in report.Comparisons)
            Rounds(page, comparison);
        ReportWriter.Settings(page, report.Origin, report.Settings);
        return page.ToString();
    }

    private static void Summary(StringBuilder page, ComparisonReport report)
    {
        ReportWriter.Line(page, "| work | store | figure | other | this | ratio | promised |");
        ReportWriter.Line(page, "|---|---|---|---:|---:|---:|---|");
        foreach (var comparison in report.Comparisons)
        {
            foreach (var (figure, title, format) in Figures)
            {
                ReportWriter.Line(page, $"| {comparison.Work} | {comparison.Store} | {comparison.Unit}: {title} "
                    + $"| {comparison.Baseline(figure).ToString(format)} "
                    + $"| {comparison.Subject(figure).ToString(format)} "
                    + $"| {comparison.Ratio(figure):0.000} | {Verdict(comparison, figure)} |");
            }

            if (comparison.Failures > 0)
                ReportWriter.Line(page, $"\n**{comparison.Failures} failures: this result is not valid.**\n");
        }
    }

    private static string Verdict(Comparison comparison, Figure figure)
    {
        if (comparison.Promises.FirstOrDefault(promise => promise.Figure == figure) is not { } promise)
            return "";
        var side = figure == Figure.Rate ? "at least" : "at most";
        var verdict = promise.IsKept(comparison.Ratio(figure)) ? "kept" : "NOT kept";
        return $"{side} {promise.Bound:0.##}: {verdict}";
    }

    private static void Rounds(StringBuilder page, Comparison comparison)
    {
        ReportWriter.Line(page, $"\n## {comparison.Work} on {comparison.Store}\n");
        ReportWriter.Line(page, "| round | first | per second: other, this | server µs: other, this "
            + "| bytes: other, this | GC pause ms: other, this | ratios |");
        ReportWriter.Line(page, "|---|---|---|---|---|---|---|");
        foreach (var round in comparison.Rounds)
        {
            var (other, subject) = (round.Baseline, round.Subject);
            ReportWriter.Line(page, $"| {round.Number} | {(round.BaselineFirst ? "other" : "this")} "
                + $"| {other.PerSecond:N0}, {subject.PerSecond:N0} "
                + $"| {other.ServerCpuMicroseconds:0.0}, {subject.ServerCpuMicroseconds:0.0} "
                + $"| {other.AllocatedBytesEach:N0}, {subject.AllocatedBytesEach:N0} "
                + $"| {other.PauseMilliseconds:0}, {subject.PauseMilliseconds:0} "
                + $"| {round.Ratio:0.000}, {round.CpuRatio:0.000}, {round.RatioOf(Figure.Allocation):0.000} |");
        }
    }
}
