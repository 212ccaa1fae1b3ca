using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Xunit;

namespace MartechGrains.EndToEnd.Tests.BadInput;

/// <summary>Requests that the Segment doors refuse as a whole: nothing of them is taken in.</summary>
[Collection(OneProcess.Name)]
public sealed class SegmentRefusalTests(BadInputServer fixture)
{
    private const string Personal = $"\"{BadEvent.Personal}\"";

    public static TheoryData<string, Door> Uncuttable
    {
        get
        {
            var cases = new TheoryData<string, Door>();
            foreach (var (name, bad) in BadSegmentEvents.All)
            {
                foreach (var door in bad.RefusedBy)
                    cases.Add(name, door);
            }

            return cases;
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Uncuttable))]
    public async Task A_body_that_cannot_be_cut_into_events_is_refused(string name, Door door)
    {
        var bad = BadSegmentEvents.All[name].Write("bad");
        var good = GoodEvent.Create(out var user);
        var (path, body) = door == Door.SegmentBatch
            ? ("/v1/batch", Doors.BatchOf(bad, good))
            : ("/v1/track", BadEvent.BytesOf(bad));

        await AssertRefusedAsync(path, body, HttpStatusCode.BadRequest, "MALFORMED_PAYLOAD", "");

        var server = await fixture.AddressAsync();
        await Assert.ThrowsAsync<Grpc.Core.RpcException>(() => server.Channel.ProfileAsync("user_id", user));
        var kept = new List<byte[]>();
        foreach (var item in await server.ListQuarantineAsync("MALFORMED_PAYLOAD"))
            kept.Add((await server.QuarantinedAsync(item.QuarantineId)).Raw.ToByteArray());
        Assert.Contains(kept, raw => raw.AsSpan().SequenceEqual(body));
    }

    [SkippableTheory]
    [InlineData("", "MALFORMED_PAYLOAD", "")]
    [InlineData("null", "MALFORMED_PAYLOAD", "")]
    [InlineData($"[{Personal}]", "MALFORMED_PAYLOAD", "")]
    [InlineData($$"""{"x":{{Personal}}}""", "MISSING_FIELD", "batch")]
    [InlineData($$"""{"batch":{{Personal}}}""", "WRONG_TYPE", "batch")]
    [InlineData($$"""{"batch":[]} {{Personal}}""", "MALFORMED_PAYLOAD", "")]
    public Task A_body_that_is_no_batch_is_refused(string body, string code, string field) =>
        AssertRefusedAsync("/v1/batch", Encoding.UTF8.GetBytes(body), HttpStatusCode.BadRequest, code, field);

    [SkippableTheory]
    [InlineData("/v1/track")]
    [InlineData("/v1/batch")]
    public async Task Five_megabytes_are_refused_plain_and_unpacked(string path)
    {
        var body = Encoding.UTF8.GetBytes($$"""{"batch":[{{Personal}}],"x":"{{new string('x', 5_000_000)}}"}""");
        await AssertRefusedAsync(path, body, HttpStatusCode.RequestEntityTooLarge, "BATCH_TOO_LARGE", "");
        await AssertRefusedAsync(
            path, Gzip(body), HttpStatusCode.RequestEntityTooLarge, "BATCH_TOO_LARGE", "", encoding: "gzip");
    }

    [SkippableFact]
    public async Task A_batch_of_too_many_events_is_refused()
    {
        var body = Encoding.UTF8.GetBytes($$"""{"batch":[{{string.Join(',', Enumerable.Repeat(Personal, 2_501))}}]}""");
        await AssertRefusedAsync("/v1/batch", body, HttpStatusCode.BadRequest, "BATCH_TOO_LARGE", "batch");
    }

    [SkippableFact]
    public async Task A_body_that_is_not_in_its_encoding_is_refused()
    {
        var body = Encoding.UTF8.GetBytes($$"""{"batch":[],"x":{{Personal}}}""");
        await AssertRefusedAsync(
            "/v1/batch", body, HttpStatusCode.BadRequest, "MALFORMED_PAYLOAD", "Content-Encoding", encoding: "gzip");
        await AssertRefusedAsync(
            "/v1/batch", body, HttpStatusCode.UnsupportedMediaType, "INVALID_FIELD", "Content-Encoding",
            encoding: "br");
    }

    [SkippableTheory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(BadEvent.Personal)]
    public async Task An_unknown_write_key_is_refused(string? key)
    {
        foreach (var path in new[] { "/v1/track", "/v1/batch" })
        {
            var body = Doors.BatchOf(GoodEvent.Create(out _));
            await AssertRefusedAsync(path, body, HttpStatusCode.Unauthorized, "INVALID_WRITE_KEY", "writeKey", key);
        }
    }

    /// <summary>SDKs drop a batch on 400 and send it again on 408.</summary>
    [SkippableFact]
    public async Task A_body_that_does_not_arrive_in_time_is_to_be_sent_again()
    {
        var server = await fixture.AddressAsync();
        using var client = new TcpClient();
        await client.ConnectAsync(server.Http.BaseAddress!.Host, server.Http.BaseAddress.Port);
        await using var stream = client.GetStream();
        var credentials = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Doors.Key}:"));
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            "POST /v1/batch HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n"
            + $"Authorization: Basic {credentials}\r\n\r\n{{"));
        using var reader = new StreamReader(stream);
        Assert.Equal("HTTP/1.1 408 Request Timeout", await reader.ReadLineAsync());
        var answer = await reader.ReadToEndAsync();
        var json = JsonDocument.Parse(answer[answer.IndexOf('{', StringComparison.Ordinal)..]).RootElement;
        Assert.Equal("TIMEOUT", json.GetProperty("error").GetProperty("code").GetString());
    }

    private async Task AssertRefusedAsync(
        string path, byte[] body, HttpStatusCode status, string code, string field, string? key = Doors.Key,
        string encoding = "")
    {
        var answer = await (await fixture.AddressAsync()).PostAsync(path, body, key, encoding);
        Assert.Equal((status, code, field), (answer.Status, answer.Error("code"), answer.Error("field")));
        Assert.NotEmpty(answer.Error("message")!);
        Assert.NotEmpty(answer.Error("remedy")!);
        Assert.DoesNotContain(BadEvent.Personal, answer.Text, StringComparison.OrdinalIgnoreCase);
    }

    private static byte[] Gzip(byte[] body)
    {
        using var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Fastest))
            gzip.Write(body);
        return output.ToArray();
    }
}
