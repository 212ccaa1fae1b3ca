using MartechGrains.EndToEnd.Tests.BadInput;
using Xunit;

namespace MartechGrains.EndToEnd.Tests.Clients;

/// <summary>
/// The official SDKs of others, pointed at the server: what they flush is visible over gRPC right afterwards.
/// </summary>
[Collection(OneProcess.Name)]
public sealed class SegmentSdkTests(BadInputServer fixture)
{
    private const string SegmentScript = """
        import { Analytics } from '@segment/analytics-node'
        const analytics = new Analytics({ writeKey: 'demo', host: process.argv[2], maxRetries: 3 })
        analytics.on('error', error => { console.error(error); process.exitCode = 1 })
        const traits = { email: 'WHO@example.com', plan: 'gold' }
        analytics.identify({ anonymousId: 'WHO-device', userId: 'WHO-user', traits })
        analytics.track({ userId: 'WHO-user', event: 'Order Completed',
          properties: { revenue: 19.99, currency: 'EUR', products: [{ quantity: 2 }, { quantity: 1 }] } })
        analytics.alias({ userId: 'WHO-user', previousId: 'WHO-old-device' })
        for (let i = 0; i < 40; i++)
          analytics.track({ userId: 'WHO-user', event: 'Product Viewed', properties: { name: `p${i}` } })
        await analytics.closeAndFlush()
        """;

    private const string RudderScript = """
        import RudderAnalytics from '@rudderstack/rudder-sdk-node'
        const client = new RudderAnalytics('demo', { dataPlaneUrl: process.argv[2], flushAt: 100 })
        const traits = { email: 'WHO@example.com', plan: 'gold' }
        client.identify({ anonymousId: 'WHO-device', userId: 'WHO-user', traits })
        client.track({ userId: 'WHO-user', event: 'Order Completed',
          properties: { revenue: 19.99, currency: 'EUR', products: [{ quantity: 2 }, { quantity: 1 }] } })
        client.alias({ userId: 'WHO-user', previousId: 'WHO-old-device' })
        for (let i = 0; i < 40; i++)
          client.track({ userId: 'WHO-user', event: 'Product Viewed', properties: { name: `p${i}` } })
        await new Promise((done, failed) => client.flush(error => error ? failed(error) : done()))
        process.exit(0)
        """;

    [SkippableFact]
    public Task What_the_Segment_SDK_flushes_is_in_the_profile_at_once() =>
        AssertArrivesAsync("@segment/analytics-node@3.1.0", SegmentScript, "segment");

    [SkippableFact]
    public Task What_the_RudderStack_SDK_flushes_is_in_the_profile_at_once() =>
        AssertArrivesAsync("@rudderstack/rudder-sdk-node@3.0.13", RudderScript, "rudder");

    /// <summary>Runs a script whose people are named after who sends, and looks at what came of it.</summary>
    private async Task AssertArrivesAsync(string package, string script, string who)
    {
        var server = await fixture.AddressAsync();
        await SdkRun.RunAsync(
            package, script.Replace("WHO", who, StringComparison.Ordinal),
            server.Http.BaseAddress!.GetLeftPart(UriPartial.Authority));

        var profile = await server.Channel.ProfileAsync("user_id", $"{who}-user");
        Assert.Equal(1, profile.Integer("purchase_count"));
        Assert.Equal(3, profile.Integer("units"));
        Assert.Equal(1999, profile.MinorUnits("revenue", "EUR"));
        Assert.Equal(43, profile.EventCount());
        Assert.Equal("gold", profile.Traits["plan"].StringValue);
        foreach (var (ns, value) in new[]
        {
            ("email", $"{who}@example.com"), ("anonymous_id", $"{who}-device"),
            ("anonymous_id", $"{who}-old-device"),
        })
            Assert.Equal(profile.ProfileId, (await server.Channel.ProfileAsync(ns, value)).ProfileId);
    }
}
