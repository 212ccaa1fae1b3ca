using MartechGrains.Server.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace MartechGrains.StreamProducer;

/// <summary>The whole server in this process, on free ports, so that code in it is inside the cluster.</summary>
public sealed class HostedServer : IAsyncDisposable
{
    private readonly Deployment _deployment;
    private readonly WebApplication _application;

    private HostedServer(Deployment deployment, WebApplication application)
    {
        (_deployment, _application) = (deployment, application);
        var addresses = Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        Grpc = new Uri(addresses.ElementAt(1));
    }

    /// <summary>Its gRPC doors.</summary>
    public Uri Grpc { get; }

    /// <summary>What runs in it.</summary>
    public IServiceProvider Services => _application.Services;

    /// <summary>Starts one.</summary>
    /// <param name="data">The data folder.</param>
    /// <param name="postgres">PostgreSQL connection string; null for the embedded store.</param>
    /// <param name="step">Told of each step.</param>
    public static async Task<HostedServer> StartAsync(string data, string? postgres, Action<string>? step = null)
    {
        var options = new ServerOptions
        {
            Store = new StoreOptions { Data = data, Postgres = postgres },
            Network = new NetworkOptions { HttpPort = 0, GrpcPort = 0 },
        };
        step?.Invoke("the store");
        var deployment = await Deployment.OpenAsync(options, TimeProvider.System, CancellationToken.None);
        try
        {
            step?.Invoke("the services");
            var application = ServerHost.Build(options, deployment);
            step?.Invoke("the doors");
            await application.StartAsync();
            return new HostedServer(deployment, application);
        }
        catch
        {
            await deployment.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops it as a signal would.</summary>
    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync();
        await _application.DisposeAsync();
        await _deployment.DisposeAsync();
    }
}
