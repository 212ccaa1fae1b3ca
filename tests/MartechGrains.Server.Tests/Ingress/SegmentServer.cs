using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using MartechGrains.Core.Events;
using MartechGrains.Core.Events.Cleaning;
using MartechGrains.Core.Identity;
using MartechGrains.Server.Access;
using MartechGrains.Server.Ingress;
using MartechGrains.Server.Ingress.Segment;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace MartechGrains.Server.Tests.Ingress;

/// <summary>The Segment doors on a loopback port, before an ingest that records what it is given.</summary>
public sealed class SegmentServer : IAsyncLifetime
{
    public const string Key = "k-web";
    private WebApplication? _application;

    public HttpClient Client { get; } = new();

    public ConcurrentQueue<IReadOnlyList<DecodedEvent>> Ingested { get; } = [];

    /// <summary>What ingest does instead of accepting; reset by each test that sets it.</summary>
    public Func<IReadOnlyList<DecodedEvent>, IReadOnlyList<EventResult>>? Ingest { get; set; }

    public static DateTimeOffset Now { get; } = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton(
            new WriteKeys(new Dictionary<string, string> { [Key] = "web", ["k-pos"] = "pos" }));
        builder.Services.AddSingleton<IngestEvents>((events, _) => new(Record(events)));
        builder.Services.AddSingleton<NormaliseIdentifier>(
            (name, value) => new IdentifierVerdict(new Identifier(name, value), IsBlocked: value == "null"));
        builder.Services.AddSingleton<TimeProvider>(new StoppedClock());
        _application = builder.Build();
        _application.MapSegment();
        await _application.StartAsync();
        var addresses = _application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>();
        Client.BaseAddress = new Uri(addresses!.Addresses.Single());
    }

    public async Task DisposeAsync()
    {
        Client.Dispose();
        await _application!.DisposeAsync();
    }

    public Task<Reply> PostAsync(string path, string body, string? key = Key) =>
        PostAsync(path, Encoding.UTF8.GetBytes(body), key);

    public async Task<Reply> PostAsync(string path, byte[] body, string? key = Key, string? encoding = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(body) };
        if (key is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue(
                "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{key}:")));
        }

        if (encoding is not null)
            request.Content.Headers.ContentEncoding.Add(encoding);
        return await SendAsync(request);
    }

    public async Task<Reply> SendAsync(HttpRequestMessage request)
    {
        using var response = await Client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        return new Reply(
            response.StatusCode, JsonDocument.Parse(text).RootElement, response.Headers.RetryAfter?.Delta,
            response.Headers.TryGetValues("X-RateLimit-Reset", out var reset) ? reset.Single() : null);
    }

    /// <summary>The events of the only request since the last call.</summary>
    public IReadOnlyList<DecodedEvent> TakeIngested()
    {
        Assert.True(Ingested.TryDequeue(out var events));
        Assert.Empty(Ingested);
        return events;
    }

    private IReadOnlyList<EventResult> Record(IReadOnlyList<DecodedEvent> events)
    {
        Ingested.Enqueue(events);
        return Ingest?.Invoke(events) ?? [.. events.Select(decoded => decoded is DecodedEvent.Rejected rejected
            ? new EventResult(EventStatus.Quarantined, rejected.Reason.Fault)
            : new EventResult(EventStatus.Accepted))];
    }

    private sealed class StoppedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => Now;
    }
}

public sealed record Reply(HttpStatusCode Status, JsonElement Body, TimeSpan? RetryAfter, string? Reset)
{
    public string? Error(string member) => Body.GetProperty("error").GetProperty(member).GetString();
}
