using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Grpc.Core;
using MartechGrains.EndToEnd.Tests.BadInput;
using MartechGrains.EndToEnd.Tests.Support;
using Xunit;

namespace MartechGrains.EndToEnd.Tests.Callers;

/// <summary>HTTP as clients, proxies and people at a terminal use it.</summary>
[Collection(OneProcess.Name)]
public sealed partial class HttpFormTests(BadInputServer fixture)
{
    public static TheoryData<string> OddIds =>
    [
        "acct/42", "a%2Fb", "a%2fb", "x?y=1", "x#y", "ünï😀", "e\u0301", "a b", "a+b", "a%", "%41", "a:b", "x:explain",
        "identity:explain", "a\\b", "'\"<script>", "a//b", "/a", "a/", "a/values/traits.plan:explain", "c37.",
    ];

    [SkippableTheory]
    [MemberData(nameof(OddIds))]
    public async Task Whatever_id_is_taken_in_is_found_by_its_path(string id)
    {
        var server = await fixture.AddressAsync();
        var body = JsonSerializer.Serialize(new { userId = id, @event = "X", type = "track" });
        var sent = await server.PostAsync("/v1/track", Encoding.UTF8.GetBytes(body));
        Assert.Equal(1, sent.Json.GetProperty("accepted").GetInt32());
        var profile = (await server.Channel.ProfileAsync("user_id", id)).ProfileId;
        var path = Uri.EscapeDataString(id);

        using var found = await JsonAsync(server, $"/v1/profiles/user_id/{path}?purpose=testing");
        Assert.Equal(profile, found.RootElement.GetProperty("profile").GetProperty("profileId").GetString());
        foreach (var other in new[]
        {
            $"/v1/identityGraphs/user_id/{path}?purpose=testing",
            $"/v1/profiles/user_id/{path}/identity:explain?purpose=testing",
            $"/v1/profiles/user_id/{path}/values/features.event_count:explain?purpose=testing",
        })
            (await JsonAsync(server, other)).Dispose();
    }

    [SkippableTheory]
    [InlineData("GET", "/v1/track", "POST")]
    [InlineData("PUT", "/v1/batch", "POST")]
    [InlineData("DELETE", "/v1/b", "POST")]
    [InlineData("POST", "/v1/projects/x/settings", "GET, HEAD")]
    [InlineData("POST", "/sourceConfig", "GET, HEAD")]
    [InlineData("POST", "/", "GET, HEAD")]
    [InlineData("GET", "/v1/profiles:lookup", "POST")]
    [InlineData("POST", "/v1/profiles/user_id/x", "GET")]
    [InlineData("DELETE", "/v1/decisions", "GET, POST")]
    [InlineData("OPTIONS", "/v1/profiles/user_id/x", "GET")]
    public async Task Another_method_than_the_path_takes_is_refused_with_those_it_takes(
        string method, string path, string allowed)
    {
        var answer = await (await fixture.AddressAsync()).CallAsync(method, path);

        Assert.Equal(405, answer.Status);
        Assert.Equal(allowed, string.Join(", ", answer.Header("allow").Split(',', StringSplitOptions.TrimEntries)
            .Order(StringComparer.Ordinal)));
        AssertError(answer, "METHOD_NOT_ALLOWED");
    }

    [SkippableTheory]
    [InlineData("GET", "/favicon.ico")]
    [InlineData("POST", "/api/s/s2s/track")]
    [InlineData("POST", "/v1/trck")]
    [InlineData("GET", "/v1/profiles")]
    [InlineData("POST", "/batch/")]
    public async Task A_path_where_nothing_is_names_those_where_something_is(string method, string path)
    {
        var answer = await (await fixture.AddressAsync()).CallAsync(method, path);

        Assert.Equal(404, answer.Status);
        AssertError(answer, "NOT_FOUND");
        Assert.Contains("/v1/batch", answer.Body, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_method_that_no_service_has_is_unimplemented()
    {
        var server = await fixture.AddressAsync();
        var bytes = Marshallers.Create<byte[]>(static value => value, static value => value);
        foreach (var (service, method) in new[]
        {
            ("no.such.Service", "Method"), ("martechgrains.ingest.v1.IngestService", "Method"),
        })
        {
            var error = await Assert.ThrowsAsync<RpcException>(async () => await server.Channel.CreateCallInvoker()
                .AsyncUnaryCall(
                    new Method<byte[], byte[]>(MethodType.Unary, service, method, bytes, bytes), null, default, []));
            Assert.Equal(StatusCode.Unimplemented, error.StatusCode);
        }
    }

    [SkippableFact]
    public async Task The_page_at_the_root_says_what_this_is_and_lists_all_that_can_be_called()
    {
        var page = await (await fixture.AddressAsync()).CallAsync("GET", "/");

        Assert.Equal((200, "text/html; charset=utf-8"), (page.Status, page.Header("content-type")));
        Assert.Contains("default-src 'none'", page.Header("content-security-policy"), StringComparison.Ordinal);
        foreach (var call in new[]
        {
            "POST /v1/batch", "POST /v1/track", "GET /v1/projects/{writeKey}/settings", "GET /sourceConfig",
            "GET /health/ready", "POST /v1/profiles:lookup",
            "GET /v1/profiles/{key.identifier.namespace}/{key.identifier.value}", "GET /v1/profiles/{key.profile_id}",
            "POST /v1/decisions/{decision_id}:undo", "GET /v1/serverInfo",
        })
            Assert.Contains($"<code>{call}</code>", page.Body, StringComparison.Ordinal);
        Assert.Equal(200, (await (await fixture.AddressAsync()).CallAsync("HEAD", "/")).Status);
    }

    [SkippableFact]
    public async Task The_OpenAPI_document_has_what_the_page_lists_and_each_of_it_is_there()
    {
        var server = await fixture.AddressAsync();
        var page = (await server.CallAsync("GET", "/")).Body;
        Assert.Contains("href=\"/openapi.json\"", page, StringComparison.Ordinal);
        using var document = await JsonAsync(server, "/openapi.json");
        Assert.Equal("3.1", document.RootElement.GetProperty("openapi").GetString()![..3]);
        var described = document.RootElement.GetProperty("paths").EnumerateObject()
            .SelectMany(static path => path.Value.EnumerateObject()
                .Select(method => (Method: method.Name.ToUpperInvariant(), Path: path.Name)))
            .ToList();

        var listed = page.Split("<code>").Skip(1).Select(static part => part.Split('<')[0]);
        Assert.Equal(
            described.Where(static one => one.Path != "/" && one.Method != "HEAD")
                .Select(static one => $"{one.Method} {one.Path}").Order(StringComparer.Ordinal),
            listed.Order(StringComparer.Ordinal));
        foreach (var (method, path) in described)
        {
            var answer = await server.CallAsync(method, Variable.Replace(path, "x"), method == "POST" ? "{}" : null);
            Assert.DoesNotContain("METHOD_NOT_ALLOWED", answer.Body, StringComparison.Ordinal);
            Assert.False(
                answer.Status == 404 && answer.Body.Contains("\"NOT_FOUND\"", StringComparison.Ordinal), path);
        }
    }

    [SkippableFact]
    public async Task Every_answer_in_JSON_ends_its_line()
    {
        var server = await fixture.AddressAsync();
        foreach (var (method, path) in new[]
        {
            ("GET", $"/v1/projects/{Doors.Key}/settings"), ("GET", "/v1/serverInfo"), ("POST", "/v1/track"),
            ("POST", "/v1/profiles:lookup"), ("GET", "/v1/profiles/user_id/nobody?purpose=testing"),
            ("GET", "/v1/quarantinedEvents?pageSize=x"), ("GET", "/nowhere"),
            ("GET", "/openapi.json"),
        })
        {
            var answer = await server.CallAsync(method, path, method == "POST" ? "{}" : null);
            Assert.EndsWith("}\n", answer.Body, StringComparison.Ordinal);
            JsonDocument.Parse(answer.Body).Dispose();
        }
    }

    [SkippableFact]
    public async Task A_mark_before_the_text_and_the_old_name_of_gzip_cost_nothing()
    {
        var server = await fixture.AddressAsync();
        byte[] marked = [.. Encoding.UTF8.Preamble, .. BadEvent.BytesOf(GoodEvent.Create(out var first))];
        var other = GoodEvent.Create(out var second);
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionMode.Compress, leaveOpen: true))
            gzip.Write([.. Encoding.UTF8.Preamble, .. BadEvent.BytesOf(other)]);

        Assert.Equal(1, (await server.PostAsync("/v1/track", marked)).Json.GetProperty("accepted").GetInt32());
        Assert.Equal(1, (await server.PostAsync("/v1/track", packed.ToArray(), encoding: "x-gzip"))
            .Json.GetProperty("accepted").GetInt32());
        foreach (var user in new[] { first, second }) await server.Channel.ProfileAsync("user_id", user);
        byte[] lookup = [.. Encoding.UTF8.Preamble, .. "{\"purpose\":\"testing\",\"keys\":[{}]}"u8];
        Assert.Equal(System.Net.HttpStatusCode.OK, (await server.PostAsync("/v1/profiles:lookup", lookup)).Status);
    }

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex Variable { get; }

    private static async Task<JsonDocument> JsonAsync(ServerAddress server, string path)
    {
        var answer = await server.CallAsync("GET", path);
        Assert.True(answer.Status == 200, $"{path}: {answer.Body}");
        return JsonDocument.Parse(answer.Body);
    }

    private static void AssertError(PlainAnswer answer, string code)
    {
        Assert.StartsWith("application/json", answer.Header("content-type"), StringComparison.Ordinal);
        using var json = JsonDocument.Parse(answer.Body);
        var error = json.RootElement.GetProperty("error");
        Assert.Equal(code, error.GetProperty("code").GetString());
        foreach (var member in new[] { "message", "remedy" }) Assert.NotEmpty(error.GetProperty(member).GetString()!);
    }
}
