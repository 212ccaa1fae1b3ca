using System.Globalization;
using MartechGrains.LoadTests.Database;
using MartechGrains.LoadTests.Driving;
using MartechGrains.LoadTests.Results;
using MartechGrains.LoadTests.Servers;
using MartechGrains.LoadTests.Traffic;


namespace MartechGrains.LoadTests.Commands;

/// <summary>
/// Durable ingest of MartechGrains beside that of a naive Orleans service, on the same PostgreSQL, each at the best
/// concurrency that a search finds for it.
/// </summary>
public sealed class IngestRun
{
    private const int Connections = 2;
    // Enough for the just-in-time compiler to be done with either server before anything counts.
    private const int WarmUpEvents = 100_000;
    private const int WarmUpBatch = 100;
    private const int WarmUpInFlight = 16;
    private const double SweepSeconds = 3;
    private const int FastestSweep = 60_000;
    private const double FastestRound = 1.6;
    private const double SelfCheckRatio = 0.8;
    private const double PromisedRatio = 5;
    // The same for both: neither is held to a concurrency that suits the other.
    private static readonly (int Batch, int InFlight)[] Sweep =
    [
        (10, 2), (10, 4), (10, 8), (10, 16), (10, 32), (10, 64),
        (100, 2), (100, 4), (100, 8), (100, 16), (100, 32), (100, 64), (100, 128),
    ];

    private readonly RunOptions options;
    private readonly TrafficGenerator traffic;
    private long cursor;

    /// <summary>Prepares a run.</summary>
    /// <param name="options">What to do.</param>
    public IngestRun(RunOptions options)
    {
        this.options = options;
        traffic = new TrafficGenerator(new TrafficOptions
        {
            Seed = options.Seed,
            People = options.People,
            Start = DateTimeOffset.UtcNow.Date.AddDays(-2),
        });
    }

    /// <summary>Measures and writes the report; returns the exit code.</summary>
    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        var origin = Origin.Here(RepositoryLayout.Root, options.Arguments);
        await using var work = new Workplace();
        var postgres = options.Postgres
            ?? (await work.KeepAsync(PrivatePostgres.StartAsync(cancellation))).Connection;
        var settings = Settings();
        foreach (var (name, value) in await ScratchDatabase.SettingsAsync(postgres, cancellation))
            settings[$"PostgreSQL {name}"] = value;

        var baseline = await StartNaiveAsync(work, "naive Orleans", postgres, cancellation);
        var subject = options.SelfCheck
            ? await StartNaiveAsync(work, "naive Orleans again", postgres, cancellation)
            : await StartMartechAsync(work, postgres, cancellation);
        await WarmUpAsync([baseline, subject], cancellation);
        var sweep = new List<SweepPoint>();
        var naiveBest = await BestAsync(baseline, sweep, cancellation);
        var subjectBest = await BestAsync(subject, sweep, cancellation);
        var rounds = await RoundsAsync((baseline, naiveBest), (subject, subjectBest), cancellation);
        var report = new Report
        {
            Name = options.SelfCheck ? "ingest-self-check" : "ingest",
            Unit = "events",
            Subject = subject.Name,
            Baseline = baseline.Name,
            PromisedRatio = options.SelfCheck ? SelfCheckRatio : PromisedRatio,
            Origin = origin,
            Settings = settings,
            Sweep = sweep,
            Rounds = rounds,
            FixedRate = await FixedRateAsync((baseline, naiveBest), (subject, subjectBest), rounds, cancellation),
        };
        return await Finish.WithAsync(report, options.Out, cancellation);
    }

    private SortedDictionary<string, string> Settings() => new(StringComparer.Ordinal)
    {
        ["traffic"] = string.Create(
            CultureInfo.InvariantCulture,
            $"seed {options.Seed}, {options.People:N0} people, Zipf {traffic.Options.ZipfExponent}, from "
            + $"{traffic.Options.Start:yyyy-MM-dd}, 1 % repeated, 5 % late"),
        ["client"] = $"{Connections} connections, unary batches; both get the same events, after the same "
            + $"{WarmUpEvents.ToString("N0", CultureInfo.InvariantCulture)} to warm up",
        ["place"] = "client, PostgreSQL and both servers on the same machine; the server not measured is idle",
    };

    private static async Task<MeasuredServer> StartNaiveAsync(
        Workplace work, string name, string postgres, CancellationToken cancellation)
    {
        var database = await work.KeepAsync(ScratchDatabase.CreateAsync(postgres, cancellation));
        return await work.KeepAsync(MeasuredServer.StartBaselineAsync(
            name, ["serve-naive", "--postgres", database.Connection], work.Folder, cancellation));
    }

    private async Task<MeasuredServer> StartMartechAsync(
        Workplace work, string postgres, CancellationToken cancellation)
    {
        var store = await work.StoreAsync(postgres, cancellation);
        return await work.KeepAsync(
            MeasuredServer.StartMartechGrainsAsync(options.ServerDll, store, work.Folder, cancellation));
    }

    private async Task WarmUpAsync(MeasuredServer[] servers, CancellationToken cancellation)
    {
        var batches = Take(WarmUpEvents / WarmUpBatch, WarmUpBatch);
        foreach (var server in servers)
        {
            var result = await ClosedAsync(server, batches, WarmUpInFlight, double.MaxValue, cancellation);
            Workplace.Tell($"{server.Name} warmed up with {result.Completed} events, {result.PerSecond:N0}/s");
        }
    }

    private async Task<Best> BestAsync(
        MeasuredServer server, List<SweepPoint> sweep, CancellationToken cancellation)
    {
        Best? best = null;
        var seconds = Math.Min(SweepSeconds, options.Seconds);
        var atMost = (double)FastestSweep;
        foreach (var (batch, inFlight) in Sweep)
        {
            var batches = Take(1 + (int)(atMost * seconds / batch), batch);
            var result = await ClosedAsync(server, batches, inFlight, seconds, cancellation);
            sweep.Add(new SweepPoint(server.Name, batch, inFlight, Math.Round(result.PerSecond, 1)));
            Workplace.Tell($"{server.Name}: {batch} x {inFlight} in flight: {result.PerSecond:N0}/s");
            if (best is null || result.PerSecond > best.PerSecond)
                best = new Best(batch, inFlight, result.PerSecond);
            // Concurrency makes no server several times faster than at the first point, or hardly ever.
            atMost = Math.Min(FastestSweep, Math.Max(1, best.PerSecond) * 4);
        }

        return best!;
    }

    private async Task<List<Round>> RoundsAsync(
        (MeasuredServer Server, Best Best) baseline, (MeasuredServer Server, Best Best) subject,
        CancellationToken cancellation)
    {
        var starts = new Dictionary<int, long>();
        return await Alternation.RunAsync(options.Rounds, baseline.Server, subject.Server, async (server, round) =>
        {
            var best = server == baseline.Server ? baseline.Best : subject.Best;
            // Both get the same events in a round; the faster one gets further.
            if (starts.TryGetValue(round, out var start))
                cursor = start;
            starts[round] = cursor;
            var events = Math.Max(baseline.Best.PerSecond, subject.Best.PerSecond) * options.Seconds * FastestRound;
            var end = cursor + (long)events;
            var own = best.PerSecond * options.Seconds * FastestRound;
            var batches = Take(1 + (int)(own / best.Batch), best.Batch);
            cursor = Math.Max(cursor, end);
            return await ClosedAsync(server, batches, best.InFlight, options.Seconds, cancellation);
        });
    }

    private async Task<List<Measured>> FixedRateAsync(
        (MeasuredServer Server, Best Best) baseline, (MeasuredServer Server, Best Best) subject,
        List<Round> rounds, CancellationToken cancellation)
    {
        const int batch = 10;
        var rate = 0.5 * Math.Min(
            Report.Median(rounds.Select(round => round.Baseline.PerSecond)),
            Report.Median(rounds.Select(round => round.Subject.PerSecond)));
        var batches = Take(Math.Max(1, (int)(rate * options.Seconds / batch)), batch);
        var measured = new List<Measured>();
        foreach (var server in (MeasuredServer[])[baseline.Server, subject.Server])
        {
            using var load = new IngestLoad(server.GrpcPort, server.WriteKey, Connections);
            var result = await server.MeasureAsync(
                () => load.OpenLoopAsync(batches, rate / batch, cancellation));
            measured.Add(Measured.From(server.Name, result, rate));
        }

        return measured;
    }

    private static async Task<LoadResult> ClosedAsync(
        MeasuredServer server, byte[][] batches, int inFlight, double seconds, CancellationToken cancellation)
    {
        using var load = new IngestLoad(server.GrpcPort, server.WriteKey, Connections);
        return await server.MeasureAsync(() => load.ClosedAsync(batches, inFlight, seconds, cancellation));
    }

    private byte[][] Take(int batches, int size)
    {
        var taken = new byte[batches][];
        for (var number = 0; number < batches; number++, cursor += size)
            taken[number] = TypedEventEncoding.Batch(traffic.At, cursor, size);
        return taken;
    }

    private sealed record Best(int Batch, int InFlight, double PerSecond);
}
