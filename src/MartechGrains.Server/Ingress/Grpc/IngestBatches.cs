using System.Collections.Immutable;
using Google.Protobuf;
using Google.Protobuf.Collections;
using MartechGrains.Core.Events;
using MartechGrains.Core.Events.Cleaning;
using MartechGrains.Core.Events.Segment;
using MartechGrains.Core.Time;
using MartechGrains.Protocol.Ingest.V1;
using MartechGrains.Protocol.Types.V1;
using MartechGrains.Server.Errors;
using EventResult = MartechGrains.Core.Events.EventResult;
using Wire = MartechGrains.Protocol.Ingest.V1;

namespace MartechGrains.Server.Ingress.Grpc;

/// <summary>Reads batches of events from their messages, and writes their results.</summary>
internal sealed class IngestBatches(NormaliseIdentifier normalise, ReadingRules rules, TimeProvider clock)
{
    /// <summary>Largest batch: the bytes of its events together.</summary>
    public const int MaxBatchBytes = 4 << 20;

    private const string EventsField = "events";

    // Shared by all answers: nobody changes them.
    private static readonly Wire.EventResult Accepted = new() { Status = Wire.EventResult.Types.Status.Accepted };
    private static readonly Wire.EventResult Duplicate = new() { Status = Wire.EventResult.Types.Status.Duplicate };

    /// <summary>Decodes a batch.</summary>
    /// <param name="source">The source it came from.</param>
    /// <param name="events">The events.</param>
    /// <param name="decoded">What became of each, in order; empty where the result is a failure.</param>
    /// <returns>Null, or why the batch as a whole is refused.</returns>
    public Google.Rpc.Status? Decode(string source, RepeatedField<Event> events, out DecodedEvent[] decoded)
    {
        decoded = [];
        if (events.Count == 0)
        {
            return Failures.BadField(
                ErrorReason.InvalidField, EventsField, $"Send 1 to {EventLimits.MaxBatchEvents} events in a batch.");
        }

        if (events.Count > EventLimits.MaxBatchEvents)
            return TooLarge($"Send at most {EventLimits.MaxBatchEvents} events in a batch; split this one.");
        var context = rules.ContextOf(source, IngestTime.Of(clock.GetUtcNow()), normalise);
        var all = new DecodedEvent[events.Count];
        long size = 0;
        for (var i = 0; i < all.Length; i++)
        {
            all[i] = Decode(events[i], context);
            size += RawOf(all[i]).Length;
            if (size > MaxBatchBytes)
                return TooLarge($"Send at most {MaxBatchBytes} bytes in a batch; split this one.");
        }

        decoded = all;
        return null;
    }

    /// <summary>Writes the results of a batch.</summary>
    /// <exception cref="InvalidOperationException">There is not one result per event.</exception>
    public static void Write(
        IReadOnlyList<EventResult> results, DecodedEvent[] events, RepeatedField<Wire.EventResult> output)
    {
        if (results.Count != events.Length)
            throw new InvalidOperationException($"Ingest gave {results.Count} results for {events.Length} events.");
        output.Capacity = events.Length;
        for (var i = 0; i < events.Length; i++) output.Add(ToWire(results[i], SourceField.NotesOf(events[i])));
    }

    /// <summary>The failure of a batch that is too large.</summary>
    public static Google.Rpc.Status TooLarge(string problem) =>
        Failures.BadField(ErrorReason.BatchTooLarge, EventsField, problem);

    private static DecodedEvent Decode(Event item, ReceivedContext context) => item.BodyCase switch
    {
        Event.BodyOneofCase.Typed => TypedEventDecoder.Decode(item.Typed, context),
        Event.BodyOneofCase.SegmentJson => SegmentEventDecoder.Decode(item.SegmentJson.Memory, context),
        _ => new DecodedEvent.Rejected(new QuarantineReason(
            new EventFault(
                QuarantineCodes.UnknownEventType, "", "no known body", "Send the event as typed or as segment_json."),
            context.Source, "", item.ToByteArray())),
    };

    private static ReadOnlyMemory<byte> RawOf(DecodedEvent decoded) => decoded switch
    {
        DecodedEvent.Accepted accepted => accepted.Event.Raw,
        DecodedEvent.Rejected rejected => rejected.Reason.Raw,
        _ => default,
    };

    private static Wire.EventResult ToWire(
        EventResult result, ImmutableArray<SourceField> notes) => result.Status switch
        {
            EventStatus.Accepted => notes.IsEmpty ? Accepted : WithNotes(Accepted, notes),
            EventStatus.Duplicate => notes.IsEmpty ? Duplicate : WithNotes(Duplicate, notes),
            _ => new Wire.EventResult
            {
                Status = (Wire.EventResult.Types.Status)result.Status,
                Reason = result.Reason?.Code ?? "",
                Field = result.Reason?.Field ?? "",
                Remedy = result.Reason?.Remedy ?? "",
                QuarantineId = result.QuarantineId?.ToString() ?? "",
            },
        };

    private static Wire.EventResult WithNotes(Wire.EventResult result, ImmutableArray<SourceField> notes)
    {
        var told = result.Clone();
        foreach (var note in notes) told.Notes.Add(new FieldNote { Note = note.Output, Field = note.Field });
        return told;
    }
}
