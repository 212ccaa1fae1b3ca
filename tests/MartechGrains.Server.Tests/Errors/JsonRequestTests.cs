using System.Net;
using System.Text;
using System.Text.Json;
using MartechGrains.Protocol.Activation.V1;
using MartechGrains.Protocol.Identity.V1;
using MartechGrains.Protocol.Lineage.V1;
using MartechGrains.Protocol.Types.V1;
using MartechGrains.Server.Errors;
using MartechGrains.Server.Tests.Cli;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MartechGrains.Server.Tests.Errors;

/// <summary>Requests at the JSON doors, as they arrive at the services or are refused before.</summary>
public sealed class JsonRequestTests : IAsyncLifetime
{
    private const string Lookup = "v1/profiles:lookup";
    private readonly FakeReads _reads = new();
    private LoopbackServer _server = null!;

    private HttpClient Client { get; } = new();

    public async Task InitializeAsync()
    {
        _server = await LoopbackServer.StartAsync(HttpProtocols.Http1, builder =>
        {
            builder.Services.AddSingleton(_reads);
            builder.Services.AddGrpc().AddJsonTranscoding(static json =>
            {
                json.TypeRegistry = Failures.DetailTypes;
                json.JsonSettings.WriteInt64sAsStrings = true;
            });
        }, static application =>
        {
            application.UseRouting();
            application.UseMiddleware<JsonRequestMiddleware>();
            application.MapGrpcService<FakeActivation>();
            application.MapGrpcService<FakeLineage>();
            application.MapGrpcService<FakeIdentity>();
            application.MapGrpcService<FakeDecisions>();
            application.MapGrpcService<FakeOperations>();
        });
        Client.BaseAddress = _server.Address;
    }

    public async Task DisposeAsync()
    {
        Client.Dispose();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData("profile_id,features.purchase_count")]
    [InlineData("profileId,features.purchaseCount")]
    [InlineData("traits.groupId,traits.group_id,traits.GROUP_ID,features.event_count_7d")]
    [InlineData("traits.a trait,traits.\uff5e\ud83d\ude00")]
    public async Task A_mask_arrives_as_it_was_sent_by_either_way(string mask)
    {
        await PostAsync(Lookup, $$"""{"purpose":"p","keys":[{"profileId":"x"}],"readMask":"{{mask}}"}""");
        var posted = Assert.IsType<LookupProfilesRequest>(_reads.LastRequest).ReadMask;
        await GetAsync($"v1/profiles/email/a?purpose=p&read_mask={Uri.EscapeDataString(mask)}");
        var got = Assert.IsType<GetProfileRequest>(_reads.LastRequest).ReadMask;

        Assert.Equal(mask.Split(','), posted.Paths.Select(MaskText.Restore));
        Assert.Equal(mask.Split(','), got.Paths.Select(MaskText.Restore));
    }

    [Fact]
    public async Task Absent_fields_may_be_null_whatever_they_are()
    {
        await PostAsync(Lookup, """{"purpose":null,"keys":null,"readMask":null}""");
        Assert.Equal(new LookupProfilesRequest(), _reads.LastRequest);
        await PostAsync(Lookup, """{"purpose":"p","keys":[{"identifier":null},{"identifier":{"value":null}}]}""");
        Assert.Equal(
            new LookupProfilesRequest
            {
                Purpose = "p",
                Keys = { new ProfileKey(), new ProfileKey { Identifier = new Identifier() } },
            },
            _reads.LastRequest);
        await PostAsync("v1/decisions:preview", """{"subject":{"eventRetraction":{"identifiers":null}}}""");
        Assert.Empty(Assert.IsType<PreviewDecisionRequest>(_reads.LastRequest).Subject.EventRetraction.Identifiers);
    }

    [Theory]
    [InlineData("v1/profiles/email/a?purpose=p&redMask=traits", "redMask")]
    [InlineData("v1/profiles/email/a?purpose=p&purpse=x", "purpse")]
    [InlineData("v1/profiles/email/a?purpose=p&key.profile_id=x", "key.profile_id")]
    [InlineData("v1/profiles/email/a?purpose=p&key.identifier.value=b", "key.identifier.value")]
    [InlineData("v1/profiles/00112233445566778899aabbccddeeff?purpose=p&key.profileId=b", "key.profileId")]
    [InlineData("v1/profiles/email/a?purpose=p&purpose=q", "purpose")]
    [InlineData("v1/profiles/email/a?purpose=p&key=x", "key")]
    [InlineData("v1/links:explain?a.name=x&purpose=p", "a.name")]
    [InlineData("v1/links:explain?a=x&purpose=p", "a")]
    [InlineData("v1/quarantinedEvents?pageSize=many", "pageSize")]
    [InlineData("v1/quarantinedEvents?page_size=1.5", "page_size")]
    [InlineData("v1/quarantinedEvents?page_size=99999999999", "page_size")]
    [InlineData("v1/quarantinedEvents?pagesize=1", "pagesize")]
    [InlineData("v1/stateHash?as_of=yesterday", "as_of")]
    [InlineData("v1/stateHash?asOf.seconds=1", "asOf.seconds")]
    [InlineData("v1/serverInfo?verbose=true", "verbose")]
    [InlineData("v1/serverInfo?ada%40example.com=1", "")]
    public async Task A_parameter_that_the_method_does_not_have_or_cannot_read_is_refused_and_named(
        string path, string field)
    {
        _reads.LastRequest = null;
        using var reply = await Client.GetAsync(new Uri(path, UriKind.Relative));

        await AssertRefusedAsync(reply, field);
        Assert.Null(_reads.LastRequest);
    }

    [Fact]
    public async Task A_parameter_beside_a_body_is_refused_and_named()
    {
        using var body = JsonOf("""{"keys":[]}""");
        using var reply = await Client.PostAsync(new Uri($"{Lookup}?purpose=p", UriKind.Relative), body);

        await AssertRefusedAsync(reply, "purpose");
    }

    [Theory]
    [InlineData("v1/quarantinedEvents?page_size=5&pageToken=t&source=web&reason=")]
    [InlineData("v1/links:explain?a.namespace=email&a.value=a&b.namespace=email&b.value=b&purpose=p")]
    [InlineData("v1/stateHash?as_of=2026-01-31T12:00:00Z")]
    [InlineData("v1/profiles/email/a/values/traits.plan:explain?purpose=p&page_size=5")]
    public async Task The_parameters_of_a_method_are_read(string path) => await GetAsync(path);

    [Fact]
    public async Task Whole_numbers_of_64_bits_are_texts_in_JSON_wherever_they_are()
    {
        _reads.Profile = static _ => new GetProfileResponse
        {
            Profile = new Profile
            {
                Version = new ProfileVersion { Seq = long.MaxValue },
                Features =
                {
                    ["revenue"] = new Feature
                    {
                        Version = 1,
                        Value = new TypedValue
                        {
                            Amounts = new MoneyTable { Amounts = { new Money { MinorUnits = long.MinValue } } },
                        },
                    },
                    ["units"] = new Feature { Value = new TypedValue { Integer = (1L << 53) + 1 } },
                },
            },
        };
        _reads.Explanation = static _ => new ExplainValueResponse { TotalSize = 7 };

        var profile = (await GetAsync("v1/profiles/email/a?purpose=p")).GetProperty("profile");
        var features = profile.GetProperty("features");
        Assert.Equal("9223372036854775807", profile.GetProperty("version").GetProperty("seq").GetString());
        Assert.Equal(
            "-9223372036854775808",
            features.GetProperty("revenue").GetProperty("value").GetProperty("amounts").GetProperty("amounts")[0]
                .GetProperty("minorUnits").GetString());
        Assert.Equal(
            "9007199254740993", features.GetProperty("units").GetProperty("value").GetProperty("integer").GetString());
        Assert.Equal(1, features.GetProperty("revenue").GetProperty("version").GetInt32());
        var explained = await GetAsync("v1/profiles/email/a/values/units:explain?purpose=p");
        Assert.Equal("7", explained.GetProperty("totalSize").GetString());
    }

    private static StringContent JsonOf(string text) => new(text, Encoding.UTF8, "application/json");

    private static async Task AssertRefusedAsync(HttpResponseMessage reply, string field)
    {
        var text = await reply.Content.ReadAsStringAsync();
        Assert.True(reply.StatusCode == HttpStatusCode.BadRequest, text);
        using var told = JsonDocument.Parse(text);
        var details = told.RootElement.GetProperty("details").EnumerateArray().ToList();
        Assert.Contains(details, static detail => detail.TryGetProperty("reason", out var reason)
            && reason.GetString() == "INVALID_FIELD");
        Assert.Contains(details, detail => detail.TryGetProperty("fieldViolations", out var violations)
            && violations[0].GetProperty("field").GetString() == field);
        Assert.DoesNotContain("ada@", text, StringComparison.Ordinal);
    }

    private async Task<JsonElement> GetAsync(string path)
    {
        using var reply = await Client.GetAsync(new Uri(path, UriKind.Relative));
        return await ReadAsync(reply);
    }

    private async Task PostAsync(string path, string text)
    {
        using var body = JsonOf(text);
        using var reply = await Client.PostAsync(new Uri(path, UriKind.Relative), body);
        await ReadAsync(reply);
    }

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage reply)
    {
        var text = await reply.Content.ReadAsStringAsync();
        Assert.True(reply.StatusCode == HttpStatusCode.OK, text);
        using var json = JsonDocument.Parse(text);
        return json.RootElement.Clone();
    }
}
