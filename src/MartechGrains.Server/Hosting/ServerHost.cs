using System.Net;
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
using MartechGrains.Journal.Writing;
using MartechGrains.Server.Access;
using MartechGrains.Server.Activation;
using MartechGrains.Server.Errors;
using MartechGrains.Server.Identity;
using MartechGrains.Server.Ingress;
using MartechGrains.Server.Ingress.Grpc;
using MartechGrains.Server.Ingress.Segment;
using MartechGrains.Server.Lineage;
using MartechGrains.Server.Messages;
using MartechGrains.Server.OpenApi;
using MartechGrains.Server.Operations;
using MartechGrains.Server.Settings;
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

    /// <summary>Longest time for an orderly end of what was started before the operator stopped the start.</summary>
    private static readonly TimeSpan BrokenOffLimit = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Longest time for the whole of a stop, of which calls take no more than <see cref="Drain.Limit"/>. Then
    /// connections are cut, and grains end where they are.
    /// </summary>
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(3.5);

    /// <summary>Puts it together; nothing runs yet.</summary>
    /// <param name="options">What it was told.</param>
    /// <param name="deployment">What it stands on.</param>
    /// <param name="stop">Cancelled where the operator wishes that it stops.</param>
    /// <exception cref="StartException">A port or an address cannot be listened on.</exception>
    public static WebApplication Build(
        ServerOptions options, Deployment deployment, CancellationToken stop = default)
    {
        var siloPort = PortProbe.SiloPort(options.Network);
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = [] });
        IHostApplicationLifetime? life = null;
        ServerLogging.Configure(
            builder.Logging,
            () => stop.IsCancellationRequested && life?.ApplicationStarted.IsCancellationRequested is false,
            () => life?.ApplicationStopping.IsCancellationRequested is true);
        ConfigureEndpoints(builder, options);
        builder.Host.UseOrleans(silo => ConfigureSilo(silo, siloPort, options, deployment));
        AddServices(builder.Services, options, deployment);
        var app = builder.Build();
        life = app.Lifetime;
        var grains = app.Services.GetRequiredService<IGrainFactory>();
        deployment.Resources.Policies.Connect(() => PolicyRegistry.ReadAsync(grains));
        MapEndpoints(app, options);
        return app;
    }

    /// <summary>Starts it.</summary>
    /// <exception cref="StartException">A port cannot be listened on.</exception>
    public static async Task StartAsync(WebApplication app, CancellationToken cancellationToken)
    {
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // What runs already must not meet services that are gone; but nobody was served, who could be waited for.
            using var limit = new CancellationTokenSource(BrokenOffLimit);
            await app.StopAsync(limit.Token);
            throw;
        }
        catch (Exception error) when (error is AddressInUseException or { InnerException: AddressInUseException })
        {
            // Between the probe and now, somebody else was faster.
            throw new StartException(
                $"{SettingFault.Sentence(error.Message)} Stop what listens there, or choose another port.", error);
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

    private static void ConfigureSilo(
        ISiloBuilder silo, int port, ServerOptions options, Deployment deployment)
    {
        silo.UseLocalhostClustering(port, gatewayPort: 0, serviceId: "martechgrains", clusterId: "martechgrains");
        silo.Configure<EndpointOptions>(endpoint =>
        {
            endpoint.AdvertisedIPAddress = IPAddress.Loopback;
            endpoint.SiloPort = port;
            endpoint.GatewayPort = 0;
        });
        silo.AddRegistryStorage(deployment.RegistryInvariant, deployment.RegistryConnection);
        silo.AddEventStreams(options.Ingress.Rules);
    }

    private static void AddServices(IServiceCollection services, ServerOptions options, Deployment deployment)
    {
        services.AddSingleton(options);
        services.AddSingleton(deployment);
        services.AddSingleton(new StoreKind(deployment.StoreName));
        services.AddMartechGrains(deployment.Resources);
        services.AddSingleton<IngestEvents>(
            static provider => IngestThrough(
                provider.GetRequiredService<EventIngest>(), provider.GetRequiredService<JournalWriter>()));
        services.AddSingleton(IdentifierReading.Under(deployment.Resources.Policies));
        services.AddSingleton(options.Ingress.Rules);
        services.AddSingleton(options.Access);
        services.AddCallers(options);
        services.AddSingleton(new WriteKeys(options.Access.SourcesByKey));
        services.AddSingleton(new OperatorAccess(options.Access.OperatorKeys));
        services.AddHostedService<JournalWatch>();
        services.AddHostedService<ClockWatch>();
        services.AddHostedService<RegistryStart>();
        services.AddHostedService<UnfinishedSweep>();
        services.AddSingleton<ProfileKeys>();
        services.AddSingleton(new PageTokens(deployment.Resources.WrappingKey));
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
        services.Configure<HostOptions>(static host => host.ShutdownTimeout = StopLimit);
        services.AddSingleton<Drain>();
        services.AddSingleton<FailureInterceptor>();
        services.AddGrpc(static grpc =>
        {
            grpc.MaxReceiveMessageSize = UnreadRequestMiddleware.MaxMessageBytes;
            grpc.Interceptors.Add<FailureInterceptor>();
            // They are told like all other paths where nothing is; as endpoints they would stand in the way of 405.
            grpc.IgnoreUnknownServices = true;
        }).AddJsonTranscoding(static json =>
        {
            json.TypeRegistry = Failures.DetailTypes;
            // As protobuf's own JSON has them: many readers hold numbers as doubles, which are not exact beyond 2^53.
            json.JsonSettings.WriteInt64sAsStrings = true;
        });
        services.AddGrpcReflection();
        services.AddGrpcHealthChecks().AddCheck<StoreHealthCheck>("store", tags: ["ready"]);
    }

    private static void MapEndpoints(WebApplication app, ServerOptions options)
    {
        app.UseMiddleware<DrainMiddleware>();
        app.UseCallers(options);
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
        app.MapSegment().RequireCors(CallerSetup.Senders);
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = static _ => false })
            .WithSummary("Whether the process lives.");
        app.MapHealthChecks("/health/ready", new HealthCheckOptions
        {
            Predicate = static check => check.Tags.Contains("ready"),
            ResponseWriter = StoreHealthCheck.WriteAsync,
        }).WithSummary("Whether it takes events, and why not.");
        var mapped = ((IEndpointRouteBuilder)app).DataSources;
        app.MapMethods(
            WelcomePage.Path, SegmentEndpoints.Reads, new WelcomePage(mapped, options.Network.GrpcPort).WriteAsync)
            .WithSummary("A page for people.");
        app.MapMethods(OpenApiPage.Path, SegmentEndpoints.Reads, new OpenApiPage(mapped).WriteAsync)
            .WithSummary("This document.");
    }

    private static IngestEvents IngestThrough(EventIngest ingest, JournalWriter writer) => async (
        events, cancellationToken) =>
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
        catch (ClockOffException)
        {
            // Each door has words for it; and what is wrong is told in the log once.
            throw;
        }
        catch (Exception error) when (error is GrainOverloadedException or JournalOverloadedException)
        {
            throw new IngestOverloadedException("More is waiting than is kept.", error);
        }
        catch (Exception error) when (Failures.Of(error) is not null)
        {
            writer.SuspectOutage();
            throw new IngestUnavailableException("A home or the store could not be reached.", error)
            {
                IsLogged = error is WritesRefusedException || writer.Outage is not null,
            };
        }
    };
}
