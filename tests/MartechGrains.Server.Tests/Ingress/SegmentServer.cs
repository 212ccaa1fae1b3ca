using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;
using MartechGrains.Core.Events;
using MartechGrains.Core.Events.Cleaning;
using MartechGrains.Core.Identity;
using MartechGrains.Server.Access;
using MartechGrains.Server.Ingress;
using MartechGrains.Server.Ingress.Segment;
using MartechGrains.Testing;
using MartechGrains.Testing.Clients;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MartechGrains.Server.Tests.Ingress;

/// <summary>The Segment doors on a loopback port, before an ingest that records what it is given.</summary>
public sealed class SegmentServer : IAsyncLifetime
{
    public const string Key = "k-web";
    private LoopbackServer? _server;

    public HttpClient Client { get; } = new();

    /// <summary>What its meters come from.</summary>
    public IMeterFactory Meters => _server!.Services.GetRequiredService<IMeterFactory>();

    public ConcurrentQueue<IReadOnlyList<DecodedEvent>> Ingested { get; } = [];

    /// <summary>What ingest does instead of accepting; reset by each test that sets it.</summary>
    public Func<IReadOnlyList<DecodedEvent>, IReadOnlyList<EventResult>>? Ingest { get; set; }

    public static DateTimeOffset Now { get; } = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    public async Task InitializeAsync()
    {
        _server = await LoopbackServer.StartAsync(HttpProtocols.Http1, builder =>
        {
            builder.Services.AddSingleton(
                new WriteKeys(new Dictionary<string, string> { [Key] = "web", ["k-pos"] = "pos" }));
            builder.Services.AddSingleton<IngestEvents>((events, _) => new(Record(events)));
            builder.Services.AddSingleton<NormaliseIdentifier>(
                (name, value) => new IdentifierVerdict(new Identifier(name, value), IsBlocked: value == "null"));
            builder.Services.AddSingleton<TimeProvider>(new StoppedClock(Now));
        }, static application => application.MapSegment());
        Client.BaseAddress = _server.Address;
    }

    public async Task DisposeAsync()
    {
        Client.Dispose();
        if (_server is not null)
            await _server.DisposeAsync();
    }

    public Task<HttpAnswer> PostAsync(string path, string body, string? key = Key) =>
        PostAsync(path, Encoding.UTF8.GetBytes(body), key);

    public Task<HttpAnswer> PostAsync(string path, byte[] body, string? key = Key, string encoding = "") =>
        Client.PostAsync(path, body, key, encoding);

    public Task<HttpAnswer> SendAsync(HttpRequestMessage request) => Client.AnswerAsync(request);

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
}
