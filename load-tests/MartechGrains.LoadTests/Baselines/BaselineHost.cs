using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;


namespace MartechGrains.LoadTests.Baselines;

/// <summary>What both baselines share: a silent host with an HTTP and a gRPC port on the loopback address.</summary>
public static class BaselineHost
{
    /// <summary>A builder with ports and gRPC.</summary>
    public static WebApplicationBuilder NewBuilder(int httpPort, int grpcPort)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Logging.AddSimpleConsole();
        builder.Logging.SetMinimumLevel(LogLevel.Error);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, httpPort, endpoint => endpoint.Protocols = HttpProtocols.Http1);
            kestrel.Listen(IPAddress.Loopback, grpcPort, endpoint => endpoint.Protocols = HttpProtocols.Http2);
        });
        builder.Services.AddGrpc();
        return builder;
    }

    /// <summary>Adds the health check that the harness waits for.</summary>
    public static WebApplication WithHealth(WebApplication host)
    {
        host.MapGet("/health/ready", () => "ready");
        return host;
    }
}
