using System.Net.Mime;
using System.Text;
using System.Text.Encodings.Web;
using Grpc.AspNetCore.Server;
using MartechGrains.Server.Errors;
using MartechGrains.Server.OpenApi;
using Microsoft.AspNetCore.Grpc.JsonTranscoding;

namespace MartechGrains.Server.Hosting;

/// <summary>The page at <c>/</c>: what this is, and all that can be called, as it is mapped.</summary>
/// <param name="mapped">All that is mapped.</param>
/// <param name="grpcPort">The port of the gRPC calls, where it was chosen.</param>
internal sealed class WelcomePage(IEnumerable<EndpointDataSource> mapped, int grpcPort)
{
    /// <summary>Its path.</summary>
    public const string Path = "/";

    /// <summary>The header that tells programs the port of the gRPC calls.</summary>
    public const string GrpcPortHeader = "martechgrains-grpc-port";

    private const string Style = """
        body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
        code { font-size: .9rem; overflow-wrap: anywhere }
        """;

    private readonly Lazy<string> _text = new(() => Write(
        [.. mapped.SelectMany(static source => source.Endpoints).OfType<RouteEndpoint>()], grpcPort));

    /// <summary>Answers with the page, which loads nothing and is shown within no other.</summary>
    public Task WriteAsync(HttpContext http)
    {
        http.Response.ContentType = $"{MediaTypeNames.Text.Html}; charset=utf-8";
        http.Response.Headers.ContentSecurityPolicy =
            "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";
        http.Response.Headers.XContentTypeOptions = "nosniff";
        // Of a port that the system chose, nothing is known before the server listens.
        if (grpcPort != 0) http.Response.Headers[GrpcPortHeader] = $"{grpcPort}";
        return http.Response.WriteAsync(_text.Value, http.RequestAborted);
    }

    private static string Write(IReadOnlyList<RouteEndpoint> endpoints, int grpcPort)
    {
        var grpc = grpcPort == 0 ? "another port" : $"port {grpcPort}";
        return $"""
            <!doctype html>
            <html lang="en">
            <head><meta charset="utf-8"><title>MartechGrains</title><style>{Style}</style></head>
            <body>
            <h1>MartechGrains {Encode(BuildVersion.Number)}</h1>
            <p>A customer data platform: it takes events in, resolves who is who, and answers with profiles and their
            features. gRPC is on {grpc}, with reflection; errors are JSON with a code and a remedy. What can be called by HTTP
            is described by <a href="{OpenApiPage.Path}">OpenAPI</a>.</p>
            <h2>Events, as SDKs for Segment and RudderStack send them</h2>
            {List(endpoints.Where(static one => one.Metadata.GetMetadata<GrpcMethodMetadata>() is null))}
            <h2>The gRPC calls as JSON</h2>
            {List(endpoints.Where(static one => one.Metadata.GetMetadata<GrpcJsonTranscodingMetadata>() is not null))}
            </body>
            </html>

            """;
    }

    private static string List(IEnumerable<RouteEndpoint> endpoints)
    {
        var lines = endpoints
            .Select(static one => (Path: DocumentBuilder.PathOf(one), Methods: DocumentBuilder.MethodsOf(one)[0]))
            .Where(static one => one.Path != Path).Distinct().OrderBy(static one => one.Path, StringComparer.Ordinal);
        var text = new StringBuilder("<ul>");
        foreach (var (path, methods) in lines)
            text.Append($"\n<li><code>{Encode(methods)} {Encode(path)}</code></li>");
        return text.Append("\n</ul>").ToString();
    }

    private static string Encode(string text) => HtmlEncoder.Default.Encode(text);
}
