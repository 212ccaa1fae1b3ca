using System.CommandLine;
using System.Globalization;
using System.Text;
using MartechGrains.LoadTests.Results;
using MartechGrains.LoadTests.Servers;
using MartechGrains.LoadTests.Tracing;

namespace MartechGrains.LoadTests.Commands;

/// <summary>What each stage of ingest costs for one event: of known people, and of new ones.</summary>
/// <param name="options">What to do.</param>
/// <param name="events">Events in a measurement.</param>
/// <param name="details">How many of the costliest methods and largest allocations to list.</param>
public sealed class StagesRun(RunOptions options, int events, int details)
{
    private static readonly string[] Kinds = ["warm", "new"];

    /// <summary>The command.</summary>
    /// <param name="arguments">All arguments of the program.</param>
    public static Command Command(IReadOnlyList<string> arguments)
    {
        var events = new Option<int>("--events")
        {
            Description = "Events in a measurement of warm; new gets a third.",
            DefaultValueFactory = _ => 60_000,
        };
        RunOptions.Within(events, 1_000, 1_000_000);
        var details = new Option<int>("--details")
        {
            Description = "How many of the costliest methods and largest allocations to list.",
            DefaultValueFactory = _ => 0,
        };
        RunOptions.Within(details, 0, 10_000);
        return RunOptions.AddTo(
            new Command("stages", "What each stage of ingest costs, by samples of the server's stacks.")
            {
                events, details,
            },
            arguments,
            (parsed, options, cancellation) =>
                new StagesRun(options, parsed.GetValue(events), parsed.GetValue(details)).RunAsync(cancellation));
    }

    /// <summary>Measures and prints; returns the exit code.</summary>
    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        var origin = Origin.Here(RepositoryLayout.Root, options.Arguments);
        var page = new StringBuilder();
        foreach (var kind in ComparedWork.All(options, events).Where(kind => Kinds.Contains(kind.Name)))
        {
            await using var work = new Workplace();
            var store = await work.StoreAsync(options.Postgres, cancellation);
            var server = await work.KeepAsync(MeasuredServer.StartMartechGrainsAsync(
                options.ServerDll, store, work.Folder, cancellation));
            await kind.PrepareAsync(server, cancellation);
            var counters = await work.KeepAsync(RuntimeCounters.StartAsync(server.ProcessId, cancellation));
            await kind.MeasureAsync(server, 0, cancellation);
            await server.SettleAsync(cancellation);
            var plain = await server.MeasureAsync(
                counters, () => kind.MeasureAsync(server, 1, cancellation), cancellation);
            var profile = await StageTrace.RecordAsync(
                server, counters, () => kind.MeasureAsync(server, 2, cancellation), work.Folder, cancellation);
            ReportWriter.Line(page, $"## {kind.Name}, on {store.Name}\n");
            ReportWriter.Line(page, $"{plain.ServerCpuMicroseconds:0.0} µs and {plain.AllocatedBytesEach:N0} bytes an "
                + $"event without a trace, {profile.Result.ServerCpuMicroseconds:0.0} µs and "
                + $"{profile.Result.AllocatedBytesEach:N0} bytes with it.\n");
            Table(page, profile);
            Details(page, profile);
        }

        ReportWriter.Settings(page, origin, new Dictionary<string, string>
        {
            ["events"] = string.Create(
                CultureInfo.InvariantCulture,
                $"{events:N0} of warm, a third of that of new; 32 calls of 100 in flight; {options.People:N0} people"),
        });
        Console.WriteLine(page);
        return 0;
    }

    private static void Table(StringBuilder page, StageProfile profile)
    {
        var (time, bytes) = (profile.Microseconds.Values.Sum(), profile.Bytes.Values.Sum());
        ReportWriter.Line(page, "| stage | µs an event | share | bytes an event | share |");
        ReportWriter.Line(page, "|---|---:|---:|---:|---:|");
        foreach (var stage in Enum.GetValues<Stage>())
        {
            var (own, allocated) =
                (profile.Microseconds.GetValueOrDefault(stage), profile.Bytes.GetValueOrDefault(stage));
            ReportWriter.Line(page, $"| {stage.ToString().ToLowerInvariant()} | {own:0.0} | {own / time:P0} "
                + $"| {allocated:N0} | {allocated / bytes:P0} |");
        }

        ReportWriter.Line(page, "");
    }

    private void Details(StringBuilder page, StageProfile profile)
    {
        foreach (var (stage, call, microseconds) in profile.TimeByCall.Take(details))
            ReportWriter.Line(page, $"- {microseconds:0.00} µs {stage.ToString().ToLowerInvariant()}: {call}");
        foreach (var (stage, call, bytes) in profile.BytesByCall.Take(details))
            ReportWriter.Line(page, $"- {bytes:N0} bytes {stage.ToString().ToLowerInvariant()}: {call}");
        ReportWriter.Line(page, "");
    }
}
