using System.Diagnostics;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Grpc.Net.Client;
using MartechGrains.LoadTests.Driving;
using MartechGrains.LoadTests.Results;
using MartechGrains.LoadTests.Servers;
using MartechGrains.LoadTests.Traffic;
using MartechGrains.Protocol.Activation.V1;
using MartechGrains.Protocol.Ingest.V1;
using MartechGrains.Protocol.Types.V1;

using Identifier = MartechGrains.Protocol.Types.V1.Identifier;

namespace MartechGrains.LoadTests.Commands;

/// <summary>
/// Events of many identifiers, each of which shares one with the next: what the first lookup of all that costs, and one
/// more link, as there are more of them. At the ends of half of the chains are two people, so that it is cut somewhere.
/// </summary>
/// <param name="options">What to do.</param>
public sealed class WideRun(RunOptions options)
{
    private const int BatchSize = 50;
    private const int Links = 9;
    private const double MaxFirstMilliseconds = 300;
    private const double MaxLinkMilliseconds = 20;
    private const string Email = "email";

    private static readonly (int Events, int Identifiers)[] Shapes =
        [(100, 50), (200, 50), (400, 50), (500, 10), (1_000, 10), (2_000, 10), (1_250, 3), (2_500, 3), (5_000, 3)];

    private static readonly DateTimeOffset Start = new(2025, 10, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Measures and tells; returns the exit code.</summary>
    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        var origin = Origin.Here(RepositoryLayout.Root, options.Arguments);
        await using var work = new Workplace();
        var store = await work.StoreAsync(options.Postgres, cancellation);
        var server = await work.KeepAsync(
            MeasuredServer.StartMartechGrainsAsync(options.ServerDll, store, work.Folder, cancellation));
        using var channel = GrpcChannel.ForAddress($"http://127.0.0.1:{server.GrpcPort}");
        var isKept = true;
        Workplace.Tell($"commit {origin.Commit}, {store.Name}");
        // The first shape again and again until the compiler is done with the code; not counted.
        for (var i = 0; i < options.Rounds; i++)
            await MeasureAsync(server, channel, new Chain($"warm-up{i}", Shapes[0], i % 2 == 1), cancellation);
        foreach (var isCut in new[] { false, true })
        {
            foreach (var shape in Shapes)
            {
                var chain = new Chain($"{shape.Events}x{shape.Identifiers}{(isCut ? "cut" : "")}", shape, isCut);
                var (first, link) = await MeasureAsync(server, channel, chain, cancellation);
                isKept &= first <= MaxFirstMilliseconds && link <= MaxLinkMilliseconds;
                var people = isCut ? ", two people" : "";
                Workplace.Tell($"{shape.Events} events of {shape.Identifiers}{people}: first lookup {first:0.0} ms");
                Workplace.Tell($"    one more link and a lookup {link:0.0} ms");
            }
        }

        return isKept ? 0 : Finish.BelowPromiseExitCode;
    }

    private static async Task<(double First, double Link)> MeasureAsync(
        MeasuredServer server, GrpcChannel channel, Chain chain, CancellationToken cancellation)
    {
        using var load = new IngestLoad(server.GrpcPort, server.WriteKey, connections: 1);
        await SendAsync(load, chain.Events());
        var client = new ActivationService.ActivationServiceClient(channel);
        var first = await TimeAsync(LookUpAsync);
        var links = new List<double>();
        for (var i = 0; i < Links; i++)
        {
            var more = chain.OneMore(i);
            links.Add(await TimeAsync(async () =>
            {
                await SendAsync(load, [more]);
                await LookUpAsync();
            }));
        }

        links.Sort();
        return (first, links[Links / 2]);

        async Task LookUpAsync()
        {
            var request = new GetProfileRequest
            {
                Key = new ProfileKey { Identifier = chain.Name(0) },
                Purpose = "personalization",
                ReadMask = new FieldMask { Paths = { "features" } },
            };
            await client.GetProfileAsync(request, new CallOptions(cancellationToken: cancellation));
        }

        async Task SendAsync(IngestLoad to, List<Event> events)
        {
            var batches = events.Chunk(BatchSize)
                .Select(static batch => new IngestEventsRequest { Events = { batch } }.ToByteArray()).ToArray();
            var result = await to.ClosedAsync(batches, 1, double.MaxValue, cancellation);
            if (result.Completed != events.Count)
                throw new InvalidOperationException($"{result.Failed} events of a chain were refused.");
        }
    }

    private static async Task<double> TimeAsync(Func<Task> work)
    {
        var began = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
    }

    /// <summary>Events in the order of their times, each of which shares its last address with the next.</summary>
    private sealed record Chain(string Id, (int Events, int Identifiers) Shape, bool IsCut)
    {
        public Identifier Name(int number) => new() { Namespace = Email, Value = $"{Id}-{number}@example.org" };

        public List<Event> Events()
        {
            var events = Enumerable.Range(0, Shape.Events).Select(number => Of($"{number}", number, [
                .. Enumerable.Range(number * (Shape.Identifiers - 1), Shape.Identifiers).Select(Name)])).ToList();
            if (IsCut)
            {
                events.Add(Of("one", Shape.Events, [Name(0), User("one")]));
                events.Add(Of(
                    "other", Shape.Events, [Name(Shape.Events * (Shape.Identifiers - 1)), User("other")]));
            }

            return events;
        }

        public Event OneMore(int number) =>
            Of($"more-{number}", Shape.Events + 1 + number, [Name(0), Name(-1 - number)]);

        private Identifier User(string name) => new() { Namespace = Namespaces.UserId, Value = $"{Id}-{name}" };

        private Event Of(string id, int second, Identifier[] identifiers) => new()
        {
            Typed = new TypedEvent
            {
                EventId = $"{Id}-{id}",
                EventTime = Timestamp.FromDateTimeOffset(Start.AddSeconds(second)),
                EventClass = EventClass.Identified,
                Name = "identify",
                Channel = Channel.Web,
                Identifiers = { identifiers },
            },
        };
    }
}
