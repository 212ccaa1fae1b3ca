using System.Net.Sockets;
using Grpc.Core;

namespace MartechGrains.Cli.Connection;

/// <summary>Why no server could be asked: address, cause, and the right port where that is told there.</summary>
public static class ConnectionFailure
{
    /// <summary>The header with which a server says at its HTTP port where its gRPC port is.</summary>
    public const string GrpcPortHeader = "martechgrains-grpc-port";

    private static readonly TimeSpan s_askLimit = TimeSpan.FromSeconds(2);

    /// <summary>The failure in words; null where a server has answered, or the connection broke later.</summary>
    /// <param name="error">The failed call.</param>
    /// <param name="server">The address that was called.</param>
    /// <param name="cancellation">Ends the question where gRPC is.</param>
    public static async Task<Google.Rpc.Status?> ExplainAsync(
        RpcException error, Uri server, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(error);
        ArgumentNullException.ThrowIfNull(server);
        var causes = Causes(error.Status.DebugException).ToArray();
        if (error.StatusCode == StatusCode.Unavailable
            && causes.OfType<SocketException>().FirstOrDefault() is { } socket)
        {
            return Unavailable(
                $"{Text(server)} cannot be reached: {socket.Message}. Give the server's gRPC address with --server or "
                + $"{SharedOptions.ServerVariable}.");
        }

        var isForeign = causes.OfType<HttpRequestException>().Any(static one => one.HttpRequestError
            is HttpRequestError.HttpProtocolError or HttpRequestError.InvalidResponse
            or HttpRequestError.VersionNegotiationError or HttpRequestError.SecureConnectionError);
        if (!isForeign)
            return null;
        return await GrpcPortAsync(server, cancellation) is { } port
            ? Unavailable(
                $"{Text(server)} is the server's HTTP port, and martech speaks gRPC. Give "
                + $"{Text(new UriBuilder(server) { Port = port }.Uri)} with --server or "
                + $"{SharedOptions.ServerVariable}.")
            : Unavailable(
                $"{Text(server)} does not answer as a gRPC server. Give the server's gRPC address (port 5081, unless "
                + $"its operator chose another) with --server or {SharedOptions.ServerVariable}.");
    }

    private static async Task<int?> GrpcPortAsync(Uri server, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(s_askLimit);
        using var http = new HttpClient();
        try
        {
            using var answer = await http.GetAsync(
                new Uri(server, "/"), HttpCompletionOption.ResponseHeadersRead, limit.Token);
            return answer.Headers.TryGetValues(GrpcPortHeader, out var values)
                && int.TryParse(values.First(), out var port) && port is > 0 and <= ushort.MaxValue ? port : null;
        }
        catch (Exception error) when (error is HttpRequestException or OperationCanceledException)
        {
            // Whatever answers there, it is no server of this kind.
            return null;
        }
    }

    private static IEnumerable<Exception> Causes(Exception? error)
    {
        for (; error is not null; error = error.InnerException)
            yield return error;
    }

    private static Google.Rpc.Status Unavailable(string message) =>
        new() { Code = (int)StatusCode.Unavailable, Message = message };

    private static string Text(Uri server) => server.GetLeftPart(UriPartial.Authority);
}
