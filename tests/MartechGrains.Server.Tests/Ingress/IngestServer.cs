using System.Collections.Concurrent;
using Grpc.Core;
using Grpc.Net.Client;
using MartechGrains.Core.Events;
using MartechGrains.Core.Events.Cleaning;
using MartechGrains.Core.Identity;
using MartechGrains.Protocol.Ingest.V1;
using MartechGrains.Server.Access;
using MartechGrains.Server.Errors;
using MartechGrains.Server.Ingress;
using MartechGrains.Server.Ingress.Grpc;
using MartechGrains.Testing;
using MartechGrains.Testing.Clients;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using EventResult = MartechGrains.Core.Events.EventResult;

namespace MartechGrains.Server.Tests.Ingress;

/// <summary>The gRPC ingest door on a loopback port, before an ingest that records what it is given.</summary>
internal sealed class IngestServer : IAsyncDisposable
{
    public const string Key = "k-web";
    public static readonly Guid QuarantineId = new("00112233-4455-6677-8899-aabbccddeeff");

    private LoopbackServer _server = null!;
    private GrpcChannel _channel = null!;

    public static DateTimeOffset Now { get; } = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    public IngestService.IngestServiceClient Client => _channel.Ingest();

    public CallInvoker Invoker => _channel.CreateCallInvoker();

    public ConcurrentQueue<IReadOnlyList<DecodedEvent>> Ingested { get; } = [];

    /// <summary>What ingest does with a batch, after recording it.</summary>
    public IngestEvents Ingest { get; set; } = static (events, _) => new(Results(events));

    public static async Task<IngestServer> StartAsync(bool needsKey = true)
    {
        var server = new IngestServer();
        server._server = await LoopbackServer.StartAsync(HttpProtocols.Http2, builder =>
        {
            builder.Services.AddSingleton(
                new WriteKeys(new Dictionary<string, string> { [Key] = "web", ["k-pos"] = "pos" }));
            builder.Services.AddSingleton<IngestEvents>((events, cancellationToken) =>
            {
                server.Ingested.Enqueue(events);
                return server.Ingest(events, cancellationToken);
            });
            builder.Services.AddSingleton<NormaliseIdentifier>(static (name, value) =>
                name == "email" && !value.Contains('@')
                ? IdentifierVerdict.Invalid(
                    QuarantineCodes.InvalidIdentifier, "text without @", "Send an e-mail address.")
                : new IdentifierVerdict(new Identifier(name, value), IsBlocked: value == "null"));
            builder.Services.AddSingleton<TimeProvider>(new StoppedClock(Now));
            builder.Services.AddSingleton(new ReadingRules());
            builder.Services.AddSingleton(new AccessOptions { WriteKeys = needsKey ? [$"web={Key}"] : [] });
            builder.Services.AddSingleton<Drain>();
            builder.Services.AddSingleton<IngestBatches>();
            builder.Services.AddSingleton<IngestGrpcService>();
            builder.Services.AddGrpc(static grpc =>
            {
                grpc.MaxReceiveMessageSize = 5 << 20;
                grpc.Interceptors.Add<FailureInterceptor>();
            });
        }, static application => application.MapGrpcService<IngestGrpcService>());
        server._channel = GrpcChannel.ForAddress(server._server.Address);
        return server;
    }

    /// <summary>What a real ingest answers to new events.</summary>
    public static EventResult[] Results(IReadOnlyList<DecodedEvent> events) =>
        [.. events.Select(static decoded => decoded is DecodedEvent.Rejected rejected
            ? new EventResult(EventStatus.Quarantined, rejected.Reason.Fault, QuarantineId)
            : new EventResult(EventStatus.Accepted))];

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        await _server.DisposeAsync();
    }
}
