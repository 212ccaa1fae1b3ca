using System.Globalization;
using System.Text;
using System.Text.Json;

namespace MartechGrains.LoadTests.Results;

/// <summary>Writes a report as Markdown for people and as JSON for programs.</summary>
public static class ReportWriter
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Writes both files and returns the path of the Markdown one.</summary>
    public static Task<string> WriteAsync(Report report, string folder, CancellationToken cancellation) =>
        WriteAsync(report.Name, report.Origin, report, Markdown(report), folder, cancellation);

    /// <summary>Writes the files of any report and returns the path of the Markdown one.</summary>
    /// <param name="kind">What their names begin with.</param>
    /// <param name="origin">Where it was measured.</param>
    /// <param name="report">The report.</param>
    /// <param name="page">The report as Markdown.</param>
    /// <param name="folder">Where they go.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<string> WriteAsync<T>(
        string kind, Origin origin, T report, string page, string folder, CancellationToken cancellation)
    {
        Directory.CreateDirectory(folder);
        var dirty = origin.Dirty ? "-dirty" : "";
        var name = Text($"{kind}-{origin.Date:yyyyMMdd-HHmmss}-{origin.Commit[..8]}{dirty}");
        var path = Path.Combine(folder, name);
        await File.WriteAllTextAsync(path + ".json", JsonSerializer.Serialize(report, Json) + "\n", cancellation);
        await File.WriteAllTextAsync(path + ".md", page, cancellation);
        return path + ".md";
    }

    /// <summary>The report as Markdown.</summary>
    public static string Markdown(Report report)
    {
        var page = new StringBuilder();
        Line(page, $"# {report.Name}: {report.Subject} beside {report.Baseline}");
        Line(page, "");
        var verdict = report.MedianRatio >= report.PromisedRatio ? "kept" : "NOT kept";
        Line(page, $"**Median ratio {report.MedianRatio:0.000}** of {report.Rounds.Count} rounds "
            + $"(promised: at least {report.PromisedRatio:0.##}; {verdict}). Server processor time per "
            + $"{report.Unit.TrimEnd('s')}: median ratio {report.MedianCpuRatio:0.00}.");
        if (report.Failures > 0)
            Line(page, $"\n**{report.Failures} failures: this result is not valid.**");
        if (report.Origin.Configuration == "Debug")
            Line(page, "\n**A Debug build: this result says nothing.**");
        Rounds(page, report);
        FixedRate(page, report);
        Sweep(page, report);
        Settings(page, report.Origin, report.Settings);
        return page.ToString();
    }

    private static void Rounds(StringBuilder page, Report report)
    {
        Line(page, "\n## Throughput, closed loop\n");
        Line(page, $"| round | first | {report.Baseline}, {report.Unit}/s | {report.Subject}, {report.Unit}/s "
            + $"| ratio | server µs: baseline | server µs: subject | p99 ms: baseline | p99 ms: subject |");
        Line(page, "|---|---|---:|---:|---:|---:|---:|---:|---:|");
        foreach (var round in report.Rounds)
        {
            Line(page, $"| {round.Number} | {(round.BaselineFirst ? "baseline" : "subject")} "
                + $"| {round.Baseline.PerSecond:N0} | {round.Subject.PerSecond:N0} | {round.Ratio:0.000} "
                + $"| {round.Baseline.ServerCpuMicroseconds:0.0} | {round.Subject.ServerCpuMicroseconds:0.0} "
                + $"| {round.Baseline.P99 / 1e3:0.00} | {round.Subject.P99 / 1e3:0.00} |");
        }
    }

    private static void FixedRate(StringBuilder page, Report report)
    {
        if (report.FixedRate.Count == 0)
            return;
        Line(page, "\n## Latency at a fixed rate, open loop, from the intended start, in ms\n");
        Line(page, $"| service | asked {report.Unit}/s | got | p50 | p90 | p99 | p99.9 | max | sent late | dropped |");
        Line(page, "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|");
        foreach (var measured in report.FixedRate)
        {
            Line(page, $"| {measured.Service} | {measured.TargetPerSecond:N0} | {measured.PerSecond:N0} "
                + $"| {measured.P50 / 1e3:0.00} | {measured.P90 / 1e3:0.00} | {measured.P99 / 1e3:0.00} "
                + $"| {measured.P999 / 1e3:0.00} | {measured.Max / 1e3:0.00} "
                + $"| {measured.Late} | {measured.Dropped} |");
        }
    }

    private static void Sweep(StringBuilder page, Report report)
    {
        if (report.Sweep.Count == 0)
            return;
        Line(page, "\n## Search for the best concurrency\n");
        Line(page, $"| service | events per call | calls in flight | {report.Unit}/s |");
        Line(page, "|---|---:|---:|---:|");
        foreach (var point in report.Sweep)
            Line(page, $"| {point.Service} | {point.Batch} | {point.InFlight} | {point.PerSecond:N0} |");
    }

    /// <summary>Writes where a report comes from, and what was set.</summary>
    public static void Settings(StringBuilder page, Origin origin, IReadOnlyDictionary<string, string> settings)
    {
        Line(page, "\n## Origin and settings\n");
        Line(page, $"- commit `{origin.Commit}`{(origin.Dirty ? " with uncommitted changes" : "")}");
        Line(page, $"- `{origin.Command}`");
        Line(page, $"- {origin.Date:yyyy-MM-dd HH:mm:ss} UTC, load average before the run {origin.LoadAverage:0.00}");
        Line(page, $"- {origin.Processor}, {origin.Cores} cores, {origin.MemoryGiB} GiB, {origin.Kernel}");
        Line(page, $"- {origin.Runtime}, {origin.Configuration}");
        foreach (var (name, value) in settings)
            Line(page, $"- {name}: {value}");
    }

    // The build is culture-invariant, so interpolation is too.
    /// <summary>Writes a line.</summary>
    public static void Line(StringBuilder page, string line) => page.Append(line).Append('\n');

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
