using System.Text;
using MartechGrains.EndToEnd.Tests.Support;

namespace MartechGrains.EndToEnd.Tests.Callers;

/// <summary>An answer with its headers, also where it has no body.</summary>
/// <param name="Status">The status.</param>
/// <param name="Headers">All headers, by lower-case name.</param>
/// <param name="Body">The body.</param>
internal sealed record PlainAnswer(int Status, IReadOnlyDictionary<string, string> Headers, string Body)
{
    /// <summary>A header; empty where there is none.</summary>
    public string Header(string name) => Headers.GetValueOrDefault(name, "");
}

/// <summary>Calls as a browser or a proxy makes them, header by header.</summary>
internal static class PlainCall
{
    /// <summary>Makes one.</summary>
    public static async Task<PlainAnswer> CallAsync(
        this ServerAddress server, string method, string path, string? body = null,
        params (string Name, string Value)[] headers)
    {
        // The path goes as it is: what is encoded in it must not be tidied.
        var uri = new Uri($"{server.Http.BaseAddress!.GetLeftPart(UriPartial.Authority)}{path}",
            new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        using var request = new HttpRequestMessage(new HttpMethod(method), uri);
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        foreach (var (name, value) in headers)
        {
            if (name == "Content-Type") request.Content!.Headers.ContentType = new(value);
            else request.Headers.Add(name, value);
        }

        using var answer = await server.Http.SendAsync(request);
        return new PlainAnswer(
            (int)answer.StatusCode,
            answer.Headers.Concat(answer.Content.Headers).ToDictionary(
                header => header.Key.ToLowerInvariant(), header => string.Join(',', header.Value)),
            await answer.Content.ReadAsStringAsync());
    }
}
