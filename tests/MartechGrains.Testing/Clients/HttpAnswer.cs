using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Xunit;

namespace MartechGrains.Testing.Clients;

/// <summary>An answer over HTTP, which is always JSON.</summary>
/// <param name="Status">The status.</param>
/// <param name="Text">The body.</param>
/// <param name="RetryAfter">When to ask again, in the standard's words.</param>
/// <param name="RateLimitReset">The same in the words that SDKs read.</param>
public sealed record HttpAnswer(HttpStatusCode Status, string Text, TimeSpan? RetryAfter, string? RateLimitReset)
{
    /// <summary>Its body, as JSON.</summary>
    public JsonElement Json { get; } = JsonDocument.Parse(Text).RootElement;

    /// <summary>A member of the error of the Segment endpoints.</summary>
    public string? Error(string member) => Json.GetProperty("error").GetProperty(member).GetString();
}

/// <summary>Posts JSON as producers do.</summary>
public static class HttpAnswers
{
    /// <summary>Posts a body, with a write key unless that is null.</summary>
    public static async Task<HttpAnswer> PostAsync(
        this HttpClient client, string path, byte[] body, string? key, string encoding = "")
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        if (encoding.Length > 0)
            content.Headers.ContentEncoding.Add(encoding);
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
        if (key is not null)
            request.Headers.Authorization = AuthenticationHeaderValue.Parse(ClientExtensions.Credentials(key));
        return await client.AnswerAsync(request);
    }

    /// <summary>Sends a request and reads its answer.</summary>
    public static async Task<HttpAnswer> AnswerAsync(this HttpClient client, HttpRequestMessage request)
    {
        using var response = await client.SendAsync(request);
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        return new HttpAnswer(
            response.StatusCode, await response.Content.ReadAsStringAsync(), response.Headers.RetryAfter?.Delta,
            response.Headers.TryGetValues("X-RateLimit-Reset", out var reset) ? reset.Single() : null);
    }
}
