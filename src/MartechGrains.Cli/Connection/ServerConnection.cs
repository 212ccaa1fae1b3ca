using System.Text;
using Grpc.Core;
using Grpc.Net.Client;

namespace MartechGrains.Cli.Connection;

/// <summary>The way to one server.</summary>
public sealed class ServerConnection : IDisposable
{
    /// <summary>Largest reply accepted, in bytes: an identity graph may pass gRPC's usual 4 MiB.</summary>
    public const int MaxReplySize = 64 * 1024 * 1024;

    private static readonly TimeSpan s_pingAfter = TimeSpan.FromSeconds(20);
    private readonly GrpcChannel _channel;
    private readonly TimeSpan _timeout;

    /// <summary>Prepares a connection; it is opened by the first call.</summary>
    /// <param name="server">An http (HTTP/2 without TLS) or https address.</param>
    /// <param name="timeout">Deadline of every call that answers once.</param>
    public ServerConnection(Uri server, TimeSpan timeout)
    {
        ArgumentNullException.ThrowIfNull(server);
        _timeout = timeout;
        var handler = new SocketsHttpHandler
        {
            EnableMultipleHttp2Connections = true,
            KeepAlivePingDelay = s_pingAfter,
            KeepAlivePingTimeout = s_pingAfter,
            // HTTP/2 without TLS cannot pass a proxy.
            UseProxy = server.Scheme == Uri.UriSchemeHttps,
        };
        _channel = GrpcChannel.ForAddress(server, new GrpcChannelOptions
        {
            HttpHandler = handler,
            DisposeHttpClient = true,
            MaxReceiveMessageSize = MaxReplySize,
        });
    }

    /// <summary>What generated clients call through.</summary>
    public CallInvoker Invoker => _channel.CreateCallInvoker();

    /// <summary>Options of a call that answers once.</summary>
    public CallOptions Unary(CancellationToken cancellation) =>
        new(deadline: DateTime.UtcNow + _timeout, cancellationToken: cancellation);

    /// <summary>Options of a stream; without a deadline.</summary>
    /// <param name="writeKey">The source's write key, or null.</param>
    /// <param name="cancellation">Ends the stream.</param>
    public static CallOptions Stream(string? writeKey, CancellationToken cancellation)
    {
        var metadata = new Metadata();
        if (!string.IsNullOrEmpty(writeKey))
            metadata.Add("authorization", "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(writeKey + ":")));
        return new CallOptions(metadata, cancellationToken: cancellation);
    }

    /// <inheritdoc/>
    public void Dispose() => _channel.Dispose();
}
