using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
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
/// What a person of many identifiers costs: one more link in Core, and lookups of features beside those of a person of
/// few, on the same server.
/// </summary>
/// <param name="options">What to do.</param>
public sealed class ComponentRun(RunOptions options)
{
    /// <summary>Identifiers of the large profile.</summary>
    public const int Identifiers = 500;

    private const int SmallIdentifiers = 4;
    private const int Connections = 8;
    private const int InFlight = 16;
    private const double WarmUpSeconds = 5;
    private const double MaxLinkMicroseconds = 1_000;
    private const double PromisedRatio = 1 / 1.1;

    /// <summary>Measures and writes the report; returns the exit code.</summary>
    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        var origin = Origin.Here(RepositoryLayout.Root, options.Arguments);
        var link = LinkCost.Measure(Identifiers);
        Workplace.Tell(
            $"one more link to {Identifiers} identifiers: {link.Link:0.0} µs, and its view {link.View:0.0} µs");
        await using var work = new Workplace();
        var server = await work.KeepAsync(MeasuredServer.StartMartechGrainsAsync(
            options.ServerDll, MartechStore.Embedded, work.Folder, cancellation));
        await FillAsync(server, "small", SmallIdentifiers, cancellation);
        await FillAsync(server, "large", Identifiers, cancellation);
        var report = new Report
        {
            Name = "component",
            Unit = "lookups",
            Subject = $"{Identifiers} identifiers",
            Baseline = $"{SmallIdentifiers} identifiers",
            PromisedRatio = PromisedRatio,
            Origin = origin,
            Settings = new SortedDictionary<string, string>(StringComparer.Ordinal)
            {
                ["lookups"] = "features only (read_mask), as personalization engines ask; the answers are equally long",
                ["client"] = $"{Connections} connections, {InFlight} calls in flight on each",
                ["one more link in Core"] = Microseconds(link.Link) + " (promised: below 1 ms): decided, folded, and "
                    + "its effect on identities found, on one core",
                ["the view after it"] = Microseconds(link.View) + ", where somebody reads it",
            },
            Rounds = await RoundsAsync(server, cancellation),
        };
        var code = await Finish.WithAsync(report, options.Out, cancellation);
        return code != 0 || link.Link < MaxLinkMicroseconds ? code : Finish.BelowPromiseExitCode;
    }

    private static string Microseconds(double time) =>
        string.Create(CultureInfo.InvariantCulture, $"{time:0.0} µs");

    /// <summary>Makes a person of so many identifiers.</summary>
    public static async Task FillAsync(
        MeasuredServer server, string person, int identifiers, CancellationToken cancellation)
    {
        var now = DateTimeOffset.UtcNow.AddHours(-1);
        var request = new IngestEventsRequest();
        for (var i = 1; i < identifiers; i++)
        {
            var typed = new TypedEvent
            {
                EventId = $"{person}-{i}",
                EventTime = Timestamp.FromDateTimeOffset(now),
                EventClass = EventClass.Identified,
                Name = "identify",
                Channel = Channel.Web,
            };
            typed.Identifiers.Add(User(person));
            typed.Identifiers.Add(new Identifier { Namespace = "email", Value = $"{person}{i}@example.org" });
            request.Events.Add(new Event { Typed = typed });
        }

        using var load = new IngestLoad(server.GrpcPort, server.WriteKey, connections: 1);
        var result = await load.ClosedAsync([request.ToByteArray()], 1, double.MaxValue, cancellation);
        if (result.Completed != identifiers - 1)
            throw new InvalidOperationException($"{result.Failed} events of {person} were refused.");
    }

    private async Task<List<Round>> RoundsAsync(MeasuredServer server, CancellationToken cancellation)
    {
        Task<LoadResult> Measure(string person, double seconds) => server.MeasureAsync(() =>
            new LookupLoad(server.GrpcPort, LookupPopulation.GetProfile, [Request(person)])
                .ClosedAsync(Connections, InFlight, seconds, cancellation));
        await Measure("small", WarmUpSeconds);
        await Measure("large", WarmUpSeconds);
        var done = new List<Round>();
        for (var number = 0; number < options.Rounds; number++)
        {
            var smallFirst = number % 2 == 0;
            var first = await Measure(smallFirst ? "small" : "large", options.Seconds);
            var second = await Measure(smallFirst ? "large" : "small", options.Seconds);
            var (small, large) = smallFirst ? (first, second) : (second, first);
            done.Add(new Round(
                number + 1, smallFirst, Measured.From($"{SmallIdentifiers} identifiers", small),
                Measured.From($"{Identifiers} identifiers", large)));
        }

        return done;
    }

    /// <summary>A lookup of a person's features.</summary>
    public static byte[] Request(string person) => new GetProfileRequest
    {
        Key = new ProfileKey { Identifier = User(person) },
        Purpose = "personalization",
        ReadMask = new FieldMask { Paths = { "features" } },
    }.ToByteArray();

    private static Identifier User(string person) => new() { Namespace = Namespaces.UserId, Value = person };
}
