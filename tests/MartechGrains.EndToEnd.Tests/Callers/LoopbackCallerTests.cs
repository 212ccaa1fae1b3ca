using System.Text.Json;
using Grpc.Core;
using Grpc.Net.Client;
using MartechGrains.EndToEnd.Tests.BadInput;
using MartechGrains.Protocol.Identity.V1;
using MartechGrains.Protocol.Operations.V1;
using Xunit;

namespace MartechGrains.EndToEnd.Tests.Callers;

/// <summary>
/// Who calls a server on a loopback address: pages that send events, and pages that would read and operate if they
/// could.
/// </summary>
[Collection(OneProcess.Name)]
public sealed class LoopbackCallerTests(BadInputServer fixture)
{
    private const string Evil = "http://evil.example";
    private const string Shop = "https://shop.example";
    private const string Lookup = "/v1/profiles:lookup";

    /// <summary>Each kind of what can be called by HTTP.</summary>
    public static TheoryData<string, string> Calls => new()
    {
        { "GET", "/" },
        { "GET", "/health/ready" },
        { "GET", "/no/such/path" },
        { "POST", "/v1/track" },
        { "GET", "/v1/projects/k-shop/settings" },
        { "GET", "/v1/profiles/user_id/x?purpose=x" },
        { "POST", Lookup },
        { "GET", "/v1/quarantinedEvents" },
        { "POST", "/v1/decisions" },
        { "POST", "/v1/policies:apply" },
        { "POST", "/v1/events:ingest" },
        { "OPTIONS", "/v1/track" },
    };

    public static TheoryData<string, string> Reads
    {
        get
        {
            var reads = new TheoryData<string, string>();
            foreach (var call in Calls)
            {
                var (method, path) = ((string)call[0], (string)call[1]);
                if (!path.StartsWith("/v1/track", StringComparison.Ordinal) && !path.EndsWith("/settings"))
                    reads.Add(method, path);
            }

            return reads;
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Calls))]
    public async Task A_page_that_gave_its_name_this_address_is_refused(string method, string path)
    {
        var server = await fixture.AddressAsync();
        foreach (var name in new[] { "evil.example", $"evil.example:{server.Http.BaseAddress!.Port}", "192.168.0.7" })
        {
            var answer = await server.CallAsync(
                method, path, method == "POST" ? "{}" : null, ("Host", name), ("Origin", $"http://{name}"));

            Assert.Equal(421, answer.Status);
            AssertTold(answer, "HOST_NOT_ALLOWED");
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Reads))]
    public async Task A_page_of_another_site_neither_reads_nor_operates(string method, string path)
    {
        var server = await fixture.AddressAsync();
        foreach (var origin in new[] { Evil, Shop, "null", "http://localhost.evil.example" })
        {
            var answer = await server.CallAsync(method, path, method == "POST" ? "{}" : null, ("Origin", origin));
            AssertClosed(answer);
            AssertTold(answer, "ORIGIN_NOT_ALLOWED");
            AssertClosed(await server.CallAsync(
                "OPTIONS", path, null, ("Origin", origin), ("Access-Control-Request-Method", method),
                ("Access-Control-Request-Headers", "content-type")));
        }

        Assert.NotEqual(403, (await server.CallAsync(
            method, path, method == "POST" ? "{}" : null, ("Origin", "http://localhost:3000"))).Status);
    }

    [SkippableFact]
    public async Task The_same_holds_for_every_form_of_a_gRPC_call()
    {
        var server = await fixture.AddressAsync();
        foreach (var (header, value, reason) in new[]
        {
            ("Host", "evil.example", "HOST_NOT_ALLOWED"), ("Origin", Evil, "ORIGIN_NOT_ALLOWED"),
        })
        {
            using var channel = GrpcChannel.ForAddress(server.Channel.Target.Contains("://", StringComparison.Ordinal)
                ? server.Channel.Target : $"http://{server.Channel.Target}", new GrpcChannelOptions
                {
                    HttpHandler = new HeaderHandler(header, value),
                    DisposeHttpClient = true,
                });

            (await Assert.ThrowsAsync<RpcException>(() => channel.ProfileAsync("user_id", "x")))
                .AssertTyped(StatusCode.PermissionDenied, reason, header);
            (await Assert.ThrowsAsync<RpcException>(async () => await new DecisionService.DecisionServiceClient(channel)
                .CreateDecisionAsync(new CreateDecisionRequest())))
                .AssertTyped(StatusCode.PermissionDenied, reason, header);
            using var feed = channel.Operations()
                .ReadChangeFeed(new ReadChangeFeedRequest { Follow = true });
            (await Assert.ThrowsAsync<RpcException>(() => feed.ResponseStream.MoveNext(CancellationToken.None)))
                .AssertTyped(StatusCode.PermissionDenied, reason, header);
            using var stream = channel.Ingest().StreamEvents(ClientExtensions.Key(Doors.Key));
            (await Assert.ThrowsAsync<RpcException>(() => stream.ResponseStream.MoveNext(CancellationToken.None)))
                .AssertTyped(StatusCode.PermissionDenied, reason, header);
        }

        await server.Channel.Operations().GetServerInfoAsync(new GetServerInfoRequest());
    }

    [SkippableTheory]
    [InlineData("/v1/i", "authorization,content-type")]
    [InlineData("/v1/batch", "anonymousid,authorization,content-type,sentat,rsa-retry-attempt,rsa-since-last")]
    [InlineData("/v1/track", "authorization,x-retry-count")]
    public async Task A_browser_is_told_that_any_page_may_send_events(string path, string headers)
    {
        var server = await fixture.AddressAsync();

        var preflight = await server.CallAsync(
            "OPTIONS", path, null, ("Origin", Shop), ("Access-Control-Request-Method", "POST"),
            ("Access-Control-Request-Headers", headers));

        Assert.Equal((204, "*", headers), (
            preflight.Status, preflight.Header("access-control-allow-origin"),
            preflight.Header("access-control-allow-headers")));
        Assert.Contains("POST", preflight.Header("access-control-allow-methods"), StringComparison.Ordinal);
        Assert.NotEmpty(preflight.Header("access-control-max-age"));
        Assert.Empty(preflight.Header("access-control-allow-credentials"));
        // A page may read what became of its events, also where that is a refusal.
        var refused = await server.CallAsync("POST", path, "{}", ("Origin", Shop));
        Assert.InRange(refused.Status, 400, 401);
        Assert.Equal("*", refused.Header("access-control-allow-origin"));
    }

    [SkippableFact]
    public async Task A_browser_gets_the_settings_of_its_SDK_by_its_write_key()
    {
        var server = await fixture.AddressAsync();
        var basic = ("Authorization", ClientExtensions.Credentials(Doors.Key));

        foreach (var (path, headers) in new[]
        {
            ($"/v1/projects/{Doors.Key}/settings", new[] { ("Origin", Shop) }),
            ($"/sourceConfig/?p=npm&v=3.34.1&build=modern&writeKey={Doors.Key}", [("Origin", Shop)]),
            ("/sourceConfig?p=npm", [("Origin", Shop), basic]),
        })
        {
            var answer = await server.CallAsync("GET", path, null, headers);
            Assert.Equal((200, "*"), (answer.Status, answer.Header("access-control-allow-origin")));
            using var json = JsonDocument.Parse(answer.Body);
            if (path.StartsWith("/sourceConfig", StringComparison.Ordinal))
                Assert.True(json.RootElement.GetProperty("source").GetProperty("enabled").GetBoolean());
        }

        foreach (var path in new[] { "/v1/projects/nope/settings", "/sourceConfig/?writeKey=nope", "/sourceConfig" })
            AssertTold(await server.CallAsync("GET", path), "INVALID_WRITE_KEY");
    }

    private static void AssertClosed(PlainAnswer answer)
    {
        Assert.Equal(403, answer.Status);
        Assert.DoesNotContain(answer.Headers.Keys, name => name.StartsWith("access-control", StringComparison.Ordinal));
    }

    private static void AssertTold(PlainAnswer answer, string reason)
    {
        Assert.Contains($"\"{reason}\"", answer.Body, StringComparison.Ordinal);
        Assert.EndsWith("}\n", answer.Body, StringComparison.Ordinal);
    }

    private sealed class HeaderHandler(string name, string value) : DelegatingHandler(new SocketsHttpHandler())
    {
        protected override Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CancellationToken cancellation)
        {
            request.Headers.Add(name, value);
            return base.SendAsync(request, cancellation);
        }
    }
}
