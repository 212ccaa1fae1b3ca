using MartechGrains.Core.Time;

namespace MartechGrains.Core.Events.Cleaning;

/// <summary>
/// When an event happened. The rule, in order:
/// <list type="number">
/// <item><c>timestamp</c> is what the producer asserts, and stands as it is; else <c>originalTimestamp</c>, the
/// device's own clock, is taken; else the time of receipt, which the lineage then names as the source.</item>
/// <item>A clock is corrected only where <c>sentAt</c> proves it wrong. Nothing can be received before it was sent, so
/// a <c>sentAt</c> more than <see cref="ProvableSkewMilliseconds"/> ahead of the receipt proves a fast clock, for both
/// fields. A <c>sentAt</c> that far in the past may be a slow clock, or an honest event that waited in a queue, a file
/// or a retry: it corrects <c>originalTimestamp</c>, whose producers leave exactly that to the receiver, and never
/// <c>timestamp</c>, unless the source is declared to send by its clients' own clocks.</item>
/// <item>The correction is Segment's, <c>receivedAt - (sentAt - time)</c>, with <c>receivedAt - sentAt</c> rounded to
/// whole minutes: a resend under the same wrong clock then gets the same time, whatever its own sent and received
/// times.</item>
/// </list>
/// So for a producer whose clock is right to within the bound, event time is a function of the payload, and neither
/// order nor duplication can change it. For a wrong clock the first delivery stands, as for all content.
/// </summary>
internal static class EventClock
{
    /// <summary>
    /// How far <c>sentAt</c> must be from the receipt before the clock counts as wrong, in milliseconds.
    /// </summary>
    public const long ProvableSkewMilliseconds = 5 * 60 * 1000;

    /// <summary>Corrections are whole minutes, of so many milliseconds.</summary>
    public const long Minute = 60_000;

    /// <summary>Finds the event time, or what is wrong with it.</summary>
    /// <param name="draft">The event.</param>
    /// <param name="context">What is known besides.</param>
    /// <param name="time">The event time.</param>
    /// <param name="field">The path it was read from.</param>
    /// <param name="correction">By how much it was moved, in milliseconds.</param>
    public static EventFault? Read(
        EventDraft draft, ReceivedContext context, out EventTime time, out string field, out long correction)
    {
        correction = 0;
        var receivedAt = context.ReceivedAt;
        time = draft.Timestamp ?? draft.OriginalTimestamp ?? receivedAt.AsEventTime();
        field = draft.Timestamp.HasValue ? draft.TimestampField
            : draft.OriginalTimestamp.HasValue ? "originalTimestamp" : "received_at";
        if (time.Milliseconds < EventLimits.MinEventTime)
            return TooOld(field);
        if (time.Milliseconds > EventLimits.MaxTime)
            return InFuture(field, draft.IsLocalTime);
        if ((draft.Timestamp ?? draft.OriginalTimestamp) is not null && draft.SentAt is { } sentAt)
            correction = Correction(
                draft.Timestamp.HasValue && !context.IsClientClock, Math.Clamp(sentAt, 0, EventLimits.MaxTime),
                receivedAt.Milliseconds);
        time += correction;
        if (time.Milliseconds < EventLimits.MinEventTime)
            return TooOld(field);
        return time - receivedAt.AsEventTime() > EventLimits.MaxAheadMilliseconds
            ? InFuture(field, draft.IsLocalTime)
            : null;
    }

    private static EventFault TooOld(string field) => new(
        QuarantineCodes.EventTimeTooOld, field, "time before 1990",
        "Send the time at which the event happened; a clock that was never set often reads 1970.");

    private static EventFault InFuture(string field, bool isLocal) => new(
        QuarantineCodes.EventTimeInFuture, field, "time more than 5 minutes ahead",
        isLocal
            ? "Send the time with its offset from UTC, such as +02:00: without one it was read as UTC."
            : "Set the producer's clock, or send sentAt by the same clock so that it can be corrected.");

    private static long Correction(bool isAsserted, long sentAt, long receivedAt)
    {
        var skew = receivedAt - sentAt;
        var isProven = skew < -ProvableSkewMilliseconds || (!isAsserted && skew > ProvableSkewMilliseconds);
        if (!isProven)
            return 0;
        var half = skew < 0 ? -Minute / 2 : Minute / 2;
        return (skew + half) / Minute * Minute;
    }
}
