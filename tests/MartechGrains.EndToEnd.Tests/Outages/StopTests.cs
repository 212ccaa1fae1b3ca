using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Grpc.Core;
using MartechGrains.EndToEnd.Tests.Support;
using MartechGrains.Protocol.Operations.V1;
using Xunit;

namespace MartechGrains.EndToEnd.Tests.Outages;

/// <summary>A server that is told to stop ends what has no end, answers what is under way, and is gone.</summary>
public sealed class StopTests
{
    /// <summary>Each way in has had this many answers before the server is told to stop.</summary>
    private const int Before = 20;

    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan TestLimit = TimeSpan.FromMinutes(1);

    [SkippableFact]
    public async Task A_stop_with_open_streams_ends_them_typed_and_loses_nothing_acknowledged()
    {
        using var limit = new CancellationTokenSource(TestLimit);
        await using var store = TestStore.Sqlite();
        await using var server = await ServerProcess.StartAsync(store);
        var address = server.Address;
        var http = Enumerable.Range(0, 3).Select(number => new HttpSender(address.Http, $"http-{number}")).ToArray();
        var stream = new StreamSender(address.Channel, "stream");
        var sending = http.Select(sender => sender.RunAsync(limit.Token)).ToArray();
        var streaming = stream.RunAsync(limit.Token);
        var reading = new TaskCompletionSource();
        var following = FollowAsync(address, reading, limit.Token);
        await Task.WhenAll(
            [.. http.Select(sender => sender.ReachAsync(Before, limit.Token)),
                stream.ReachAsync(Before, limit.Token), reading.Task.WaitAsync(limit.Token)]);
        // Last of all: a body that does not go on is given up after five seconds.
        using var half = await HalfRequest.SendAsync(address.Http.BaseAddress!, limit.Token);

        var began = Stopwatch.GetTimestamp();
        await server.StopAsync();

        Assert.InRange(Stopwatch.GetElapsedTime(began), TimeSpan.Zero, StopLimit);
        Assert.Equal(0, server.ExitCode);
        (await streaming).AssertTyped(StatusCode.Unavailable, "UNAVAILABLE", null);
        Assert.True(stream.Unanswered == 0, $"{stream.Unanswered} batches that were read had no answer.");
        (await following).AssertTyped(StatusCode.Unavailable, "UNAVAILABLE", null);
        Assert.StartsWith("HTTP/1.1 503 ", await half.ReadAsync(limit.Token), StringComparison.Ordinal);
        await Task.WhenAll(sending);

        await server.RestartAsync();
        foreach (var sender in http) await sender.AssertKeptAsync(server.Address.Http, limit.Token);
        await stream.AssertKeptAsync(server.Address.Channel, limit.Token);
        await server.StopAsync();
    }

    /// <summary>Follows the change feed until the server ends it, and tells with what.</summary>
    private static async Task<RpcException> FollowAsync(
        ServerAddress address, TaskCompletionSource reading, CancellationToken cancellation)
    {
        using var call = address.Channel.Operations().ReadChangeFeed(
            new ReadChangeFeedRequest { Follow = true }, cancellationToken: cancellation);
        return await Assert.ThrowsAsync<RpcException>(async () =>
        {
            await foreach (var _ in call.ResponseStream.ReadAllAsync(cancellation)) reading.TrySetResult();
        });
    }
}

/// <summary>A request of which half the body has been sent, and no more will be.</summary>
internal sealed class HalfRequest : IDisposable
{
    private readonly TcpClient _client = new();

    public static async Task<HalfRequest> SendAsync(Uri address, CancellationToken cancellation)
    {
        var request = new HalfRequest();
        await request._client.ConnectAsync(IPAddress.Loopback, address.Port, cancellation);
        var stream = request._client.GetStream();
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes(
                $"POST /v1/track HTTP/1.1\r\nHost: {address.Authority}\r\nContent-Type: application/json\r\n"
                + $"Authorization: {ClientExtensions.Credentials("demo")}\r\nContent-Length: 1000\r\n"
                + "Expect: 100-continue\r\n\r\n"),
            cancellation);
        // The server asks for the body when it begins to read it.
        var asked = new byte["HTTP/1.1 100 Continue\r\n\r\n".Length];
        await stream.ReadExactlyAsync(asked, cancellation);
        await stream.WriteAsync("{\"event\":"u8.ToArray(), cancellation);
        return request;
    }

    /// <summary>All that comes back.</summary>
    public async Task<string> ReadAsync(CancellationToken cancellation)
    {
        using var reader = new StreamReader(_client.GetStream(), Encoding.ASCII, false, 1024, leaveOpen: true);
        return await reader.ReadToEndAsync(cancellation);
    }

    public void Dispose() => _client.Dispose();
}
