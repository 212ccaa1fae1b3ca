using MartechGrains.Testing.Clients;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace MartechGrains.Server.Tests.Cli;

/// <summary>Scripted services on a loopback port, HTTP/2 without TLS.</summary>
internal sealed class FakeServer : IAsyncDisposable
{
    private LoopbackServer _server = null!;

    public FakeIngest Ingest { get; } = new();

    public FakeReads Reads { get; } = new();

    public string Address => _server.Address.GetLeftPart(UriPartial.Authority);

    public static async Task<FakeServer> StartAsync()
    {
        var fake = new FakeServer();
        fake._server = await LoopbackServer.StartAsync(HttpProtocols.Http2, builder =>
        {
            builder.Services.AddGrpc().AddJsonTranscoding();
            builder.Services.AddSingleton(fake.Ingest);
            builder.Services.AddSingleton(fake.Reads);
        }, static application =>
        {
            application.MapGrpcService<FakeIngest>();
            application.MapGrpcService<FakeActivation>();
            application.MapGrpcService<FakeLineage>();
            application.MapGrpcService<FakeIdentity>();
            application.MapGrpcService<FakeDecisions>();
            application.MapGrpcService<FakeOperations>();
            application.MapGrpcService<FakePolicies>();
        });
        return fake;
    }

    /// <summary>Runs the command line before it.</summary>
    public Task<CommandRun> RunAsync(params string[] args) => CommandRun.Of(["--server", Address, .. args]);

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
