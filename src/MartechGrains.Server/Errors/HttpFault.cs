using System.Globalization;
using MartechGrains.Core.Events;
using MartechGrains.Core.Events.Segment;
using MartechGrains.Journal.Clocks;

namespace MartechGrains.Server.Errors;

/// <summary>
/// A request that failed as a whole: status and the JSON body <c>{"error":{code,message,field,remedy}}</c>.
/// </summary>
/// <param name="Status">The HTTP status; producers' SDKs drop a batch on 400, 401, 404 and 413 and repeat it on 408,
/// 429 and 503.</param>
/// <param name="Code">Stable code.</param>
/// <param name="Message">One sentence: what is wrong.</param>
/// <param name="Field">The field or header at fault; may be empty.</param>
/// <param name="Remedy">One sentence: what to do.</param>
internal sealed record HttpFault(int Status, string Code, string Message, string Field, string Remedy)
{
    private static readonly TimeSpan UnavailableDelay = TimeSpan.FromSeconds(2);

    /// <summary>When to try again, for faults that pass.</summary>
    public TimeSpan? RetryAfter { get; private init; }

    /// <summary>A body that cannot be cut into events.</summary>
    public static HttpFault BadRequest(EventFault fault) => new(
        StatusCodes.Status400BadRequest, fault.Code,
        fault.Field.Length == 0
            ? $"The body cannot be used: {fault.Kind}."
            : $"The field {fault.Field} cannot be used: {fault.Kind}.",
        fault.Field, fault.Remedy);

    /// <summary>A body that is too large, as sent or decompressed.</summary>
    /// <param name="limit">Most bytes that are taken.</param>
    public static HttpFault TooLarge(int limit) => new(
        StatusCodes.Status413PayloadTooLarge, SegmentRequest.BatchTooLarge, "The body is too large.", "",
        $"Send at most {limit} bytes, counted decompressed.");

    /// <summary>A body in an encoding that is not offered.</summary>
    public static HttpFault UnsupportedEncoding() => new(
        StatusCodes.Status415UnsupportedMediaType, "INVALID_FIELD", "The content encoding is not supported.",
        "Content-Encoding", "Send the body as it is or with gzip.");

    /// <summary>A body that is not what its encoding says, or broke off.</summary>
    public static HttpFault BrokenBody(string message, string field) => new(
        StatusCodes.Status400BadRequest, QuarantineCodes.MalformedPayload, message, field,
        "Send the whole body again.");

    /// <summary>A body that came slower than the server waits for: no fault of what is in it.</summary>
    public static HttpFault TooSlow() => new(
        StatusCodes.Status408RequestTimeout, "TIMEOUT", "The body did not arrive in time.", "",
        "Send the same events again; each counts once.");

    /// <summary>No write key, or one that is not registered.</summary>
    public static HttpFault UnknownWriteKey() => new(
        StatusCodes.Status401Unauthorized, "INVALID_WRITE_KEY", "The write key is missing or not known.", "writeKey",
        "Send a registered write key, as the user name of Basic authentication or as writeKey in the body.");

    /// <summary>More events than can be made durable now.</summary>
    public static HttpFault Overloaded(TimeSpan retryAfter) => new(
        StatusCodes.Status429TooManyRequests, "OVERLOADED", "More events arrive than can be kept.", "",
        "Send the same events again after the delay; each counts once.")
    { RetryAfter = retryAfter };

    /// <summary>The store, or a node, cannot answer now.</summary>
    public static HttpFault Unavailable() => new(
        StatusCodes.Status503ServiceUnavailable, "UNAVAILABLE", "The events cannot be kept now.", "",
        "Send the same events again after the delay; each counts once.")
    { RetryAfter = UnavailableDelay };

    /// <summary>The node's clock is off.</summary>
    /// <param name="problem">How far.</param>
    public static HttpFault ClockOff(string problem) => Unavailable() with
    {
        Code = "CLOCK_OFF",
        Message = problem,
        RetryAfter = ClockGate.Interval,
    };

    /// <summary>The server was told to stop before the request had an answer.</summary>
    public static HttpFault Stopping() => Unavailable() with { Message = "The server stops." };

    /// <summary>A fault of the server.</summary>
    public static HttpFault Internal() => new(
        StatusCodes.Status500InternalServerError, "INTERNAL", "The server failed.", "",
        "Send the same events again; each counts once. If it stays, look into the server's log.");

    /// <summary>Writes status, headers and body.</summary>
    /// <param name="response">The response, not started yet.</param>
    /// <param name="now">The present, for the reset header.</param>
    public Task WriteAsync(HttpResponse response, DateTimeOffset now)
    {
        WriteHead(response);
        if (Status == StatusCodes.Status401Unauthorized)
            response.Headers.WWWAuthenticate = "Basic realm=\"MartechGrains\"";
        if (RetryAfter is { } delay && Status == StatusCodes.Status429TooManyRequests)
        {
            var reset = now.ToUnixTimeSeconds() + WholeSeconds(delay);
            response.Headers["X-RateLimit-Reset"] = reset.ToString(CultureInfo.InvariantCulture);
        }

        return JsonReply.WriteAsync(response, json =>
        {
            json.WriteStartObject("error"u8);
            json.WriteString("code"u8, Code);
            json.WriteString("message"u8, Message);
            json.WriteString("field"u8, Field);
            json.WriteString("remedy"u8, Remedy);
            json.WriteEndObject();
        });
    }

    /// <summary>Writes the status, and when to try again, for an answer with a body of its own.</summary>
    public void WriteHead(HttpResponse response)
    {
        response.StatusCode = Status;
        if (RetryAfter is { } delay)
            response.Headers.RetryAfter = WholeSeconds(delay).ToString(CultureInfo.InvariantCulture);
    }

    private static long WholeSeconds(TimeSpan delay) => Math.Max(1, (long)Math.Ceiling(delay.TotalSeconds));
}
