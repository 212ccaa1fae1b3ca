using System.Globalization;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using MartechGrains.LoadTests.Baselines.Bare;
using MartechGrains.LoadTests.Driving;
using MartechGrains.LoadTests.Results;
using MartechGrains.LoadTests.Servers;
using MartechGrains.Protocol.Activation.V1;

namespace MartechGrains.LoadTests.Commands;

/// <summary>Lookups of MartechGrains beside those of a bare gRPC service with the very same answers.</summary>
/// <param name="options">What to do.</param>
public sealed class LookupsRun(RunOptions options)
{
    private const int Connections = 8;
    private const int InFlight = 16;
    private const int ReadsInFlight = 32;
    private const double WarmUpSeconds = 5;
    private const double SelfCheckRatio = 0.8;
    private const double PromisedRatio = 0.5;

    /// <summary>Measures and writes the report; returns the exit code.</summary>
    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        var origin = Origin.Here(RepositoryLayout.Root, options.Arguments);
        await using var work = new Workplace();
        var profiles = Path.Combine(work.Folder, "profiles");
        var population = new LookupPopulation(options.People, options.Seed);
        var requests = population.Requests();
        MeasuredServer subject;
        var settings = Settings();
        if (options.SelfCheck)
        {
            var now = DateTimeOffset.UtcNow;
            ProfileFile.Write(profiles, Enumerable.Range(0, options.People).Select(n => ProfileFile.MadeUp(n, now)));
            subject = await StartBareAsync(work, "bare gRPC again", profiles, cancellation);
        }
        else
        {
            subject = await StartMartechAsync(work, settings, cancellation);
            await population.FillAsync(subject, cancellation);
            ProfileFile.Write(profiles, await ReadAllAsync(subject, requests, cancellation));
        }

        var sizes = ProfileFile.Read(profiles).Select(answer => answer.Response.Length).ToArray();
        settings["message"] = string.Create(
            CultureInfo.InvariantCulture, $"{sizes.Average():0} bytes on average, {sizes.Min()} to {sizes.Max()}");
        var baseline = await StartBareAsync(work, "bare gRPC", profiles, cancellation);
        var rounds = await RoundsAsync(baseline, subject, requests, cancellation);
        var report = new Report
        {
            Name = options.SelfCheck ? "lookups-self-check" : "lookups",
            Unit = "lookups",
            Subject = subject.Name,
            Baseline = baseline.Name,
            PromisedRatio = options.SelfCheck ? SelfCheckRatio : PromisedRatio,
            Origin = origin,
            Settings = settings,
            Rounds = rounds,
            FixedRate = await FixedRateAsync(baseline, subject, requests, rounds, cancellation),
        };
        return await Finish.WithAsync(report, options.Out, cancellation);
    }

    private SortedDictionary<string, string> Settings() => new(StringComparer.Ordinal)
    {
        ["profiles"] = options.People.ToString("N0", CultureInfo.InvariantCulture),
        ["client"] = $"{Connections} connections, {InFlight} calls in flight on each, keys in a fixed shuffled order",
        ["place"] = "client and both servers on the same machine; the server not measured is idle",
    };

    private static Task<MeasuredServer> StartBareAsync(
        Workplace work, string name, string profiles, CancellationToken cancellation) =>
        work.KeepAsync(MeasuredServer.StartBaselineAsync(
            name, ["serve-bare", "--profiles", profiles], work.Folder, cancellation));

    private async Task<MeasuredServer> StartMartechAsync(
        Workplace work, SortedDictionary<string, string> settings, CancellationToken cancellation)
    {
        var store = await work.StoreAsync(options.Postgres, cancellation);
        settings["store"] = store.Name;
        return await work.KeepAsync(
            MeasuredServer.StartMartechGrainsAsync(options.ServerDll, store, work.Folder, cancellation));
    }

    /// <summary>
    /// Reads every profile through an ordinary client. Proves that the server answers all of them, and gives the bare
    /// service the same messages to answer with.
    /// </summary>
    private static async Task<(string User, byte[] Response)[]> ReadAllAsync(
        MeasuredServer server, byte[][] requests, CancellationToken cancellation)
    {
        using var channel = GrpcChannel.ForAddress($"http://127.0.0.1:{server.GrpcPort}");
        var client = new ActivationService.ActivationServiceClient(channel);
        var answers = new (string, byte[])[requests.Length];
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = ReadsInFlight, CancellationToken = cancellation };
        await Parallel.ForAsync(0, requests.Length, parallel, async (number, stop) =>
        {
            var request = GetProfileRequest.Parser.ParseFrom(requests[number]);
            var response = await client.GetProfileAsync(request, new CallOptions(cancellationToken: stop));
            if (response.Profile is null || response.Profile.Features.Count == 0)
                throw new InvalidOperationException("A profile came back without features: nothing to compare.");
            answers[number] = (request.Key.Identifier.Value, response.ToByteArray());
        });
        return answers;
    }

    private async Task<List<Round>> RoundsAsync(
        MeasuredServer baseline, MeasuredServer subject, byte[][] requests, CancellationToken cancellation)
    {
        Task<LoadResult> Measure(MeasuredServer server, double seconds) => server.MeasureAsync(() =>
            new LookupLoad(server.GrpcPort, LookupPopulation.GetProfile, requests)
                .ClosedAsync(Connections, InFlight, seconds, cancellation));
        foreach (var server in (MeasuredServer[])[baseline, subject])
            await Measure(server, WarmUpSeconds);
        return await Alternation.RunAsync(
            options.Rounds, baseline, subject, (server, _) => Measure(server, options.Seconds));
    }

    private async Task<List<Measured>> FixedRateAsync(
        MeasuredServer baseline, MeasuredServer subject, byte[][] requests, List<Round> rounds,
        CancellationToken cancellation)
    {
        var rate = 0.5 * Math.Min(
            Report.Median(rounds.Select(round => round.Baseline.PerSecond)),
            Report.Median(rounds.Select(round => round.Subject.PerSecond)));
        var measured = new List<Measured>();
        foreach (var server in (MeasuredServer[])[baseline, subject])
        {
            var result = await server.MeasureAsync(() =>
                new LookupLoad(server.GrpcPort, LookupPopulation.GetProfile, requests)
                    .OpenLoopAsync(Connections, rate, options.Seconds, cancellation));
            measured.Add(Measured.From(server.Name, result, rate));
        }

        return measured;
    }
}
