using System.Globalization;
using Grpc.Core;
using Grpc.Net.Client;
using MartechGrains.LoadTests.Driving;
using MartechGrains.LoadTests.Results;
using MartechGrains.LoadTests.Servers;
using MartechGrains.LoadTests.Traffic;
using MartechGrains.Protocol.Identity.V1;
using MartechGrains.Protocol.Types.V1;

using Identifier = MartechGrains.Protocol.Types.V1.Identifier;

namespace MartechGrains.LoadTests.Commands;

/// <summary>
/// One e-mail address and one device that everybody carries: the work for an event must not grow with the people that
/// they would connect. The last tenth of the events is compared with the second one.
/// </summary>
/// <param name="options">What to do.</param>
public sealed class HairballRun(RunOptions options)
{
    private const int EventsPerPerson = 10;
    private const int Tenths = 10;
    private const int BatchSize = 100;
    private const int InFlight = 16;
    private const int Connections = 2;
    private const int Checked = 200;
    private const double PromisedRatio = 1 / 1.5;

    private readonly HairballTraffic _traffic = new(options.People, DateTimeOffset.UtcNow.AddDays(-1));

    /// <summary>Measures and writes the report; returns the exit code.</summary>
    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        var origin = Origin.Here(RepositoryLayout.Root, options.Arguments);
        await using var work = new Workplace();
        var store = await work.StoreAsync(options.Postgres, cancellation);
        var server = await work.KeepAsync(
            MeasuredServer.StartMartechGrainsAsync(options.ServerDll, store, work.Folder, cancellation));
        var tenths = await TenthsAsync(server, cancellation);
        await CheckApartAsync(server, cancellation);
        var (second, last) = (tenths[1], tenths[^1]);
        var report = new Report
        {
            Name = "hairball",
            Unit = "events",
            Subject = "the last tenth",
            Baseline = "the second tenth",
            PromisedRatio = PromisedRatio,
            Origin = origin,
            Settings = Settings(store, tenths),
            Rounds = [new Round(1, BaselineFirst: true, second, last)],
        };
        var code = await Finish.WithAsync(report, options.Out, cancellation);
        return code != 0 || report.MedianCpuRatio <= 1 / PromisedRatio ? code : Finish.BelowPromiseExitCode;
    }

    private async Task<List<Measured>> TenthsAsync(MeasuredServer server, CancellationToken cancellation)
    {
        using var load = new IngestLoad(server.GrpcPort, server.WriteKey, Connections);
        var each = options.People * EventsPerPerson / Tenths;
        var tenths = new List<Measured>();
        for (var tenth = 0; tenth < Tenths; tenth++)
        {
            var batches = _traffic.Batches(tenth * each, each, BatchSize);
            var result = await server.MeasureAsync(
                () => load.ClosedAsync(batches, InFlight, double.MaxValue, cancellation));
            tenths.Add(Measured.From($"tenth {tenth + 1}", result));
            Workplace.Tell(
                $"tenth {tenth + 1}: {tenths[^1].PerSecond:N0}/s, {tenths[^1].ServerCpuMicroseconds:0.0} µs an event");
        }

        return tenths;
    }

    /// <summary>
    /// People stay apart, and what they share is reported as generic: else the figures are of something else.
    /// </summary>
    private async Task CheckApartAsync(MeasuredServer server, CancellationToken cancellation)
    {
        using var channel = GrpcChannel.ForAddress($"http://127.0.0.1:{server.GrpcPort}");
        var client = new IdentityService.IdentityServiceClient(channel);
        for (var person = 0; person < options.People; person += Math.Max(1, options.People / Checked))
        {
            var key = new Identifier
            {
                Namespace = HairballTraffic.CustomerNumber,
                Value = HairballTraffic.Name(person),
            };
            var answer = await client.GetIdentityGraphAsync(
                new GetIdentityGraphRequest { Key = new ProfileKey { Identifier = key }, Purpose = "personalization" },
                new CallOptions(cancellationToken: cancellation));
            var generic = answer.Graph.InertIdentifiers
                .Where(static inert => inert.Cause == InertIdentifier.Types.Cause.Generic)
                .Select(static inert => inert.Identifier.Namespace).Order(StringComparer.Ordinal);
            if (!generic.SequenceEqual([HairballTraffic.Device, HairballTraffic.Email], StringComparer.Ordinal))
                throw new InvalidOperationException($"Customer {person}: the shared values are not generic.");
            if (!answer.Graph.Profiles.Any(
                profile => profile.Identifiers.Count == 1 && profile.Identifiers[0].Equals(key)))
                throw new InvalidOperationException($"Customer {person} is not apart from the others.");
        }
    }

    private SortedDictionary<string, string> Settings(MartechStore store, List<Measured> tenths) =>
        new(StringComparer.Ordinal)
        {
            ["traffic"] = string.Create(
                CultureInfo.InvariantCulture,
                $"{options.People:N0} people with {EventsPerPerson} events each in shuffled order, each with an own "
                + $"customer number, and all with one e-mail address and one device; both are generic after 10 people"),
            ["client"] = $"{Connections} connections, {InFlight} batches of {BatchSize} events in flight",
            ["store"] = store.Name,
            ["server µs an event, by tenths"] = string.Join(", ", tenths.Select(static tenth =>
                tenth.ServerCpuMicroseconds.ToString("0.0", CultureInfo.InvariantCulture))),
        };
}
