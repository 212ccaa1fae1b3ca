using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using MartechGrains.Core.Events.Json;

namespace MartechGrains.Core.Events.Segment;

/// <summary>
/// The body of one Segment request, cut into the bytes of its events without decoding them, so that one bad event never
/// costs its neighbours. Each event is made to stand by itself: what its request declares for all of them (the batch's
/// <c>sentAt</c> and <c>context</c>, the type in a request's path) is written into it where it has nothing of its own.
/// Members of the batch's <c>context</c> fill in member by member. <c>integrations</c> is ignored: it steers forwarding
/// to destinations, of which there are none.
/// </summary>
public sealed class SegmentRequest
{
    private SegmentRequest(string writeKey, IReadOnlyList<ReadOnlyMemory<byte>> events)
    {
        WriteKey = writeKey;
        Events = events;
    }

    /// <summary>The <c>writeKey</c> of the body; empty where there is none.</summary>
    public string WriteKey { get; }

    /// <summary>The events' bytes, in order; any of them may be unusable.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Events { get; }

    /// <summary>
    /// Cuts a batch: an object with an array <c>batch</c> of at most <see cref="EventLimits.MaxBatchEvents"/> events.
    /// </summary>
    /// <param name="body">The body; must not change afterwards, since events may be slices of it.</param>
    /// <param name="request">The request; null where the result is a fault.</param>
    /// <returns>Null, or what is wrong with the request as a whole.</returns>
    public static EventFault? ReadBatch(ReadOnlyMemory<byte> body, out SegmentRequest? request)
    {
        request = null;
        try
        {
            return ReadBatchMembers(body, out request);
        }
        catch (JsonException broken)
        {
            return JsonPayload.At("", broken);
        }
    }

    /// <summary>Takes a body that is one event.</summary>
    /// <param name="body">The body; must not change afterwards.</param>
    /// <param name="type">The type that the request's path tells, such as <c>track</c>.</param>
    /// <param name="request">The request; null where the result is a fault.</param>
    /// <returns>Null, or what is wrong with the request as a whole.</returns>
    public static EventFault? ReadSingle(ReadOnlyMemory<byte> body, string type, out SegmentRequest? request)
    {
        request = null;
        if (!Utf8.IsValid(body.Span))
            return Malformed("invalid UTF-8", "Encode the text as UTF-8.");
        try
        {
            var reader = Reader(body.Span);
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
                return Malformed("not an object", "Send one JSON object.");
            var envelope = EventEnvelope.Scan(ref reader);
            while (reader.Read())
            {
                // Only reads to the end: anything but white space after the object throws.
            }

            var additions = envelope.HasType ? "" : $"\"type\":\"{type}\"";
            var single = envelope.Complete(body, Encoding.UTF8.GetBytes(additions), null);
            request = new SegmentRequest(envelope.WriteKey, [single]);
            return null;
        }
        catch (JsonException broken)
        {
            return JsonPayload.At("", broken);
        }
    }

    private static EventFault? ReadBatchMembers(ReadOnlyMemory<byte> body, out SegmentRequest? request)
    {
        request = null;
        var reader = Reader(body.Span);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
            return Malformed("not an object", "Send one JSON object with an array \"batch\".");
        List<EventEnvelope>? items = null;
        var shared = new EventEnvelope();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (!EventEnvelope.IsNamed(ref reader, "batch"u8))
            {
                shared.ReadMember(ref reader);
                continue;
            }

            reader.Read();
            if (reader.TokenType != JsonTokenType.StartArray)
                return new EventFault(QuarantineCodes.WrongType, "batch", "not an array", "Send an array of events.");
            items = [];
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                if (items.Count == EventLimits.MaxBatchEvents)
                    return TooMany();
                items.Add(EventEnvelope.Scan(ref reader));
            }
        }

        while (reader.Read())
        {
            // Only reads to the end: anything but white space after the object throws.
        }

        if (items is null)
            return new EventFault(QuarantineCodes.MissingField, "batch", "missing", "Send an array of events.");
        return Complete(body, shared, items, out request);
    }

    private static EventFault? Complete(
        ReadOnlyMemory<byte> body, EventEnvelope shared, List<EventEnvelope> items, out SegmentRequest? request)
    {
        request = null;
        if (shared.Context is { Length: > EventLimits.MaxBatchContextBytes })
        {
            return new EventFault(
                BatchTooLarge, "context", "object",
                $"Send at most {EventLimits.MaxBatchContextBytes} bytes for a batch; put more into its events.");
        }

        var context = shared.Context is { } range ? SharedContext.Read(body[range.Start..range.End]) : null;
        var sentAt = shared.SentAt is { } sent ? body[sent.Start..sent.End] : default;
        var events = new ReadOnlyMemory<byte>[items.Count];
        for (var i = 0; i < events.Length; i++)
        {
            var hasOwn = sentAt.IsEmpty || items[i].SentAt is not null;
            byte[] additions = hasOwn ? [] : [.. "\"sentAt\":"u8, .. sentAt.Span];
            events[i] = items[i].Complete(body, additions, context);
        }

        request = new SegmentRequest(shared.WriteKey, events);
        return null;
    }

    /// <summary>Code of a request with too many bytes or events.</summary>
    public const string BatchTooLarge = "BATCH_TOO_LARGE";

    private static EventFault TooMany() => new(
        BatchTooLarge, "batch", "array", $"Send at most {EventLimits.MaxBatchEvents} events in one batch.");

    private static EventFault Malformed(string kind, string remedy) =>
        new(QuarantineCodes.MalformedPayload, "", kind, remedy);

    /// <summary>Reads to any depth, in constant stack: how deep an event may be is the decoder's business.</summary>
    internal static Utf8JsonReader Reader(ReadOnlySpan<byte> json) =>
        new(json, new JsonReaderOptions { MaxDepth = json.Length + 1 });
}
