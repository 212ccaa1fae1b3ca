using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using MartechGrains.Protocol.Ingest.V1;
using MartechGrains.Server.Errors;
using MartechGrains.Server.Tests.Cli;
using MartechGrains.Testing.Clients;
using Microsoft.AspNetCore.Builder;
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
        await using var server = await LoopbackServer.StartAsync(HttpProtocols.Http2, builder =>
        {
            builder.Logging.AddProvider(log).AddFilter("Grpc", LogLevel.None);
            builder.Services.AddSingleton<FakeIngest>();
            builder.Services.AddGrpc(static grpc => grpc.Interceptors.Add<Broken>());
        }, static application =>
        {
            application.UseMiddleware<UnreadRequestMiddleware>();
            application.MapGrpcService<FakeIngest>();
        });
        using var channel = GrpcChannel.ForAddress(server.Address);

        var error = await Assert.ThrowsAsync<RpcException>(async () =>
            await new IngestService.IngestServiceClient(channel).IngestEventsAsync(new IngestEventsRequest()));

        Assert.Equal(StatusCode.Internal, error.StatusCode);
        Assert.Equal("INTERNAL", CallErrors.ReasonOf(error));
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
