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

    /// <summary>Maps <c>/v1/{type}</c>, their one-letter forms, the batches, and a project's settings.</summary>
    /// <exception cref="InvalidOperationException">A service that is needed is not registered.</exception>
    public static IEndpointRouteBuilder MapSegment(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        var services = endpoints.ServiceProvider;
        var time = services.GetService<TimeProvider>() ?? TimeProvider.System;
        var door = new SegmentEndpoint(
            services.GetRequiredService<WriteKeys>(),
            services.GetRequiredService<IngestEvents>(),
            services.GetRequiredService<NormaliseIdentifier>(),
            services.GetService<ReadingRules>() ?? new ReadingRules(),
            new RefusedRequests(
                services.GetRequiredService<IMeterFactory>(), time,
                services.GetRequiredService<ILogger<RefusedRequests>>()),
            time,
            services.GetRequiredService<ILogger<SegmentEndpoint>>());
        foreach (var path in BatchPaths)
            endpoints.MapPost(path, door.TakeBatchAsync);
        foreach (var type in Types)
        {
            RequestDelegate take = http => door.TakeSingleAsync(http, type);
            endpoints.MapPost($"/v1/{type}", take);
            endpoints.MapPost($"/v1/{type[0]}", take);
        }

        endpoints.MapGet(
            "/v1/projects/{writeKey}/settings",
            http => door.GetSettingsAsync(http, (string)http.Request.RouteValues["writeKey"]!));
        return endpoints;
    }
}
