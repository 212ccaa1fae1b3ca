using Google.Protobuf;
using MartechGrains.LoadTests.Driving;
using MartechGrains.LoadTests.Servers;
using MartechGrains.LoadTests.Traffic;
using MartechGrains.Protocol.Activation.V1;
using MartechGrains.Protocol.Types.V1;
using Identifier = MartechGrains.Protocol.Types.V1.Identifier;

namespace MartechGrains.LoadTests.Commands;

/// <summary>The profiles that lookups are measured on, and the lookups.</summary>
/// <param name="people">How many.</param>
/// <param name="seed">Of the order in which they are asked for.</param>
public sealed class LookupPopulation(int people, ulong seed)
{
    /// <summary>The method.</summary>
    public const string GetProfile = "/martechgrains.activation.v1.ActivationService/GetProfile";

    private const int LoadBatch = 600;
    private const int LoadBatchesInFlight = 4;
    private const string Purpose = "personalization";

    /// <summary>One serialised lookup of each profile, in a fixed shuffled order.</summary>
    public byte[][] Requests()
    {
        var random = new StableRandom(seed);
        return
        [
            .. Enumerable.Range(0, people)
                .OrderBy(person => random.Bits(DrawTopic.Lookup, person))
                .Select(person => new GetProfileRequest
                {
                    Key = new ProfileKey
                    {
                        Identifier = new Identifier
                        {
                            Namespace = Namespaces.UserId,
                            Value = People.UserId(person).Value,
                        },
                    },
                    Purpose = Purpose,
                }.ToByteArray()),
        ];
    }

    /// <summary>Makes the profiles.</summary>
    public async Task FillAsync(MeasuredServer server, CancellationToken cancellation)
    {
        var traffic = new PopulationTraffic(DateTimeOffset.UtcNow.Date.AddDays(-1));
        var total = people * PopulationTraffic.EventsPerPerson;
        var batches = Enumerable.Range(0, (total + LoadBatch - 1) / LoadBatch)
            .Select(number => TypedEventEncoding.Batch(
                traffic.At, (long)number * LoadBatch, Math.Min(LoadBatch, total - (number * LoadBatch))))
            .ToArray();
        using var load = new IngestLoad(server.GrpcPort, server.WriteKey, connections: 1);
        var result = await load.ClosedAsync(batches, LoadBatchesInFlight, double.MaxValue, cancellation);
        Workplace.Tell($"filled {people} profiles with {result.Completed} events, {result.PerSecond:N0}/s");
        if (result.Completed != total)
            throw new InvalidOperationException($"{total - result.Completed} of {total} events were refused.");
    }
}
