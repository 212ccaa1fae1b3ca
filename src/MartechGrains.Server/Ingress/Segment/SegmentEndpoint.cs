using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using MartechGrains.Core.Events;
using MartechGrains.Core.Events.Cleaning;
using MartechGrains.Core.Events.Segment;
using MartechGrains.Core.Time;
using MartechGrains.Journal.Contracts;
using MartechGrains.Server.Access;
using MartechGrains.Server.Errors;

namespace MartechGrains.Server.Ingress.Segment;

/// <summary>
/// Answers one Segment request: key, body, events, ingest, reply. 200 only after all events are durable, those of them
/// in quarantine included; the reply then names these. 503 where some were not kept, which the reply names too: SDKs
/// repeat all of them, and each counts once. Never 401 or 404 for a fault of ours, since SDKs drop what they
/// sent.
/// </summary>
internal sealed class SegmentEndpoint(
    WriteKeys keys,
    IngestEvents ingest,
    NormaliseIdentifier normalise,
    ReadingRules rules,
    RefusedRequests refused,
    TimeProvider clock,
    ILogger<SegmentEndpoint> logger)
{
    /// <summary>
    /// A reply stops telling of fields that were left out or coerced after the event with which it has told of so many.
    /// </summary>
    public const int MaxNotesTold = 256;

    /// <summary>The parameter of an address that a write key may be in.</summary>
    public const string WriteKeyParameter = "writeKey";

    /// <summary>Takes a batch.</summary>
    public Task TakeBatchAsync(HttpContext http) => TakeAsync(http, KeyIn(http.Request), null);

    /// <summary>Takes a batch of a browser's beacon, which has no headers: its write key is a parameter.</summary>
    public Task TakeBeaconAsync(HttpContext http) =>
        TakeAsync(http, http.Request.Query[WriteKeyParameter].ToString(), null);

    /// <summary>Takes one event of a type.</summary>
    public Task TakeSingleAsync(HttpContext http, string type) => TakeAsync(http, KeyIn(http.Request), type);

    private static string KeyIn(HttpRequest request) => BasicWriteKey.Read(request.Headers.Authorization);

    [SuppressMessage(
        "Design", "CA1031",
        Justification = "Whatever fails, the producer gets a typed answer and keeps its events.")]
    private async Task TakeAsync(HttpContext http, string key, string? type)
    {
        HttpFault? fault;
        try
        {
            fault = await ReceiveAsync(http, key, type);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            throw;
        }
        catch (IngestOverloadedException overloaded)
        {
            fault = HttpFault.Overloaded(overloaded.RetryAfter);
        }
        catch (ClockOffException off)
        {
            fault = HttpFault.ClockOff(off.Message);
        }
        catch (IngestUnavailableException unavailable)
        {
            if (!unavailable.IsLogged)
                logger.LogWarning(unavailable, "Events could not be kept; the producer was told to repeat them.");
            fault = HttpFault.Unavailable();
        }
        catch (Exception unexpected) when (!http.Response.HasStarted)
        {
            logger.LogError(unexpected, "A request with events failed; the producer was told to repeat it.");
            fault = HttpFault.Internal();
        }

        if (fault is null)
            return;
        refused.Note(fault, http.Request.Path);
        await fault.WriteAsync(http.Response, clock.GetUtcNow());
    }

    private async ValueTask<HttpFault?> ReceiveAsync(HttpContext http, string key, string? type)
    {
        string? source = null;
        if (key.Length > 0 && !keys.TryFindSource(key, out source))
            return HttpFault.UnknownWriteKey();
        var (body, bodyFault) = await RequestBody.ReadAsync(http.Request, EventLimits.MaxBatchBytes);
        if (bodyFault is not null)
            return bodyFault;
        var fault = type is null
            ? SegmentRequest.ReadBatch(body, out var request)
            : SegmentRequest.ReadSingle(body, type, out request);
        if (fault is not null)
        {
            // Whose it is, is known only where the key is not in what cannot be read.
            if (source is not null)
                await ingest(
                    [new DecodedEvent.Rejected(new QuarantineReason(fault, source, "", body))], http.RequestAborted);
            return HttpFault.BadRequest(fault);
        }

        if (source is null && !keys.TryFindSource(request!.WriteKey, out source))
            return HttpFault.UnknownWriteKey();
        var events = Decode(request!.Events, source);
        var results = events.Length == 0 ? [] : await ingest(events, http.RequestAborted);
        if (results.Count != events.Length)
            throw new InvalidOperationException($"Ingest gave {results.Count} results for {events.Length} events.");
        await ReplyAsync(http.Response, events, results);
        return null;
    }

    private DecodedEvent[] Decode(IReadOnlyList<ReadOnlyMemory<byte>> events, string source)
    {
        var context = rules.ContextOf(source, IngestTime.Of(clock.GetUtcNow()), normalise);
        var decoded = new DecodedEvent[events.Count];
        for (var i = 0; i < decoded.Length; i++)
            decoded[i] = SegmentEventDecoder.Decode(events[i], context);
        return decoded;
    }

    private static Task ReplyAsync(HttpResponse response, DecodedEvent[] events, IReadOnlyList<EventResult> results)
    {
        var notKept = results.Count(static result => result.Status == EventStatus.NotKept);
        if (notKept > 0) HttpFault.Unavailable().WriteHead(response);
        return JsonReply.WriteAsync(response, json =>
        {
            json.WriteBoolean("success"u8, notKept == 0);
            json.WriteNumber("accepted"u8, results.Count(result => result.Status == EventStatus.Accepted));
            json.WriteNumber("duplicates"u8, results.Count(result => result.Status == EventStatus.Duplicate));
            json.WriteStartArray("quarantined"u8);
            for (var i = 0; i < events.Length; i++)
            {
                if (results[i].Status == EventStatus.Quarantined)
                    WriteRefused(json, i, results[i], events[i]);
            }

            json.WriteEndArray();
            if (notKept > 0)
                WriteNotKept(json, events, results);
            WriteNotes(json, events, results);
        });
    }

    private static void WriteNotKept(Utf8JsonWriter json, DecodedEvent[] events, IReadOnlyList<EventResult> results)
    {
        json.WriteStartArray("notKept"u8);
        for (var i = 0; i < events.Length; i++)
        {
            if (results[i].Status == EventStatus.NotKept)
                WriteRefused(json, i, results[i], events[i]);
        }

        json.WriteEndArray();
    }

    private static void WriteNotes(Utf8JsonWriter json, DecodedEvent[] events, IReadOnlyList<EventResult> results)
    {
        var told = 0;
        for (var i = 0; i < events.Length && told < MaxNotesTold; i++)
        {
            if (results[i].Status is not (EventStatus.Accepted or EventStatus.Duplicate))
                continue;
            foreach (var note in SourceField.NotesOf(events[i]))
            {
                if (told++ == 0)
                    json.WriteStartArray("noted"u8);
                json.WriteStartObject();
                json.WriteNumber("index"u8, i);
                json.WriteString("note"u8, note.Output);
                json.WriteString("field"u8, note.Field);
                json.WriteEndObject();
            }
        }

        if (told > 0)
            json.WriteEndArray();
    }

    private static void WriteRefused(Utf8JsonWriter json, int index, EventResult result, DecodedEvent decoded)
    {
        var fault = result.Reason ?? (decoded as DecodedEvent.Rejected)?.Reason.Fault;
        json.WriteStartObject();
        json.WriteNumber("index"u8, index);
        json.WriteString("code"u8, fault?.Code);
        json.WriteString("field"u8, fault?.Field);
        json.WriteString("kind"u8, fault?.Kind);
        json.WriteString("remedy"u8, fault?.Remedy);
        if (result.QuarantineId is { } id)
            json.WriteString("quarantineId"u8, id.ToString());
        json.WriteEndObject();
    }
}
