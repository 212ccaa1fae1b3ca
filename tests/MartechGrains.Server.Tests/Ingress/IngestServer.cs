using System.Collections.Concurrent;
using System.Text;
using Google.Rpc;
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
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using EventResult = MartechGrains.Core.Events.EventResult;

namespace MartechGrains.Server.Tests.Ingress;

/// <summary>The gRPC ingest door on a loopback port, before an ingest that records what it is given.</summary>
internal sealed class IngestServer : IAsyncDisposable
{
    public const string Key = "k-web";
    public static readonly Guid QuarantineId = new("00112233-4455-6677-8899-aabbccddeeff");

    private readonly WebApplication _application;
    private readonly GrpcChannel _channel;

    private IngestServer(WebApplication application, string address)
    {
        _application = application;
        _channel = GrpcChannel.ForAddress(address);
        Client = new IngestService.IngestServiceClient(_channel);
    }

    public static DateTimeOffset Now { get; } = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    public IngestService.IngestServiceClient Client { get; }

    public CallInvoker Invoker => _channel.CreateCallInvoker();

    public ConcurrentQueue<IReadOnlyList<DecodedEvent>> Ingested { get; } = [];

    /// <summary>What ingest does with a batch, after recording it.</summary>
    public IngestEvents Ingest { get; set; } = static (events, _) => new(Results(events));

    public static async Task<IngestServer> StartAsync(bool needsKey = true)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(static kestrel => kestrel.Listen(
            System.Net.IPAddress.Loopback, 0, static listen => listen.Protocols = HttpProtocols.Http2));
        IngestServer? server = null;
        builder.Services.AddSingleton(new WriteKeys(
            new Dictionary<string, string> { [Key] = "web", ["k-pos"] = "pos" }));
        builder.Services.AddSingleton<IngestEvents>((events, cancellationToken) =>
        {
            server!.Ingested.Enqueue(events);
            return server.Ingest(events, cancellationToken);
        });
        builder.Services.AddSingleton<NormaliseIdentifier>(static (name, value) =>
            name == "email" && !value.Contains('@')
            ? IdentifierVerdict.Invalid(QuarantineCodes.InvalidIdentifier, "text without @", "Send an e-mail address.")
            : new IdentifierVerdict(new Identifier(name, value), IsBlocked: value == "null"));
        builder.Services.AddSingleton<TimeProvider>(new StoppedClock());
        builder.Services.AddSingleton(new IngressOptions());
        builder.Services.AddSingleton(new AccessOptions { WriteKeys = needsKey ? [$"web={Key}"] : [] });
        builder.Services.AddSingleton<IngestBatches>();
        builder.Services.AddSingleton<IngestGrpcService>();
        builder.Services.AddGrpc(static grpc =>
        {
            grpc.MaxReceiveMessageSize = 5 << 20;
            grpc.Interceptors.Add<FailureInterceptor>();
        });
        var application = builder.Build();
        application.MapGrpcService<IngestGrpcService>();
        await application.StartAsync();
        var addresses = application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>();
        return server = new IngestServer(application, addresses!.Addresses.Single());
    }

    /// <summary>Metadata that carries a write key.</summary>
    public static Metadata With(string key) => new()
    {
        { "authorization", "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{key}:")) },
    };

    /// <summary>The reason a failed call gives; null where it has none.</summary>
    public static string? ReasonOf(RpcException error) => error.GetRpcStatus()?.GetDetail<ErrorInfo>()?.Reason;

    /// <summary>What a real ingest answers to new events.</summary>
    public static EventResult[] Results(IReadOnlyList<DecodedEvent> events) =>
        [.. events.Select(static decoded => decoded is DecodedEvent.Rejected rejected
            ? new EventResult(EventStatus.Quarantined, rejected.Reason.Fault, QuarantineId)
            : new EventResult(EventStatus.Accepted))];

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        // Not StopAsync alone: a test may leave a stream open on purpose.
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _application.StopAsync(now.Token);
        await _application.DisposeAsync();
    }

    private sealed class StoppedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => Now;
    }
}
