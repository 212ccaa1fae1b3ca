using MartechGrains.Core.Time;

namespace MartechGrains.Core.Events;

/// <summary>
/// Which event said something, and when. Ordered by event time, then source, then event id, so that the newest of
/// several statements is the same in whatever order they arrive.
/// </summary>
/// <param name="EventTime">When it was said.</param>
/// <param name="Source">By which source.</param>
/// <param name="EventId">By which of its events.</param>
public readonly record struct EventOrigin(EventTime EventTime, string Source, string EventId) : IComparable<EventOrigin>
{
    /// <inheritdoc/>
    public int CompareTo(EventOrigin other)
    {
        var byTime = EventTime.CompareTo(other.EventTime);
        if (byTime != 0)
            return byTime;
        var bySource = string.CompareOrdinal(Source, other.Source);
        return bySource != 0 ? bySource : string.CompareOrdinal(EventId, other.EventId);
    }

    /// <summary>Older.</summary>
    public static bool operator <(EventOrigin left, EventOrigin right) => left.CompareTo(right) < 0;

    /// <summary>Newer.</summary>
    public static bool operator >(EventOrigin left, EventOrigin right) => left.CompareTo(right) > 0;

    /// <summary>Not newer.</summary>
    public static bool operator <=(EventOrigin left, EventOrigin right) => left.CompareTo(right) <= 0;

    /// <summary>Not older.</summary>
    public static bool operator >=(EventOrigin left, EventOrigin right) => left.CompareTo(right) >= 0;
}
