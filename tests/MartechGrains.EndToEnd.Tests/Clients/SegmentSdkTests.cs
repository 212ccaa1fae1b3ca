using Grpc.Net.Client;
using MartechGrains.EndToEnd.Tests.Support;
using Xunit;

namespace MartechGrains.EndToEnd.Tests.Clients;

/// <summary>
/// The official SDKs of others, pointed at the server: what they flush is visible over gRPC right afterwards.
/// </summary>
public sealed class SegmentSdkTests : IAsyncLifetime
{
    private const string SegmentScript = """
        import { Analytics } from '@segment/analytics-node'
        const analytics = new Analytics({ writeKey: 'demo', host: process.argv[2], maxRetries: 3 })
        analytics.on('error', error => { console.error(error); process.exitCode = 1 })
        analytics.identify({ anonymousId: 'sdk-device', userId: 'sdk-user', traits: { email: 'sdk@example.com', plan: 'gold' } })
        analytics.track({ userId: 'sdk-user', event: 'Order Completed',
          properties: { revenue: 19.99, currency: 'EUR', products: [{ quantity: 2 }, { quantity: 1 }] } })
        analytics.alias({ userId: 'sdk-user', previousId: 'sdk-old-device' })
        for (let i = 0; i < 40; i++)
          analytics.track({ userId: 'sdk-user', event: 'Product Viewed', properties: { name: `p${i}` } })
        await analytics.closeAndFlush()
        """;

    private const string RudderScript = """
        import RudderAnalytics from '@rudderstack/rudder-sdk-node'
        const client = new RudderAnalytics('demo', { dataPlaneUrl: process.argv[2], flushAt: 100 })
        client.identify({ anonymousId: 'sdk-device', userId: 'sdk-user', traits: { email: 'sdk@example.com', plan: 'gold' } })
        client.track({ userId: 'sdk-user', event: 'Order Completed',
          properties: { revenue: 19.99, currency: 'EUR', products: [{ quantity: 2 }, { quantity: 1 }] } })
        client.alias({ userId: 'sdk-user', previousId: 'sdk-old-device' })
        for (let i = 0; i < 40; i++)
          client.track({ userId: 'sdk-user', event: 'Product Viewed', properties: { name: `p${i}` } })
        await new Promise((done, failed) => client.flush(error => error ? failed(error) : done()))
        process.exit(0)
        """;

    private TestStore? _store;
    private ServerProcess? _server;

    private GrpcChannel Channel => _server!.Address.Channel;

    public async Task InitializeAsync()
    {
        _store = TestStore.Sqlite();
        _server = await ServerProcess.StartAsync(_store);
    }

    public async Task DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        if (_store is not null)
            await _store.DisposeAsync();
    }

    [SkippableFact]
    public Task What_the_Segment_SDK_flushes_is_in_the_profile_at_once() =>
        AssertArrivesAsync("@segment/analytics-node@3.1.0", SegmentScript);

    [SkippableFact]
    public Task What_the_RudderStack_SDK_flushes_is_in_the_profile_at_once() =>
        AssertArrivesAsync("@rudderstack/rudder-sdk-node@3.0.13", RudderScript);

    private async Task AssertArrivesAsync(string package, string script)
    {
        await SdkRun.RunAsync(package, script, _server!.Address.Http.BaseAddress!.GetLeftPart(UriPartial.Authority));

        var profile = await Channel.ProfileAsync("user_id", "sdk-user");
        Assert.Equal(1, profile.Integer("purchase_count"));
        Assert.Equal(3, profile.Integer("units"));
        Assert.Equal(1999, profile.MinorUnits("revenue", "EUR"));
        Assert.Equal(43, profile.EventCount());
        Assert.Equal("gold", profile.Traits["plan"].StringValue);
        foreach (var (ns, value) in new[]
        {
            ("email", "sdk@example.com"), ("anonymous_id", "sdk-device"), ("anonymous_id", "sdk-old-device"),
        })
            Assert.Equal(profile.ProfileId, (await Channel.ProfileAsync(ns, value)).ProfileId);
    }
}
