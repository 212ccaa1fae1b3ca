using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MartechGrains.Server.Tests.Cli;

/// <summary>Scripted services on a loopback port, HTTP/2 without TLS.</summary>
internal sealed class FakeServer : IAsyncDisposable
{
    private readonly WebApplication _application;

    private FakeServer(WebApplication application) => _application = application;

    public FakeIngest Ingest { get; } = new();

    public FakeReads Reads { get; } = new();

    public string Address { get; private set; } = "";

    public static async Task<FakeServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        FakeServer? server = null;
        builder.Services.AddGrpc().AddJsonTranscoding();
        builder.Services.AddSingleton(_ => server!.Ingest);
        builder.Services.AddSingleton(_ => server!.Reads);
        var application = builder.Build();
        server = new FakeServer(application);
        application.MapGrpcService<FakeIngest>();
        application.MapGrpcService<FakeActivation>();
        application.MapGrpcService<FakeLineage>();
        application.MapGrpcService<FakeIdentity>();
        application.MapGrpcService<FakeDecisions>();
        application.MapGrpcService<FakeOperations>();
        application.MapGrpcService<FakePolicies>();
        await application.StartAsync();
        var addresses = application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>();
        server.Address = addresses!.Addresses.Single();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        // Not StopAsync: a test may leave a stream open on purpose.
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _application.StopAsync(now.Token);
        await _application.DisposeAsync();
    }
}
