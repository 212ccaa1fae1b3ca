using System.Diagnostics.Metrics;
using MartechGrains.Core.Events.Cleaning;
using MartechGrains.Server.Access;

namespace MartechGrains.Server.Ingress.Segment;

/// <summary>
/// The doors that SDKs for Segment and RudderStack knock at. They need from the services: <see cref="WriteKeys"/>,
/// <see cref="IngestEvents"/>, <see cref="NormaliseIdentifier"/>; and take, where present, <see cref="ReadingRules"/>
/// and <see cref="TimeProvider"/>.
/// </summary>
public static class SegmentEndpoints
{
    private static readonly string[] BatchPaths = ["/v1/batch", "/v1/import", "/v1/b"];
    private static readonly string[] Types = ["identify", "track", "page", "screen", "group", "alias"];

    private static readonly EventBody Batch = new(IsBatch: true);
    private static readonly EventBody Single = new(IsBatch: false);

    /// <summary>Methods of what is only read.</summary>
    internal static readonly string[] Reads = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>
    /// Maps <c>/v1/{type}</c>, their one-letter forms, the batches, and what SDKs ask for before they send anything.
    /// </summary>
    /// <returns>All of these, for rules that hold for them alone.</returns>
    /// <exception cref="InvalidOperationException">A service that is needed is not registered.</exception>
    public static IEndpointConventionBuilder MapSegment(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        var services = endpoints.ServiceProvider;
        var keys = services.GetRequiredService<WriteKeys>();
        var clock = services.GetService<TimeProvider>() ?? TimeProvider.System;
        var refused = new RefusedRequests(
            services.GetRequiredService<IMeterFactory>(), clock,
            services.GetRequiredService<ILogger<RefusedRequests>>());
        var setup = new SdkSettings(keys, refused, clock);
        var door = new SegmentEndpoint(
            keys,
            services.GetRequiredService<IngestEvents>(),
            services.GetRequiredService<NormaliseIdentifier>(),
            services.GetService<ReadingRules>() ?? new ReadingRules(),
            refused,
            clock,
            services.GetRequiredService<ILogger<SegmentEndpoint>>());
        var all = endpoints.MapGroup("");
        foreach (var path in BatchPaths)
            all.MapPost(path, door.TakeBatchAsync).WithMetadata(Batch).WithSummary("Takes a batch of events.");
        all.MapPost("/beacon/v1/batch", door.TakeBeaconAsync).WithMetadata(Batch)
            .WithSummary("Takes a batch of events from a browser's beacon, with the write key as ?writeKey.");
        foreach (var type in Types)
        {
            RequestDelegate take = http => door.TakeSingleAsync(http, type);
            foreach (var path in new[] { $"/v1/{type}", $"/v1/{type[0]}" })
                all.MapPost(path, take).WithMetadata(Single).WithSummary($"Takes one event of type {type}.");
        }

        all.MapMethods(
            SdkSettings.SettingsPath, Reads,
            http => setup.WriteSettingsAsync(http, (string)http.Request.RouteValues["writeKey"]!))
            .WithSummary("Tells Segment's SDKs where to send to.");
        all.MapMethods(SdkSettings.SourceConfigPath, Reads, setup.WriteSourceConfigAsync)
            .WithSummary("Tells RudderStack's SDKs that the source is on, with the write key as ?writeKey.");
        return all;
    }
}
