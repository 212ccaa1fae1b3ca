using System.Net;
using System.Net.Sockets;
using MartechGrains.Grains;
using MartechGrains.Grains.Adoption;
using MartechGrains.Grains.Hosting;
using MartechGrains.Grains.Ingest;
using MartechGrains.Grains.Lineage;
using MartechGrains.Grains.Recovery;
using MartechGrains.Grains.Registry;
using MartechGrains.Grains.Walks;
using MartechGrains.Journal.Contracts;
using MartechGrains.Journal.Feed;
using MartechGrains.Server.Access;
using MartechGrains.Server.Activation;
using MartechGrains.Server.Errors;
using MartechGrains.Server.Identity;
using MartechGrains.Server.Ingress;
using MartechGrains.Server.Ingress.Grpc;
using MartechGrains.Server.Ingress.Segment;
using MartechGrains.Server.Lineage;
using MartechGrains.Server.Messages;
using MartechGrains.Server.Operations;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Orleans.Configuration;

namespace MartechGrains.Server.Hosting;

/// <summary>Puts the one service executable together: silo, store, and doors in one process.</summary>
internal static class ServerHost
{
    /// <summary>Most calls at a time on one gRPC connection; more wait at the client.</summary>
    public const int MaxStreamsPerConnection = 1000;

    /// <summary>Most bytes that a gRPC connection, all its calls together, may send ahead of what is read.</summary>
    public const int ConnectionWindowBytes = 4 << 20;

    /// <summary>Most bytes that one gRPC call may send ahead of what is read.</summary>
    public const int StreamWindowBytes = 1 << 20;

    private const string PortRemedy = "Stop what listens there, or choose another by";

    /// <summary>Puts it together; nothing runs yet.</summary>
    /// <exception cref="StartException">The silo's port is taken.</exception>
    public static WebApplication Build(ServerOptions options, Deployment deployment)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = [] });
        builder.Logging.ClearProviders();
        builder.Logging.AddSimpleConsole(static console => console.SingleLine = true);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Logging.AddFilter("MartechGrains", LogLevel.Information);
        builder.Logging.AddFilter("Orleans", LogLevel.Error);
        // Orleans speaks in the name of a grain service about its coming and going.
        builder.Logging.AddFilter(typeof(PolicyNotice).FullName, LogLevel.Warning);
        // It calls a request that cannot be read an error; UnreadRequestMiddleware logs what is one.
        builder.Logging.AddFilter("Grpc.AspNetCore.Server.ServerCallHandler", LogLevel.None);
        // A refused start is told in one line by the program itself.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        ConfigureEndpoints(builder, options);
        builder.Host.UseOrleans(silo => ConfigureSilo(silo, options, deployment));
        AddServices(builder.Services, options, deployment);
        var app = builder.Build();
        var grains = app.Services.GetRequiredService<IGrainFactory>();
        deployment.Resources.Policies.Connect(() => PolicyRegistry.ReadAsync(grains));
        MapEndpoints(app);
        return app;
    }

    /// <summary>Starts it.</summary>
    /// <exception cref="StartException">A port or an address cannot be listened on.</exception>
    public static async Task StartAsync(WebApplication app, ServerOptions options)
    {
        try
        {
            await app.StartAsync();
        }
        catch (IOException error) when (error.InnerException is AddressInUseException)
        {
            throw new StartException($"{error.Message} {PortRemedy} --http-port or --grpc-port.", error);
        }
        catch (SocketException error)
        {
            throw new StartException(
                $"{options.Network.Listen} cannot be listened on: {error.Message}. Choose another address by --listen, "
                + "or other ports.", error);
        }
    }

    private static void ConfigureEndpoints(WebApplicationBuilder builder, ServerOptions options) =>
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            var address = IPAddress.Parse(options.Network.Listen);
            kestrel.Listen(address, options.Network.HttpPort, static listen => listen.Protocols = HttpProtocols.Http1);
            kestrel.Listen(address, options.Network.GrpcPort, static listen => listen.Protocols = HttpProtocols.Http2);
            kestrel.Limits.Http2.MaxStreamsPerConnection = MaxStreamsPerConnection;
            kestrel.Limits.Http2.InitialConnectionWindowSize = ConnectionWindowBytes;
            kestrel.Limits.Http2.InitialStreamWindowSize = StreamWindowBytes;
            kestrel.AddServerHeader = false;
        });

    private static void ConfigureSilo(ISiloBuilder silo, ServerOptions options, Deployment deployment)
    {
        var port = SiloPort(options.Network.SiloPort);
        silo.UseLocalhostClustering(port, gatewayPort: 0, serviceId: "martechgrains", clusterId: "martechgrains");
        silo.Configure<EndpointOptions>(endpoint =>
        {
            endpoint.AdvertisedIPAddress = IPAddress.Loopback;
            endpoint.SiloPort = port;
            endpoint.GatewayPort = 0;
        });
        silo.AddRegistryStorage(deployment.RegistryInvariant, deployment.RegistryConnection);
        silo.AddEventStreams(options.Ingress.DefaultCurrency);
    }

    private static void AddServices(IServiceCollection services, ServerOptions options, Deployment deployment)
    {
        services.AddSingleton(options);
        services.AddSingleton(deployment);
        services.AddSingleton(new StoreKind(deployment.StoreName));
        services.AddMartechGrains(deployment.Resources);
        services.AddSingleton<IngestEvents>(
            static provider => IngestThrough(provider.GetRequiredService<EventIngest>()));
        services.AddSingleton(IdentifierReading.Under(deployment.Resources.Policies));
        services.AddSingleton(options.Ingress);
        services.AddSingleton(options.Access);
        services.AddSingleton(new WriteKeys(options.Access.SourcesByKey));
        services.AddSingleton(new OperatorAccess(options.Access.OperatorKeys));
        services.AddHostedService<JournalWatch>();
        services.AddHostedService<RegistryStart>();
        services.AddHostedService<UnfinishedSweep>();
        services.AddSingleton<ProfileKeys>();
        services.AddMetrics();
        services.AddSingleton<Purposes>();
        services.AddSingleton<StateHasher>();
        services.AddSingleton<ChangeFeed>();
        services.AddSingleton<HistoryReader>();
        services.AddSingleton<ValueExplainer>();
        services.AddSingleton<LinkEventFinder>();
        services.AddSingleton<IdentityExplainer>();
        services.AddSingleton<IngestBatches>();
        services.AddSingleton<IngestGrpcService>();
        services.AddSingleton<ActivationGrpcService>();
        services.AddSingleton<ExplanationLimit>();
        services.AddSingleton<LineageGrpcService>();
        services.AddSingleton<IdentityGrpcService>();
        services.AddSingleton<DecisionRequests>();
        services.AddSingleton<DecisionGrpcService>();
        services.AddSingleton<OperationsGrpcService>();
        services.AddSingleton<EvidenceReader>();
        services.AddSingleton<PolicyDryRun>();
        services.AddSingleton<DryRunMessages>();
        services.AddSingleton<PolicyGrpcService>();
        services.AddSingleton<FailureInterceptor>();
        services.AddGrpc(static grpc =>
        {
            grpc.MaxReceiveMessageSize = UnreadRequestMiddleware.MaxMessageBytes;
            grpc.Interceptors.Add<FailureInterceptor>();
        }).AddJsonTranscoding(static json => json.TypeRegistry = Failures.DetailTypes);
        services.AddGrpcReflection();
        services.AddGrpcHealthChecks().AddCheck<StoreHealthCheck>("store", tags: ["ready"]);
    }

    private static void MapEndpoints(WebApplication app)
    {
        app.UseMiddleware<UnreadRequestMiddleware>();
        app.UseMiddleware<JsonRequestMiddleware>();
        app.MapGrpcService<IngestGrpcService>();
        app.MapGrpcService<ActivationGrpcService>();
        app.MapGrpcService<LineageGrpcService>();
        app.MapGrpcService<IdentityGrpcService>();
        app.MapGrpcService<DecisionGrpcService>();
        app.MapGrpcService<OperationsGrpcService>();
        app.MapGrpcService<PolicyGrpcService>();
        app.MapGrpcReflectionService();
        app.MapGrpcHealthChecksService();
        app.MapSegment();
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = static _ => false });
        app.MapHealthChecks("/health/ready",
            new HealthCheckOptions { Predicate = static check => check.Tags.Contains("ready") });
    }

    private static IngestEvents IngestThrough(EventIngest ingest) => async (events, cancellationToken) =>
    {
        try
        {
            return await ingest.IngestAsync(events, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Nobody waits for the answer any more: no failure of the store, and not to be logged as one.
            throw;
        }
        catch (Exception error) when (error is GrainOverloadedException or JournalOverloadedException)
        {
            throw new IngestOverloadedException("More is waiting than is kept.", error);
        }
        catch (Exception error) when (Failures.Of(error) is not null)
        {
            throw new IngestUnavailableException("A home or the store could not be reached.", error);
        }
    };

    /// <summary>
    /// The silo's port, any free one for 0. It is tried here, since Orleans logs a stack for each of its own layers.
    /// </summary>
    private static int SiloPort(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return ((IPEndPoint)listener.LocalEndpoint).Port;
        }
        catch (SocketException error)
        {
            throw new StartException(
                $"The silo cannot listen on port {port}: {error.Message}. {PortRemedy} --silo-port.", error);
        }
    }
}
