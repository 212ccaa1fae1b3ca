using MartechGrains.Core.Events;
using MartechGrains.Core.Events.Cleaning;
using MartechGrains.Core.Events.Segment;
using MartechGrains.Grains.Ingest;
using MartechGrains.Grains.Registry;

namespace MartechGrains.Grains.Streams.Inbound;

/// <summary>Takes in events of Segment's shape that come through a stream.</summary>
internal static class SegmentInbound
{
    public static IngestInbound Through(
        EventIngest ingest, PolicyCache policies, TimeProvider time, ReadingRules rules)
    {
        var normalise = IdentifierReading.Under(policies);
        return async (source, payloads, cancellationToken) =>
        {
            var context = rules.ContextOf(source, time.Now(), normalise);
            await policies.ReadyAsync(cancellationToken);
            var events = new DecodedEvent[payloads.Count];
            for (var i = 0; i < events.Length; i++) events[i] = SegmentEventDecoder.Decode(payloads[i], context);
            var results = await ingest.IngestAsync(events, cancellationToken);
            return [.. results.Select(StatusOf)];
        };
    }

    private static string StatusOf(EventResult result) => result.Status switch
    {
        EventStatus.Accepted => "accepted",
        EventStatus.Duplicate => "duplicate",
        EventStatus.NotKept => $"not kept {result.Reason?.Code}",
        _ => $"quarantined {result.Reason?.Code}",
    };
}
