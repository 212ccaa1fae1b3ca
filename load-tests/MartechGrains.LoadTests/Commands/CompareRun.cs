using System.CommandLine;
using System.Globalization;
using MartechGrains.LoadTests.Database;
using MartechGrains.LoadTests.Results;
using MartechGrains.LoadTests.Servers;
using MartechGrains.LoadTests.Tracing;

namespace MartechGrains.LoadTests.Commands;

/// <summary>
/// Two builds of the server by turns in one run, on the same store: what a unit of work costs the one beside the other.
/// </summary>
/// <param name="options">What to do.</param>
/// <param name="compared">What to compare.</param>
public sealed class CompareRun(RunOptions options, CompareOptions compared)
{
    private const int MinWarmUpRounds = 4;
    private const int MaxWarmUpRounds = 16;

    /// <summary>A server is warm when less of its processor time went into compiling in a round.</summary>
    private const double WarmShare = 0.01;

    /// <summary>Measures and writes the report; returns the exit code.</summary>
    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        var origin = Origin.Here(RepositoryLayout.Root, options.Arguments);
        await using var work = new Workplace();
        var comparisons = new List<Comparison>();
        foreach (var isPostgres in compared.Stores)
        {
            var postgres = !isPostgres ? null
                : options.Postgres ?? (await work.KeepAsync(PrivatePostgres.StartAsync(cancellation))).Connection;
            foreach (var kind in ComparedWork.All(options, compared.Events))
            {
                if (compared.What.Contains(kind.Name))
                    comparisons.Add(await CompareAsync(kind, postgres, cancellation));
            }
        }

        var report = new ComparisonReport
        {
            Origin = origin,
            Baseline = compared.BaselineName,
            Settings = Settings(),
            Comparisons = comparisons,
        };
        return await Finish.WithAsync(report, options.Out, cancellation);
    }

    private async Task<Comparison> CompareAsync(
        ComparedWork kind, string? postgres, CancellationToken cancellation)
    {
        // Servers of their own for each kind: what one leaves behind weighs on no other.
        await using var work = new Workplace();
        var store = postgres is null ? "SQLite" : "PostgreSQL";
        Workplace.Tell($"{kind.Name} on {store}");
        var baseline = await StartAsync(work, "baseline", compared.BaselineDll, postgres, cancellation);
        var subject = await StartAsync(work, "subject", options.ServerDll, postgres, cancellation);
        var counters = new Dictionary<MeasuredServer, RuntimeCounters>();
        foreach (var server in (MeasuredServer[])[baseline, subject])
        {
            await kind.PrepareAsync(server, cancellation);
            counters.Add(server, await work.KeepAsync(RuntimeCounters.StartAsync(server.ProcessId, cancellation)));
        }

        var warmUps = await WarmUpAsync(kind, counters, cancellation);
        var rounds = await Alternation.RunAsync(options.Rounds, baseline, subject, async (server, round) =>
        {
            var result = await server.MeasureAsync(
                counters[server], () => kind.MeasureAsync(server, round + warmUps, cancellation), cancellation);
            // What it still writes and collects is not to weigh on the other.
            await server.SettleAsync(cancellation);
            return result;
        });
        return new Comparison(kind.Name, store, kind.Unit, rounds, kind.Promises);
    }

    /// <summary>
    /// The just-in-time compiler takes long to settle, and what it does meanwhile would count for either: so both work
    /// until both are compiled, each as much as the other. Returns how many rounds that took.
    /// </summary>
    private static async Task<int> WarmUpAsync(
        ComparedWork kind, Dictionary<MeasuredServer, RuntimeCounters> counters, CancellationToken cancellation)
    {
        for (var round = 0; ; round++)
        {
            var largest = 0.0;
            foreach (var (server, its) in counters)
            {
                var before = await its.ReadAsync(cancellation);
                var result = await server.MeasureAsync(() => kind.MeasureAsync(server, round, cancellation));
                var after = await its.ReadAsync(cancellation);
                await server.SettleAsync(cancellation);
                largest = Math.Max(
                    largest, (after.CompilationSeconds - before.CompilationSeconds) / result.ServerCpuSeconds);
            }

            if (round + 1 < MinWarmUpRounds || (largest >= WarmShare && round + 1 < MaxWarmUpRounds))
                continue;
            Workplace.Tell($"warm after {round + 1} rounds; the last compiled for {largest:P1} of its processor time");
            return round + 1;
        }
    }

    private static async Task<MeasuredServer> StartAsync(
        Workplace work, string name, string dll, string? postgres, CancellationToken cancellation)
    {
        var store = await work.StoreAsync(postgres, cancellation);
        var folder = Path.Combine(work.Folder, name);
        Directory.CreateDirectory(folder);
        return await work.KeepAsync(MeasuredServer.StartMartechGrainsAsync(dll, store, folder, cancellation, name));
    }

    private SortedDictionary<string, string> Settings() => new(StringComparer.Ordinal)
    {
        ["place"] = "client, database and both servers on the same machine; the server not measured is idle",
        ["events"] = string.Create(
            CultureInfo.InvariantCulture,
            $"{compared.Events:N0} in a measurement of warm and mixed, a third of that of new, {options.People:N0} of "
            + $"hairball; the same for both servers, 32 calls of 100 in flight; {options.People:N0} people, seed "
            + $"{options.Seed}"),
        ["lookups"] = string.Create(
            CultureInfo.InvariantCulture, $"{options.Seconds} s, 8 connections with 16 calls in flight on each"),
        ["allocation"] = "of the server's runtime, by its own counter, read through its diagnostics port",
        ["warm-up"] = string.Create(
            CultureInfo.InvariantCulture,
            $"rounds by turns, until compiling takes less than {WarmShare:P0} of both servers' processor time, at most "
            + $"{MaxWarmUpRounds}"),
        ["processor time"] = "of the server's process; on SQLite the store's is in it, on PostgreSQL it is not",
    };
}

/// <summary>What <c>compare</c> is told besides.</summary>
public sealed record CompareOptions
{
    private const int MinEvents = 1_000;
    private const int MaxEvents = 1_000_000;

    /// <summary>MartechGrains.Server.dll of the other build.</summary>
    public required string BaselineDll { get; init; }

    /// <summary>What the report calls it.</summary>
    public required string BaselineName { get; init; }

    /// <summary>Events in a measurement.</summary>
    public required int Events { get; init; }

    /// <summary>Whether each store is PostgreSQL.</summary>
    public required IReadOnlyList<bool> Stores { get; init; }

    /// <summary>Kinds of work.</summary>
    public required IReadOnlyList<string> What { get; init; }

    /// <summary>The command.</summary>
    /// <param name="arguments">All arguments of the program.</param>
    public static Command Command(IReadOnlyList<string> arguments)
    {
        var baseline = new Option<string>("--baseline")
        {
            Description = "MartechGrains.Server.dll of the other build.",
            Required = true,
        };
        var name = new Option<string>("--baseline-name")
        {
            Description = "What the report calls that build, such as its commit.",
            DefaultValueFactory = _ => "the baseline",
        };
        var store = new Option<string>("--store")
        {
            Description = "sqlite, postgres or both.",
            DefaultValueFactory = _ => "both",
        };
        store.AcceptOnlyFromAmong("sqlite", "postgres", "both");
        var events = new Option<int>("--events")
        {
            Description = "Events in a measurement of warm and mixed; new gets a third.",
            DefaultValueFactory = _ => 60_000,
        };
        RunOptions.Within(events, MinEvents, MaxEvents);
        string[] kinds = ["warm", "new", "mixed", "lookups", "hairball", "component"];
        var what = new Argument<string[]>("what")
        {
            Description = "Kinds of work; all where none is named.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        what.AcceptOnlyFromAmong(kinds);
        var command = new Command("compare", "Two builds of the server by turns: what each unit of work costs them.")
        {
            what, baseline, name, store, events,
        };
        return RunOptions.AddTo(command, arguments, (parsed, options, cancellation) => new CompareRun(
            options,
            new CompareOptions
            {
                BaselineDll = parsed.GetValue(baseline)!,
                BaselineName = parsed.GetValue(name)!,
                Events = parsed.GetValue(events),
                Stores = parsed.GetValue(store) switch
                {
                    "sqlite" => [false],
                    "postgres" => [true],
                    _ => [false, true],
                },
                What = parsed.GetValue(what) is { Length: > 0 } named ? named : kinds,
            }).RunAsync(cancellation));
    }
}
