using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Google.Protobuf;
using Grpc.Core;
using MartechGrains.EndToEnd.Tests.Support;
using MartechGrains.Protocol.Ingest.V1;
using Xunit;

namespace MartechGrains.EndToEnd.Tests.BadInput;

/// <summary>Bad input is no failure of the server, and nobody finds personal data of it in the log.</summary>
public sealed partial class LogTests
{
    [SkippableFact]
    public async Task Bad_input_leaves_a_line_for_each_kind_of_refused_request_and_nothing_else_in_the_log()
    {
        await using var store = TestStore.Sqlite();
        await using var process = await ServerProcess.StartAsync(
            store, "--write-key", $"{Doors.Source}={Doors.Key}");
        var server = process.Address;

        foreach (var bad in BadSegmentEvents.All.Values.Concat(BadTypedEvents.All.Values))
        {
            foreach (var door in bad.Doors)
                await server.SendAsync(door, bad.Write($"{BadEvent.Personal}-{door}"));
        }

        await SendUnreadableAsync(server);
        foreach (var path in new[] { "/v1/track", "/v1/batch", "/v1/events:ingest" })
            await LeaveAmidBodyAsync(server, path);
        foreach (var path in new[] { "/v1/track", "/v1/events:ingest" })
            await SendBadChunkAsync(server, path);
        var log = await process.StopAsync();

        var afterStart = log[log.IndexOf("Listening:", StringComparison.Ordinal)..].Split('\n', 2)[1];
        var codes = afterStart.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(static line => Refused().Match(line) is { Success: true } told ? told.Groups[1].Value : line);
        Assert.Equal(["INVALID_WRITE_KEY", "MALFORMED_PAYLOAD", "MISSING_FIELD"], codes.Distinct().Order());
        Assert.DoesNotContain(BadEvent.Personal, log, StringComparison.OrdinalIgnoreCase);
    }

    [GeneratedRegex(@"RefusedRequests\[\d*\] \d+ requests refused with ([A-Z_]+) since ")]
    private static partial Regex Refused();

    private static async Task SendBadChunkAsync(ServerAddress server, string path)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(server.Http.BaseAddress!.Host, server.Http.BaseAddress.Port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
            $"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            + $"Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n{BadEvent.Personal}"));
        using var reader = new StreamReader(client.GetStream());
        Assert.Equal("HTTP/1.1 400 Bad Request", await reader.ReadLineAsync());
    }

    private static async Task LeaveAmidBodyAsync(ServerAddress server, string path)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(server.Http.BaseAddress!.Host, server.Http.BaseAddress.Port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
            $"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n"
            + "Expect: 100-continue\r\n\r\n"));
        // The server asks for the body when it begins to read it.
        Assert.NotEqual(-1, client.GetStream().ReadByte());
        client.LingerState = new LingerOption(enable: true, seconds: 0);
    }

    private static async Task SendUnreadableAsync(ServerAddress server)
    {
        byte[] personal = [0x0A, 0x7F, .. Encoding.UTF8.GetBytes(BadEvent.Personal)];
        foreach (var path in new[] { "/v1/track", "/v1/batch", "/v1/events:ingest" })
        {
            await server.PostAsync(path, personal);
            await server.PostAsync(path, personal, encoding: "gzip");
            await server.PostAsync(path, personal, key: BadEvent.Personal);
            await server.PostAsync(path, Encoding.UTF8.GetBytes($"{{\"{BadEvent.Personal}\":1}}"));
        }

        foreach (var path in new[] { "quarantinedEvents?pageSize=", "profiles/email/", "quarantinedEvents/" })
            await server.Http.GetAsync(new Uri($"/v1/{path}{BadEvent.Personal}", UriKind.Relative));
        foreach (var method in IngestService.Descriptor.Methods.Where(method => !method.IsClientStreaming))
            await Assert.ThrowsAsync<RpcException>(() => server.CallAsync(method, personal));
        using var call = server.Open(IngestService.Descriptor.FindMethodByName("StreamEvents"));
        await call.RequestStream.WriteAsync(personal);
        await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(CancellationToken.None));
        var request = new IngestEventsRequest { Source = BadEvent.Personal, Events = { new Event() } };
        await Assert.ThrowsAsync<RpcException>(
            () => server.CallAsync(IngestService.Descriptor.FindMethodByName("IngestEvents"), request.ToByteArray()));
    }
}
