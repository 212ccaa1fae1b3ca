using System.Collections;
using System.Net;
using MartechGrains.Server.Access;
using MartechGrains.Server.Hosting;
using MartechGrains.Server.Settings;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace MartechGrains.Server.Tests.Access;

public sealed class CallerRulesTests
{
    private const string Shop = "https://shop.example";

    [Theory]
    [InlineData("localhost", true)]
    [InlineData("localhost:5080", true)]
    [InlineData("LOCALHOST.", true)]
    [InlineData("127.0.0.1:5080", true)]
    [InlineData("[::1]:5080", true)]
    [InlineData("cdp.shop.example:443", false)]
    [InlineData("localhost.evil.example", false)]
    [InlineData("127.0.0.1.evil.example", false)]
    [InlineData("192.168.0.7", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("", false)]
    public void On_a_loopback_address_the_server_has_the_names_of_its_machine(string host, bool isAdmitted)
    {
        foreach (var listen in new[] { IPAddress.Loopback, IPAddress.IPv6Loopback })
            Assert.Equal(isAdmitted, Rules(listen).AdmitsHost(new HostString(host), listen));
    }

    [Fact]
    public void It_has_the_names_that_are_set_beside_these()
    {
        var rules = Rules(IPAddress.Loopback, new CallerOptions { AllowedHosts = ["cdp.shop.example"] });

        Assert.True(rules.AdmitsHost(new HostString("CDP.shop.example:443"), IPAddress.Loopback));
        Assert.True(rules.AdmitsHost(new HostString("localhost"), IPAddress.Loopback));
        Assert.False(rules.AdmitsHost(new HostString("shop.example"), IPAddress.Loopback));
        Assert.True(rules.AdmitsOrigin("https://cdp.shop.example"));
        Assert.False(rules.AdmitsOrigin(Shop));
    }

    [Fact]
    public void On_another_address_it_has_any_name_until_one_is_set_and_always_that_address()
    {
        var called = IPAddress.Parse("10.0.0.7");

        Assert.True(Rules(IPAddress.Any).AdmitsHost(new HostString("any.example"), called));
        Assert.True(Rules(IPAddress.Any).AdmitsOrigin(Shop));
        var named = Rules(IPAddress.Any, new CallerOptions { AllowedHosts = ["cdp.shop.example"] });
        Assert.False(named.AdmitsHost(new HostString("any.example"), called));
        Assert.True(named.AdmitsHost(new HostString("10.0.0.7:5080"), called));
        Assert.True(named.AdmitsHost(new HostString("10.0.0.7:5080"), called.MapToIPv6()));
        Assert.False(named.AdmitsHost(new HostString("10.0.0.8:5080"), called));
    }

    [Theory]
    [InlineData("http://localhost:3000", true)]
    [InlineData("http://127.0.0.1", true)]
    [InlineData("http://[::1]:8080", true)]
    [InlineData("http://evil.example", false)]
    [InlineData("http://localhost.evil.example", false)]
    [InlineData("http://localhost@evil.example", false)]
    [InlineData("http://localhost, http://evil.example", false)]
    [InlineData("null", false)]
    [InlineData("", false)]
    public void Only_pages_of_its_machine_read_and_operate(string origin, bool isAdmitted) =>
        Assert.Equal(isAdmitted, Rules(IPAddress.Loopback).AdmitsOrigin(origin));

    [Fact]
    public void Any_page_sends_events_until_origins_are_set()
    {
        var here = new HostString("cdp.shop.example", 8443);

        Assert.True(Rules(IPAddress.Loopback).AdmitsSender("null", here));
        var rules = Rules(IPAddress.Loopback, new CallerOptions { CorsOrigins = [Shop, "http://localhost:3000"] });
        Assert.True(rules.AdmitsSender(Shop, here));
        Assert.True(rules.AdmitsSender("http://localhost:3000", here));
        Assert.True(rules.AdmitsSender("https://cdp.shop.example:8443", here));
        foreach (var other in new[] { "http://shop.example", $"{Shop}:444", "http://localhost", "null", "" })
            Assert.False(rules.AdmitsSender(other, here), other);
    }

    [Theory]
    [InlineData("cors-origin", "shop.example")]
    [InlineData("cors-origin", "https://shop.example/")]
    [InlineData("cors-origin", "https://shop.example/cart")]
    [InlineData("cors-origin", "https://ada@shop.example")]
    [InlineData("cors-origin", "*")]
    [InlineData("allowed-host", "https://cdp.shop.example")]
    [InlineData("allowed-host", "cdp.shop.example:443")]
    [InlineData("allowed-host", "*")]
    [InlineData("trusted-proxy", "proxy.shop.example")]
    [InlineData("trusted-proxy", "10.0.0.0/33")]
    public void What_is_no_origin_host_or_proxy_is_refused_by_its_place_in_the_list(string setting, string value)
    {
        var right = setting switch { "cors-origin" => Shop, "allowed-host" => "::1", _ => "10.0.0.0/8" };
        var fault = Assert.Single(Assert.Throws<SettingsException>(
            () => ServerSettings.Read([$"--{setting}", right, $"--{setting}", value], new Hashtable())).Faults);

        Assert.StartsWith($"Item 2 of {setting} must be ", fault.Text, StringComparison.Ordinal);
        Assert.Equal((SettingFaultKind.Invalid, setting), (fault.Kind, fault.Setting));
    }

    [Fact]
    public void A_proxy_is_an_address_or_a_network()
    {
        var networks = new CallerOptions { TrustedProxies = ["10.0.0.7", "fd00::/8"] }.ProxyNetworks.ToArray();

        Assert.Equal(["10.0.0.7/32", "fd00::/8"], networks.Select(static network => $"{network}"));
    }

    private static CallerRules Rules(IPAddress listen, CallerOptions? options = null) =>
        new(listen, options ?? new CallerOptions());
}
