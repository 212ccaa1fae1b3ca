using System.Globalization;
using System.Net.Mime;
using System.Text;
using Microsoft.OpenApi;

namespace MartechGrains.Server.OpenApi;

/// <summary>The OpenAPI document of all that can be called by HTTP.</summary>
/// <param name="mapped">All that is mapped.</param>
internal sealed class OpenApiPage(IEnumerable<EndpointDataSource> mapped)
{
    /// <summary>Its path.</summary>
    public const string Path = "/openapi.json";

    private readonly Lazy<byte[]> _json = new(() => Write(DocumentBuilder.Build(
        mapped.SelectMany(static source => source.Endpoints).OfType<RouteEndpoint>())));

    /// <summary>Answers with the document.</summary>
    public Task WriteAsync(HttpContext http)
    {
        http.Response.ContentType = $"{MediaTypeNames.Application.Json}; charset=utf-8";
        http.Response.ContentLength = _json.Value.Length;
        return http.Response.Body.WriteAsync(_json.Value, http.RequestAborted).AsTask();
    }

    private static byte[] Write(OpenApiDocument document)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        document.SerializeAsV31(new OpenApiJsonWriter(text));
        text.Write('\n');
        return Encoding.UTF8.GetBytes(text.ToString());
    }
}
