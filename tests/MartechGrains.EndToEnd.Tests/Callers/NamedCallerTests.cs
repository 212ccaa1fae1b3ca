using System.Text.Json;
using MartechGrains.Definitions;
using MartechGrains.EndToEnd.Tests.Support;
using MartechGrains.Server.Access;
using Xunit;

namespace MartechGrains.EndToEnd.Tests.Callers;

/// <summary>A server that was told its name, its pages and its proxy.</summary>
public sealed class NamedCallerTests : IAsyncLifetime
{
    private const string Name = "cdp.shop.example";
    private const string Shop = "https://shop.example";
    private const string Key = "webkey";

    private static readonly (string, string)[] Forwarded =
    [
        ("X-Forwarded-For", "203.0.113.9"), ("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", Name),
    ];

    private InProcessServer? _server;

    private ServerAddress Address => _server!.Address;

    public async Task InitializeAsync() => _server = await StartAsync("127.0.0.0/8");

    public async Task DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
    }

    [Fact]
    public async Task Pages_that_are_set_send_events_and_no_others()
    {
        var sent = await TrackAsync("a", Shop);
        Assert.Equal((200, Shop), (sent.Status, sent.Header("access-control-allow-origin")));
        Assert.Contains("Origin", sent.Header("vary"), StringComparison.Ordinal);

        foreach (var other in new[] { "https://evil.example", "http://shop.example", "null" })
        {
            // As a form or a beacon would be sent, which no browser asks leave for.
            var refused = await TrackAsync("b", other, "text/plain");
            Assert.Equal(403, refused.Status);
            Assert.Contains("\"ORIGIN_NOT_ALLOWED\"", refused.Body, StringComparison.Ordinal);
            Assert.Empty(refused.Header("access-control-allow-origin"));
        }

        Assert.Equal(404, (await Address.CallAsync("GET", "/v1/profiles/user_id/named-b?purpose=testing")).Status);
        Assert.Equal(200, (await TrackAsync("c", $"http://{Address.Http.BaseAddress!.Authority}")).Status);
    }

    [Fact]
    public async Task It_answers_to_its_own_name_and_to_no_other()
    {
        Assert.Equal(200, (await Address.CallAsync("GET", "/", null, ("Host", $"{Name}:8443"))).Status);
        Assert.Equal(200, (await Address.CallAsync("GET", "/", null, ("Host", "localhost"))).Status);
        Assert.Equal(421, (await Address.CallAsync("GET", "/", null, ("Host", "other.shop.example"))).Status);
        Assert.Equal(421, (await Address.CallAsync("GET", "/", null, ("X-Forwarded-Host", "evil.example"))).Status);
    }

    [Fact]
    public async Task What_the_proxy_says_of_the_caller_holds()
    {
        using var settings = JsonDocument.Parse((await SettingsAsync(Address, Forwarded)).Body);
        var segment = settings.RootElement.GetProperty("integrations").GetProperty("Segment.io");
        Assert.Equal($"{Name}/v1", segment.GetProperty("apiHost").GetString());
        Assert.Equal("https", segment.GetProperty("protocol").GetString());

        // Whoever comes through it is not on this machine, whatever was told before it.
        foreach (var from in new[] { "203.0.113.9", "127.0.0.1, 203.0.113.9", "127.0.0.1, 203.0.113.9, 127.0.0.8" })
        {
            var refused = await Address.CallAsync(
                "GET", "/v1/stateHash?as_of=2026-01-01T00:00:00Z", null, ("X-Forwarded-For", from));
            Assert.Equal(403, refused.Status);
            Assert.Contains("\"OPERATORS_ONLY\"", refused.Body, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_anybody_else_says_of_the_caller_is_not_heeded()
    {
        await using var server = await StartAsync("10.0.0.7");

        var told = await SettingsAsync(server.Address, Forwarded);

        Assert.DoesNotContain(Name, told.Body, StringComparison.Ordinal);
        Assert.Contains("\"protocol\":\"http\"", told.Body, StringComparison.Ordinal);
    }

    private Task<PlainAnswer> TrackAsync(string who, string origin, string type = "application/json") =>
        Address.CallAsync(
            "POST", "/v1/track", $$"""{"writeKey":"{{Key}}","userId":"named-{{who}}","event":"X"}""",
            ("Origin", origin), ("Content-Type", type));

    private static Task<PlainAnswer> SettingsAsync(ServerAddress server, (string, string)[] headers) =>
        server.CallAsync("GET", $"/v1/projects/{Key}/settings", null, headers);

    private static Task<InProcessServer> StartAsync(string proxy) => InProcessServer.StartAsync(
        keySeed: 1, DefaultPolicy.ReadYaml(), new Dictionary<string, string> { ["web"] = Key },
        callers: new CallerOptions { CorsOrigins = [Shop], AllowedHosts = [Name], TrustedProxies = [proxy] });
}
