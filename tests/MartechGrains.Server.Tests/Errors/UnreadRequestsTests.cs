using System.Net;
using Google.Rpc;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using MartechGrains.Protocol.Ingest.V1;
using MartechGrains.Server.Errors;
using MartechGrains.Server.Tests.Cli;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace MartechGrains.Server.Tests.Errors;

public sealed class UnreadRequestsTests
{
    [Fact]
    public async Task A_bug_outside_of_services_is_logged_and_told_without_its_text()
    {
        using var log = new Recorder();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().AddProvider(log).AddFilter("Grpc", LogLevel.None);
        builder.WebHost.ConfigureKestrel(static kestrel => kestrel.Listen(
            IPAddress.Loopback, 0, static listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddSingleton<FakeIngest>();
        builder.Services.AddGrpc(static grpc => grpc.Interceptors.Add<Broken>());
        await using var application = builder.Build();
        application.UseMiddleware<UnreadRequestMiddleware>();
        application.MapGrpcService<FakeIngest>();
        await application.StartAsync();
        using var channel = GrpcChannel.ForAddress(application.Urls.Single());

        var error = await Assert.ThrowsAsync<RpcException>(async () =>
            await new IngestService.IngestServiceClient(channel).IngestEventsAsync(new IngestEventsRequest()));

        Assert.Equal(StatusCode.Internal, error.StatusCode);
        Assert.Equal("INTERNAL", error.GetRpcStatus()?.GetDetail<ErrorInfo>()?.Reason);
        Assert.DoesNotContain("secret", error.ToString(), StringComparison.Ordinal);
        var (level, bug) = Assert.Single(log.Entries);
        Assert.Equal((LogLevel.Error, "secret detail"), (level, bug?.Message));
    }

    private sealed class Broken : Interceptor
    {
        public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
            TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation) =>
            throw new NotSupportedException("secret detail");
    }

    private sealed class Recorder : ILoggerProvider, ILogger
    {
        public List<(LogLevel Level, Exception? Error)> Entries { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel)) Entries.Add((logLevel, exception));
        }

        public void Dispose()
        {
            // It holds nothing.
        }
    }
}
