using MartechGrains.EndToEnd.Tests.BadInput;
using MartechGrains.Protocol.Identity.V1;
using Xunit;

namespace MartechGrains.EndToEnd.Tests.Clients;

/// <summary>
/// Pages in a real browser, each on another origin than the server: those of a shop send events by the SDKs they use;
/// those of an attacker read nothing and change nothing, not even by a name that they gave the server's address.
/// </summary>
[Collection(OneProcess.Name)]
public sealed class BrowserTests(BadInputServer fixture)
{
    private const string Packages =
        "playwright-core@1.65.1 @segment/analytics-next@1.84.3 @rudderstack/analytics-js@3.34.1";

    private const string Setting = "MARTECH_TEST_CHROMIUM";

    [SkippableFact]
    public async Task Events_of_pages_arrive_as_features_and_pages_of_others_neither_read_nor_operate()
    {
        var chromium = Environment.GetEnvironmentVariable(Setting) ?? "/usr/bin/chromium";
        Skip.IfNot(File.Exists(chromium), $"There is no {chromium}; install Chromium, or name it by {Setting}.");
        var server = await fixture.AddressAsync();
        var script = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Clients", "browsers.mjs"));

        await SdkRun.RunAsync(
            Packages, script, server.Http.BaseAddress!.GetLeftPart(UriPartial.Authority), chromium, "page");

        foreach (var user in new[] { "page-segment", "page-rudder", "page-beacon" })
        {
            var profile = await server.Channel.ProfileAsync("user_id", user);
            Assert.Equal(1, profile.Integer("purchase_count"));
            Assert.Equal(3, profile.Integer("units"));
            Assert.Equal(1999, profile.MinorUnits("revenue", "EUR"));
            Assert.Equal(3, profile.EventCount());
            Assert.Equal("gold", profile.Traits["plan"].StringValue);
            Assert.Equal(
                profile.ProfileId, (await server.Channel.ProfileAsync("email", $"{user}@example.com")).ProfileId);
            Assert.Contains(profile.Identifiers, static identifier => identifier.Namespace == "anonymous_id");
        }

        var decisions = await server.Channel.Decisions().ListDecisionsAsync(new ListDecisionsRequest());
        Assert.DoesNotContain(decisions.Decisions, static decision => decision.Made.Actor == "evil");
    }
}
