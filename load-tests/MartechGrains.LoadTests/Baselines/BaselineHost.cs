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
            kestrel.ListenLocalhost(httpPort, endpoint => endpoint.Protocols = HttpProtocols.Http1);
            kestrel.ListenLocalhost(grpcPort, endpoint => endpoint.Protocols = HttpProtocols.Http2);
        });
        builder.Services.AddGrpc();
        return builder;
    }

    /// <summary>Serves until told to stop.</summary>
    public static Task RunAsync(WebApplication host, CancellationToken cancellation)
    {
        host.MapGet("/health/ready", () => "ready");
        return host.RunAsync(cancellation);
    }
}
