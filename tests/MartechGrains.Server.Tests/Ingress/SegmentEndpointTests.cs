using System.Diagnostics.Metrics;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using MartechGrains.Core.Events;
using MartechGrains.Server.Errors;
using Xunit;

namespace MartechGrains.Server.Tests.Ingress;

public sealed class SegmentEndpointTests(SegmentServer server) : IClassFixture<SegmentServer>, IAsyncLifetime
{
    private const string Page = """{"type":"page","userId":"u1","messageId":"m1","timestamp":"2026-01-01T11:00:00Z"}""";

    public Task InitializeAsync()
    {
        server.Ingested.Clear();
        server.Ingest = null;
        return Task.CompletedTask;
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Theory]
    [InlineData("/v1/identify", EventClass.Identified)]
    [InlineData("/v1/i", EventClass.Identified)]
    [InlineData("/v1/track", EventClass.LoggedIn)]
    [InlineData("/v1/t", EventClass.LoggedIn)]
    [InlineData("/v1/page", EventClass.PageViewed)]
    [InlineData("/v1/p", EventClass.PageViewed)]
    [InlineData("/v1/screen", EventClass.ScreenViewed)]
    [InlineData("/v1/s", EventClass.ScreenViewed)]
    [InlineData("/v1/group", EventClass.Grouped)]
    [InlineData("/v1/g", EventClass.Grouped)]
    [InlineData("/v1/alias", EventClass.Aliased)]
    [InlineData("/v1/a", EventClass.Aliased)]
    public async Task Each_path_takes_its_type(string path, EventClass expected)
    {
        var reply = await server.PostAsync(
            path, """{"userId":"u","previousId":"a","groupId":"g","event":"Logged In"}""");
        Assert.Equal(HttpStatusCode.OK, reply.Status);
        Assert.True(reply.Json.GetProperty("success").GetBoolean());
        Assert.Equal(1, reply.Json.GetProperty("accepted").GetInt32());
        var taken = Assert.IsType<DecodedEvent.Accepted>(Assert.Single(server.TakeIngested())).Event;
        Assert.Equal((expected, "web"), (taken.Fact.Class, taken.Source));
    }

    [Theory]
    [InlineData("/v1/batch")]
    [InlineData("/v1/import")]
    [InlineData("/v1/b")]
    public async Task A_batch_keeps_bad_events_apart_and_answers_200(string path)
    {
        server.Ingest = events =>
        [
            new(EventStatus.Accepted), new(EventStatus.Duplicate),
            .. events.Skip(2).Select(e => new EventResult(EventStatus.Quarantined)),
        ];
        var reply = await server.PostAsync(path, $$"""{"batch":[{{Page}},{{Page}},{"type":"dance"},5]}""");
        Assert.Equal(HttpStatusCode.OK, reply.Status);
        Assert.Equal(1, reply.Json.GetProperty("accepted").GetInt32());
        Assert.Equal(1, reply.Json.GetProperty("duplicates").GetInt32());
        var quarantined = reply.Json.GetProperty("quarantined");
        Assert.Equal(2, quarantined.GetArrayLength());
        Assert.Equal(2, quarantined[0].GetProperty("index").GetInt32());
        Assert.Equal("UNKNOWN_EVENT_TYPE", quarantined[0].GetProperty("code").GetString());
        Assert.Equal("type", quarantined[0].GetProperty("field").GetString());
        Assert.Equal("MALFORMED_PAYLOAD", quarantined[1].GetProperty("code").GetString());
        Assert.Equal(4, server.TakeIngested().Count);
    }

    [Fact]
    public async Task The_batch_sent_time_corrects_a_fast_clock_and_its_context_reaches_the_events()
    {
        await server.PostAsync("/v1/batch", """
            {"sentAt":"2026-01-01T15:00:00Z","context":{"library":{"name":"analytics-ios"}},
             "batch":[{"type":"track","event":"X","userId":"u","timestamp":"2026-01-01T14:59:00Z"}]}
            """);
        var taken = Assert.IsType<DecodedEvent.Accepted>(Assert.Single(server.TakeIngested())).Event;
        Assert.Equal(SegmentServer.Now.AddMinutes(-1).ToUnixTimeMilliseconds(), taken.EventTime.Milliseconds);
        Assert.Equal(Channel.App, taken.Fact.Channel);
    }

    [Fact]
    public async Task An_empty_batch_is_answered_without_ingest()
    {
        Assert.Equal(HttpStatusCode.OK, (await server.PostAsync("/v1/batch", """{"batch":[]}""")).Status);
        Assert.Empty(server.Ingested);
    }

    [Fact]
    public async Task The_key_may_stand_in_the_body_or_in_the_header_and_tells_the_source()
    {
        var inBody = await server.PostAsync("/v1/batch", $$"""{"writeKey":"k-pos","batch":[{{Page}}]}""", key: null);
        Assert.Equal(HttpStatusCode.OK, inBody.Status);
        Assert.Equal("pos", Assert.IsType<DecodedEvent.Accepted>(server.TakeIngested()[0]).Event.Source);
        using var bearer = new HttpRequestMessage(HttpMethod.Post, "/v1/page")
        {
            Content = new StringContent($$"""{"writeKey":"k-pos",{{Page[1..]}}"""),
        };
        bearer.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "token");
        Assert.Equal(HttpStatusCode.OK, (await server.SendAsync(bearer)).Status);
    }

    [Fact]
    public async Task A_beacon_has_its_key_in_the_address_and_its_batch_as_plain_text()
    {
        using var beacon = new HttpRequestMessage(HttpMethod.Post, "/beacon/v1/batch?writeKey=k-pos")
        {
            Content = new StringContent($$"""{"batch":[{{Page}},{{Page}}],"sentAt":"2026-01-01T11:59:59Z"}"""),
        };
        var reply = await server.SendAsync(beacon);
        Assert.Equal((HttpStatusCode.OK, 2), (reply.Status, reply.Json.GetProperty("accepted").GetInt32()));
        foreach (var taken in server.TakeIngested())
            Assert.Equal("pos", Assert.IsType<DecodedEvent.Accepted>(taken).Event.Source);
    }

    [Theory]
    [InlineData("/beacon/v1/batch?writeKey=wrong")]
    [InlineData("/beacon/v1/batch")]
    [InlineData("/v1/batch?writeKey=k-pos")]
    public async Task An_address_without_a_known_key_or_of_another_door_lets_nothing_in(string path)
    {
        var reply = await server.PostAsync(path, $$"""{"batch":[{{Page}}]}""", key: null);
        Assert.Equal((HttpStatusCode.Unauthorized, "INVALID_WRITE_KEY"), (reply.Status, reply.Error("code")));
        Assert.Empty(server.Ingested);
    }

    [Theory]
    [InlineData("wrong", "")]
    [InlineData(null, "")]
    [InlineData(null, "\"writeKey\":\"wrong\",")]
    [InlineData("wrong", "\"writeKey\":\"k-web\",")]
    public async Task An_unknown_key_is_refused(string? key, string member)
    {
        var reply = await server.PostAsync("/v1/batch", $$"""{{{member}}"batch":[{{Page}}]}""", key);
        Assert.Equal((HttpStatusCode.Unauthorized, "INVALID_WRITE_KEY"), (reply.Status, reply.Error("code")));
        Assert.Empty(server.Ingested);
    }

    [Theory]
    [InlineData("/v1/batch", "{", "MALFORMED_PAYLOAD", "")]
    [InlineData("/v1/batch", "{}", "MISSING_FIELD", "batch")]
    [InlineData("/v1/batch", "{\"batch\":7}", "WRONG_TYPE", "batch")]
    [InlineData("/v1/track", "", "MALFORMED_PAYLOAD", "")]
    [InlineData("/v1/track", "[]", "MALFORMED_PAYLOAD", "")]
    [InlineData("/v1/track", "{\"a\":tru}", "MALFORMED_PAYLOAD", "")]
    public async Task Bad_json_is_refused_with_code_field_and_remedy(
        string path, string body, string code, string field)
    {
        var reply = await server.PostAsync(path, body);
        Assert.Equal(HttpStatusCode.BadRequest, reply.Status);
        Assert.Equal((code, field), (reply.Error("code"), reply.Error("field")));
        Assert.NotEmpty(reply.Error("message")!);
        Assert.NotEmpty(reply.Error("remedy")!);
        var kept = Assert.IsType<DecodedEvent.Rejected>(Assert.Single(Assert.Single(server.Ingested))).Reason;
        Assert.Equal(("web", code, body), (kept.Source, kept.Code, Encoding.UTF8.GetString(kept.Raw.Span)));

        server.Ingested.Clear();
        Assert.Equal(HttpStatusCode.BadRequest, (await server.PostAsync(path, body, key: null)).Status);
        Assert.Empty(server.Ingested);
    }

    [Fact]
    public async Task Invalid_utf8_fails_a_single_event_but_only_itself_in_a_batch()
    {
        byte[] bad = [.. "{\"userId\":\""u8, 0xFF, .. "\"}"u8];
        var single = await server.PostAsync("/v1/page", bad);
        Assert.Equal((HttpStatusCode.BadRequest, "MALFORMED_PAYLOAD"), (single.Status, single.Error("code")));
        byte[] batch = [.. "{\"batch\":["u8, .. bad, (byte)',', .. Encoding.UTF8.GetBytes(Page), .. "]}"u8];
        var reply = await server.PostAsync("/v1/batch", batch);
        Assert.Equal(HttpStatusCode.OK, reply.Status);
        Assert.Equal(1, reply.Json.GetProperty("accepted").GetInt32());
        Assert.Equal("MALFORMED_PAYLOAD", reply.Json.GetProperty("quarantined")[0].GetProperty("code").GetString());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Five_megabytes_are_refused_with_a_typed_answer(bool tellsLength)
    {
        var body = Encoding.UTF8.GetBytes($$"""{"batch":["{{new string('x', 5_000_000)}}"]}""");
        using HttpContent content = tellsLength ? new ByteArrayContent(body) : new StreamContent(new Unsized(body));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/batch") { Content = content };
        request.Headers.Authorization = new("Basic", Convert.ToBase64String("k-web:"u8));
        var reply = await server.SendAsync(request);
        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, "BATCH_TOO_LARGE"), (reply.Status, reply.Error("code")));
    }

    [Fact]
    public async Task A_body_of_exactly_the_limit_is_taken_and_one_byte_more_is_not()
    {
        var padding = new string(' ', EventLimits.MaxBatchBytes - """{"batch":[]}""".Length);
        Assert.Equal(HttpStatusCode.OK, (await server.PostAsync("/v1/batch", $$"""{"batch":[{{padding}}]}""")).Status);
        Assert.Equal(
            HttpStatusCode.RequestEntityTooLarge,
            (await server.PostAsync("/v1/batch", $$"""{"batch":[{{padding}} ]}""")).Status);
    }

    [Fact]
    public async Task An_event_of_more_than_32_kilobytes_waits_in_quarantine_and_2501_events_are_refused()
    {
        var large = await server.PostAsync("/v1/page", $$"""{"userId":"u","x":"{{new string('x', 33_000)}}"}""");
        Assert.Equal(HttpStatusCode.OK, large.Status);
        Assert.Equal("EVENT_TOO_LARGE", large.Json.GetProperty("quarantined")[0].GetProperty("code").GetString());
        var many = await server.PostAsync(
            "/v1/batch", $$"""{"batch":[{{string.Join(',', Enumerable.Repeat("{}", 2_501))}}]}""");
        Assert.Equal((HttpStatusCode.BadRequest, "BATCH_TOO_LARGE"), (many.Status, many.Error("code")));
    }

    [Fact]
    public async Task Gzip_is_read_and_bounded_by_what_it_unpacks_to()
    {
        var good = await server.PostAsync("/v1/batch", Gzip($$"""{"batch":[{{Page}}]}"""), encoding: "gzip");
        Assert.Equal(HttpStatusCode.OK, good.Status);
        Assert.Single(server.TakeIngested());
        var bomb = await server.PostAsync("/v1/batch", Gzip(new string(' ', 50_000_000)), encoding: "gzip");
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, bomb.Status);
        var broken = await server.PostAsync("/v1/batch", Encoding.UTF8.GetBytes("{}"), encoding: "gzip");
        Assert.Equal((HttpStatusCode.BadRequest, "Content-Encoding"), (broken.Status, broken.Error("field")));
        var foreign = await server.PostAsync("/v1/batch", Encoding.UTF8.GetBytes("{}"), encoding: "br");
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, foreign.Status);
        var cut = await server.PostAsync("/v1/batch", Gzip($$"""{"batch":[{{Page}}]}""")[..^20], encoding: "gzip");
        Assert.Equal(HttpStatusCode.BadRequest, cut.Status);
    }

    [Fact]
    public async Task Back_pressure_tells_when_to_come_again()
    {
        server.Ingest = _ => throw new IngestOverloadedException(TimeSpan.FromSeconds(2.5));
        var reply = await server.PostAsync("/v1/page", Page);
        Assert.Equal(((HttpStatusCode)429, "OVERLOADED"), (reply.Status, reply.Error("code")));
        Assert.Equal(TimeSpan.FromSeconds(3), reply.RetryAfter);
        Assert.Equal((SegmentServer.Now.ToUnixTimeSeconds() + 3).ToString(provider: null), reply.RateLimitReset);
    }

    [Fact]
    public async Task Faults_of_ours_are_never_the_producers()
    {
        server.Ingest = _ => throw new IngestUnavailableException();
        var unavailable = await server.PostAsync("/v1/page", Page);
        Assert.Equal(
            (HttpStatusCode.ServiceUnavailable, "UNAVAILABLE"), (unavailable.Status, unavailable.Error("code")));
        Assert.NotNull(unavailable.RetryAfter);
        server.Ingest = _ => throw new InvalidOperationException("secret detail");
        var failed = await server.PostAsync("/v1/page", Page);
        Assert.Equal((HttpStatusCode.InternalServerError, "INTERNAL"), (failed.Status, failed.Error("code")));
        Assert.DoesNotContain("secret", failed.Text, StringComparison.Ordinal);
        server.Ingest = _ => [];
        Assert.Equal(HttpStatusCode.InternalServerError, (await server.PostAsync("/v1/page", Page)).Status);
    }

    [Fact]
    public async Task Settings_tell_where_to_send()
    {
        using var known = new HttpRequestMessage(HttpMethod.Get, "/v1/projects/k-web/settings");
        var settings = (await server.SendAsync(known)).Json.GetProperty("integrations").GetProperty("Segment.io");
        Assert.Equal("k-web", settings.GetProperty("apiKey").GetString());
        Assert.Equal($"{server.Client.BaseAddress!.Authority}/v1", settings.GetProperty("apiHost").GetString());
        using var unknown = new HttpRequestMessage(HttpMethod.Get, "/v1/projects/nope/settings");
        Assert.Equal(HttpStatusCode.Unauthorized, (await server.SendAsync(unknown)).Status);
    }

    [Theory]
    [InlineData("/v1/projects/nope/settings")]
    [InlineData("/sourceConfig?writeKey=nope")]
    public async Task Who_asks_for_settings_with_an_unknown_key_is_counted(string path)
    {
        var codes = new List<string?>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listening) =>
            {
                if (ReferenceEquals(instrument.Meter.Scope, server.Meters)
                    && instrument.Name == "martechgrains.ingest.requests_refused")
                    listening.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((_, _, tags, _) => codes.Add((string?)tags[0].Value));
        listener.Start();

        using var asked = new HttpRequestMessage(HttpMethod.Get, path);
        Assert.Equal(HttpStatusCode.Unauthorized, (await server.SendAsync(asked)).Status);

        Assert.Equal(["INVALID_WRITE_KEY"], codes);
    }

    [Fact]
    public async Task Any_mutation_of_a_batch_gets_a_typed_answer()
    {
        var random = new Random(20260101);
        var sample = Encoding.UTF8.GetBytes(
            $$$"""{"batch":[{{{Page}}},{{{Page}}}],"sentAt":"2026-01-01T12:00:00Z","context":{"a":1}}""");
        for (var round = 0; round < 500; round++)
        {
            var bytes = sample.ToArray();
            for (var change = random.Next(1, 4); change > 0; change--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            var length = random.Next(4) == 0 ? random.Next(bytes.Length) : bytes.Length;
            var reply = await server.PostAsync(round % 2 == 0 ? "/v1/batch" : "/v1/track", bytes[..length]);
            Assert.True(
                reply.Status is HttpStatusCode.OK ? reply.Json.GetProperty("success").GetBoolean()
                : reply.Status is HttpStatusCode.BadRequest && reply.Error("code")!.Length > 0);
        }
    }

    private static byte[] Gzip(string text)
    {
        using var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Fastest))
            gzip.Write(Encoding.UTF8.GetBytes(text));
        return output.ToArray();
    }

    /// <summary>Bytes whose length is not told beforehand, so that they are sent in chunks.</summary>
    private sealed class Unsized(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
