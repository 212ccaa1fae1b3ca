using System.Text.Json;
using MartechGrains.Server.Access;
using MartechGrains.Server.Errors;

namespace MartechGrains.Server.Ingress.Segment;

/// <summary>Answers browsers and some SDKs, which ask for their settings before they send anything.</summary>
internal sealed class SdkSettings(WriteKeys keys, RefusedRequests refused, TimeProvider clock)
{
    /// <summary>Where SDKs for Segment ask.</summary>
    public const string SettingsPath = "/v1/projects/{writeKey}/settings";

    /// <summary>Where SDKs for RudderStack ask.</summary>
    public const string SourceConfigPath = "/sourceConfig";

    /// <summary>What SDKs for Segment ask for: where to send to, and that all events may be sent.</summary>
    public Task WriteSettingsAsync(HttpContext http, string writeKey)
    {
        if (!keys.TryFindSource(writeKey, out _)) return RefuseAsync(http, SettingsPath);
        return JsonReply.WriteAsync(http.Response, json =>
        {
            json.WriteStartObject("integrations"u8);
            json.WriteStartObject("Segment.io"u8);
            json.WriteString("apiKey"u8, writeKey);
            json.WriteString("apiHost"u8, $"{http.Request.Host.Value}/v1");
            json.WriteString("protocol"u8, http.Request.Scheme);
            json.WriteEndObject();
            json.WriteEndObject();
            // Of what the SDK measures of itself, its makers would be told.
            json.WriteStartObject("metrics"u8);
            json.WriteNumber("sampleRate"u8, 0);
            json.WriteEndObject();
            json.WriteStartObject("plan"u8);
            json.WriteStartObject("track"u8);
            json.WriteStartObject("__default"u8);
            json.WriteBoolean("enabled"u8, true);
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndObject();
        });
    }

    /// <summary>
    /// What RudderStack's SDKs ask for: that the source is on, has no destinations of the browser's own, and reports
    /// neither errors nor measurements to anybody.
    /// </summary>
    public Task WriteSourceConfigAsync(HttpContext http)
    {
        var writeKey = BasicWriteKey.Read(http.Request.Headers.Authorization);
        if (writeKey.Length == 0) writeKey = http.Request.Query[SegmentEndpoint.WriteKeyParameter].ToString();
        return keys.TryFindSource(writeKey, out var source)
            ? JsonReply.WriteAsync(http.Response, json => WriteSource(json, source, writeKey))
            : RefuseAsync(http, SourceConfigPath);
    }

    private static void WriteSource(Utf8JsonWriter json, string source, string writeKey)
    {
        json.WriteStartObject("source"u8);
        json.WriteString("id"u8, source);
        json.WriteString("name"u8, source);
        json.WriteString("writeKey"u8, writeKey);
        json.WriteString("workspaceId"u8, "martechgrains");
        json.WriteBoolean("enabled"u8, true);
        json.WriteStartObject("config"u8);
        json.WriteStartObject("statsCollection"u8);
        foreach (var report in (ReadOnlySpan<string>)["errors", "metrics"])
        {
            json.WriteStartObject(report);
            json.WriteBoolean("enabled"u8, false);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteStartArray("destinations"u8);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>The path of the log is the pattern: of the path itself, what was sent as a key is a part.</summary>
    private Task RefuseAsync(HttpContext http, string path)
    {
        var fault = HttpFault.UnknownWriteKey();
        refused.Note(fault, path);
        return fault.WriteAsync(http.Response, clock.GetUtcNow());
    }
}
