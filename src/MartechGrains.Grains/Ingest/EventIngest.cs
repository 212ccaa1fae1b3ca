using MartechGrains.Core.Events;
using MartechGrains.Core.Homes.Messages;
using MartechGrains.Grains.Damage;
using MartechGrains.Grains.Registry;
using MartechGrains.Grains.Routing;
using MartechGrains.Journal.Clocks;
using MartechGrains.Journal.Contracts;
using MartechGrains.Journal.Writing;

namespace MartechGrains.Grains.Ingest;

/// <summary>
/// Takes decoded events in, whatever door they came through. When it returns, every event is durable: in its profile,
/// or in quarantine with its bytes and the reason. Those whose home is damaged are not, and say so.
/// </summary>
public sealed class EventIngest(
    EventRouter router, JournalWriter writer, ClockGate clock, PolicyCache policies, TimeProvider time)
{
    /// <summary>Most events of one call whose way into quarantine is under way at a time.</summary>
    public const int MaxQuarantinedAtATime = 64;

    /// <summary>Takes events in.</summary>
    /// <returns>What became of each, in order.</returns>
    /// <exception cref="GrainOverloadedException">
    /// More is waiting than is kept; some may have been taken in: send all again.
    /// </exception>
    /// <exception cref="GrainReloadException">A home could not be reached; likewise.</exception>
    /// <exception cref="ClockOffException">The node's clock is off; nothing was tried.</exception>
    /// <exception cref="WritesRefusedException">The store takes no writes now; nothing was tried.</exception>
    /// <exception cref="JournalException">The store could not be reached; likewise.</exception>
    public async Task<IReadOnlyList<EventResult>> IngestAsync(
        IReadOnlyList<DecodedEvent> events, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(events);
        // Before anything goes to quarantine, by a clock that is wrong.
        clock.RefuseWhileOff();
        // Before any home is asked, which would have to forget what it could not write.
        writer.RefuseInOutage();
        var results = new EventResult[events.Count];
        var accepted = new List<(int Index, CanonicalEvent Event)>(events.Count);
        var refused = new List<QuarantineWrite>();
        for (var i = 0; i < results.Length; i++)
        {
            if (events[i] is DecodedEvent.Rejected rejected) Refuse(i, rejected.Reason);
            else if (events[i] is DecodedEvent.Accepted { Event: var decoded } && OverLimit(decoded) is { } fault)
                Refuse(i, ReasonOf(decoded, fault));
            else accepted.Add((i, ((DecodedEvent.Accepted)events[i]).Event));
        }
        var routing = RouteAsync(accepted, cancellationToken);
        // Whichever fails, the other is waited for too: nothing is under way when this returns.
        await Task.WhenAll(routing, KeepAsync(refused, cancellationToken));
        refused.Clear();
        var routed = await routing;
        for (var i = 0; i < routed.Length; i++)
        {
            var (index, decoded) = accepted[i];
            if (routed[i].Damage is { } damage)
            {
                results[index] = new EventResult(EventStatus.NotKept, FaultOf(damage));
                DamageMetrics.Events.Add(1);
                continue;
            }
            switch (routed[i].Status)
            {
                case ApplyStatus.Applied:
                    results[index] = new EventResult(EventStatus.Accepted);
                    IngestMetrics.Accepted(decoded);
                    break;
                case ApplyStatus.Duplicate:
                    results[index] = new EventResult(EventStatus.Duplicate);
                    break;
                case ApplyStatus.Conflict:
                    Refuse(index, ReasonOf(decoded, EventFault.ConflictingDuplicate));
                    break;
                default:
                    Refuse(index, ReasonOf(decoded, Overflow));
                    break;
            }
        }
        await KeepAsync(refused, cancellationToken);
        return results;

        void Refuse(int index, QuarantineReason reason)
        {
            var write = ToWrite(reason);
            results[index] = new EventResult(EventStatus.Quarantined, reason.Fault, write.Row.Id);
            refused.Add(write);
            IngestMetrics.Quarantined(reason);
        }
    }

    private static EventFault Overflow { get; } = new(
        QuarantineCodes.InvalidAmount, "fact.amount", "a sum beyond 64 bits",
            "check the amount and units of this event");

    private static EventFault FaultOf(HomeDamagedException damage) => new(
        HomeDamagedException.Code, "", $"home {damage.Home}, row {damage.Row}",
        "Send it again later: what the profile is kept in is damaged, and an operator must restore it.");

    private EventFault? OverLimit(CanonicalEvent decoded) =>
        policies.InForce.ExceedsLimit(decoded.Identifiers.AsSpan())
        ? new EventFault(
            QuarantineCodes.NamespaceLimitExceeded, "identifiers",
                "more values of one namespace than a profile may have",
            "send the persons' events apart, or raise maxPerProfile in the identity policy")
        : null;

    private static QuarantineReason ReasonOf(CanonicalEvent decoded, EventFault fault) =>
        new(fault, decoded.Source, decoded.EventId, decoded.Raw);

    private async Task<RoutedResult[]> RouteAsync(
        List<(int Index, CanonicalEvent Event)> accepted, CancellationToken cancellationToken) => accepted.Count == 0
        ? []
        : await router.RouteAsync([.. accepted.Select(static item => item.Event)], cancellationToken);

    private async Task KeepAsync(List<QuarantineWrite> writes, CancellationToken cancellationToken)
    {
        if (writes.Count == 0) return;
        var limits = new ParallelOptions
        {
            MaxDegreeOfParallelism = MaxQuarantinedAtATime,
            CancellationToken = cancellationToken,
        };
        await Parallel.ForEachAsync(writes, limits, async (write, _) =>
        {
            // What has been queued is written whoever waits for it, so it is waited for.
            var outcome = await writer.WriteAsync(write, CancellationToken.None);
            if (outcome.Status != WriteStatus.Committed)
                throw new GrainReloadException($"Quarantining {write.Row.Id} was {outcome.Status} {outcome.Error}.");
        });
    }

    private QuarantineWrite ToWrite(QuarantineReason reason) => new(QuarantineRow.Of(reason, time.Now()));
}
