using System.Diagnostics.Metrics;
using MartechGrains.Definitions;
using MartechGrains.EndToEnd.Tests.Support;
using MartechGrains.Grains.Homes;
using MartechGrains.Protocol.Identity.V1;
using MartechGrains.Protocol.Ingest.V1;
using MartechGrains.Protocol.Types.V1;
using Xunit;
using static MartechGrains.EndToEnd.Tests.Explanations.ExplainedServer;

namespace MartechGrains.EndToEnd.Tests.Explanations;

/// <summary>More identifiers than the policy expects of a person decide nothing, but raise an alert.</summary>
[Collection(Alone)]
public sealed class OversizeTests
{
    private const string Alone = "by itself";

    private const int MaxIdentifiers = 5;

    [Fact]
    public async Task A_component_beyond_maxIdentifiers_is_counted_once_and_told_by_its_graph()
    {
        var alerts = 0;
        using var meters = new MeterListener
        {
            InstrumentPublished = static (instrument, listener) =>
            {
                if ((instrument.Meter.Name, instrument.Name) == (HomeMetrics.MeterName, "martechgrains.homes.oversize"))
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        meters.SetMeasurementEventCallback<long>((_, count, _, _) => Interlocked.Add(ref alerts, (int)count));
        meters.Start();
        await using var server = await InProcessServer.StartAsync(
            6, $"{DefaultPolicy.ReadYaml()}\nmaxIdentifiers: {MaxIdentifiers}\n",
            new Dictionary<string, string> { ["shop"] = "demo" });

        for (var device = 1; device < MaxIdentifiers; device++) await SendAsync(server, device);
        Assert.Empty((await GraphAsync(server)).OversizeComponents);
        Assert.Equal(0, alerts);

        for (var device = MaxIdentifiers; device < MaxIdentifiers + 3; device++) await SendAsync(server, device);
        var graph = await GraphAsync(server);
        var component = Assert.Single(graph.OversizeComponents);
        Assert.Equal((MaxIdentifiers + 3, Named("device_id:d1")), (component.Identifiers, component.First));
        Assert.Equal(MaxIdentifiers + 3, Assert.Single(graph.Profiles).Identifiers.Count);
        Assert.Equal(1, alerts);
    }

    private static Task SendAsync(InProcessServer server, int device) => server.Address.Channel.SendAsync(
    [
        new Event
        {
            Typed = new TypedEvent
            {
                EventId = $"{device}",
                EventTime = TimeOf(device),
                EventClass = EventClass.LoggedIn,
                Identifiers = { Named("user_id:hub"), Named($"device_id:d{device}") },
            },
        },
    ]);

    private static async Task<IdentityGraph> GraphAsync(InProcessServer server)
    {
        var client = new IdentityService.IdentityServiceClient(server.Address.Channel);
        var reply = await client.GetIdentityGraphAsync(new GetIdentityGraphRequest
        {
            Key = new ProfileKey { Identifier = Named("user_id:hub") },
            Purpose = ClientExtensions.Purpose,
        });
        return reply.Graph;
    }

    /// <summary>Meters are those of the process: no other server may count meanwhile.</summary>
    [CollectionDefinition(Alone, DisableParallelization = true)]
    public sealed class Definition;
}
