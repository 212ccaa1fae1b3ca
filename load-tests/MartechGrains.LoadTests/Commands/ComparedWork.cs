using MartechGrains.LoadTests.Driving;
using MartechGrains.LoadTests.Results;
using MartechGrains.LoadTests.Servers;
using MartechGrains.LoadTests.Traffic;

namespace MartechGrains.LoadTests.Commands;

/// <summary>One kind of work that two builds of the server are compared at.</summary>
/// <param name="Name">What it is called on the command line.</param>
/// <param name="Unit">What is counted.</param>
/// <param name="Promises">What is promised of the later build.</param>
/// <param name="PrepareAsync">Brings a server to where measuring may begin; the same for both.</param>
/// <param name="MeasureAsync">Measures a server in a round, counted from 0; both get the same.</param>
public sealed record ComparedWork(
    string Name,
    string Unit,
    IReadOnlyList<Promise> Promises,
    Func<MeasuredServer, CancellationToken, Task> PrepareAsync,
    Func<MeasuredServer, int, CancellationToken, Task<LoadResult>> MeasureAsync)
{
    private const int Connections = 2;
    private const int BatchSize = 100;
    private const int BatchesInFlight = 32;
    private const int LookupConnections = 8;
    private const int LookupsInFlight = 16;
    private const double LookupWarmUpSeconds = 5;
    // First visits cost several times as much as other events.
    private const int VisitShare = 3;

    private static readonly Promise[] CheaperIngest =
    [
        new(Figure.Processor, 0.8), new(Figure.Allocation, 0.8),
    ];

    /// <summary>All there are.</summary>
    /// <param name="options">How much of each.</param>
    /// <param name="events">Events in a measurement, at least <see cref="BatchSize"/>.</param>
    public static IReadOnlyList<ComparedWork> All(RunOptions options, int events)
    {
        var start = new DateTimeOffset(DateTimeOffset.UtcNow.Date.AddDays(-2), TimeSpan.Zero);
        return
        [
            Warm(options, events, start),
            New(events / VisitShare, start),
            Mixed(options, events, start),
            Lookups(options),
            Hairball(options, start),
            Component(options),
        ];
    }

    private static ComparedWork Warm(RunOptions options, int events, DateTimeOffset start)
    {
        var everybody = new Introductions(start);
        var traffic = new TrafficGenerator(new TrafficOptions
        {
            Seed = options.Seed,
            People = options.People,
            Start = start,
            DuplicateShare = 0,
            EveryoneIsKnown = true,
        });
        return Ingest(
            "warm", CheaperIngest, traffic.At, events,
            (server, cancellation) => SendAsync(
                server, everybody.At, 0, options.People * Introductions.EventsPerPerson, cancellation));
    }

    private static ComparedWork New(int events, DateTimeOffset start) =>
        Ingest("new", CheaperIngest, new FirstVisits(start).At, events, static (_, _) => Task.CompletedTask);

    private static ComparedWork Mixed(RunOptions options, int events, DateTimeOffset start)
    {
        var traffic = new TrafficGenerator(
            new TrafficOptions { Seed = options.Seed, People = options.People, Start = start });
        return Ingest("mixed", CheaperIngest, traffic.At, events, static (_, _) => Task.CompletedTask);
    }

    private static ComparedWork Ingest(
        string name, IReadOnlyList<Promise> promises, Func<long, TrafficEvent> at, int events,
        Func<MeasuredServer, CancellationToken, Task> fill) => new(
            name, "events", promises,
            async (server, cancellation) =>
            {
                await fill(server, cancellation);
                // For the just-in-time compiler.
                await SendAsync(server, at, 0, events, cancellation);
            },
            (server, round, cancellation) => SendAsync(server, at, (round + 1L) * events, events, cancellation));

    private static ComparedWork Lookups(RunOptions options)
    {
        var population = new LookupPopulation(options.People, options.Seed);
        var requests = population.Requests();
        return new ComparedWork(
            "lookups", "lookups", [new(Figure.Rate, 1.0)],
            async (server, cancellation) =>
            {
                await population.FillAsync(server, cancellation);
                await AskAsync(server, requests, LookupWarmUpSeconds, cancellation);
            },
            (server, _, cancellation) => AskAsync(server, requests, options.Seconds, cancellation));
    }

    private static ComparedWork Hairball(RunOptions options, DateTimeOffset start)
    {
        var traffic = new HairballTraffic(options.People, start);
        // Everybody is there after the first stretch.
        var events = options.People;
        async Task<LoadResult> Measure(MeasuredServer server, int stretch, CancellationToken cancellation)
        {
            using var load = new IngestLoad(server.GrpcPort, server.WriteKey, Connections);
            return await load.ClosedAsync(
                traffic.Batches(stretch * events, events, BatchSize), BatchesInFlight, double.MaxValue, cancellation);
        }

        return new ComparedWork(
            "hairball", "events", [new(Figure.Rate, 0.97)],
            (server, cancellation) => Measure(server, 0, cancellation),
            (server, round, cancellation) => Measure(server, round + 1, cancellation));
    }

    private static ComparedWork Component(RunOptions options)
    {
        const string person = "large";
        byte[][] requests = [ComponentRun.Request(person)];
        return new ComparedWork(
            "component", "lookups", [new(Figure.Rate, 0.97)],
            async (server, cancellation) =>
            {
                await ComponentRun.FillAsync(server, person, ComponentRun.Identifiers, cancellation);
                await AskAsync(server, requests, LookupWarmUpSeconds, cancellation);
            },
            (server, _, cancellation) => AskAsync(server, requests, options.Seconds, cancellation));
    }

    private static Task<LoadResult> AskAsync(
        MeasuredServer server, byte[][] requests, double seconds, CancellationToken cancellation) =>
        new LookupLoad(server.GrpcPort, LookupPopulation.GetProfile, requests)
            .ClosedAsync(LookupConnections, LookupsInFlight, seconds, cancellation);

    private static async Task<LoadResult> SendAsync(
        MeasuredServer server, Func<long, TrafficEvent> at, long first, int count, CancellationToken cancellation)
    {
        var batches = Enumerable.Range(0, count / BatchSize)
            .Select(batch => TypedEventEncoding.Batch(at, first + ((long)batch * BatchSize), BatchSize))
            .ToArray();
        using var load = new IngestLoad(server.GrpcPort, server.WriteKey, Connections);
        return await load.ClosedAsync(batches, BatchesInFlight, double.MaxValue, cancellation);
    }
}
