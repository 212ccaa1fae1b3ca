using MartechGrains.Core.Events;
using MartechGrains.Core.Time;

namespace MartechGrains.Core.Facts;

/// <summary>
/// The bounds of the fact log. Changing one changes what snapshots hold: raise the format's version then.
/// </summary>
public static class FactLimits
{
    /// <summary>Milliseconds of one UTC day.</summary>
    public const long DayMilliseconds = 86_400_000;

    /// <summary>
    /// A group keeps its rows exact for this long before its own newest event, in milliseconds (8 days).
    /// </summary>
    public const long LogSpan = 8 * DayMilliseconds;

    /// <summary>A group keeps day tiles for this many UTC days before the day of its own newest event.</summary>
    public const int TileDays = 400;

    /// <summary>Smallest event time that is accepted, in milliseconds since 1970 UTC.</summary>
    public const long MinEventTime = 0;

    /// <summary>Largest event time that is accepted: the last millisecond of the year 9999.</summary>
    public const long MaxEventTime = EventLimits.MaxTime;

    /// <summary>Largest magnitude of one event's units; with it no sum of units of 2^33 events overflows.</summary>
    public const long MaxUnits = EventLimits.MaxUnits;

    /// <summary>
    /// Largest magnitude of one event's amount in minor units. Sums are kept in 128 bits and never overflow.
    /// </summary>
    public const long MaxAmountMinor = EventLimits.MaxAmountMinor;

    /// <summary>The UTC day of an event time: days since 1970-01-01.</summary>
    public static int DayOf(EventTime eventTime) => (int)(eventTime.Milliseconds >= 0
        ? eventTime.Milliseconds / DayMilliseconds
        : -((DayMilliseconds - 1 - eventTime.Milliseconds) / DayMilliseconds));

    /// <summary>When a UTC day begins.</summary>
    /// <param name="day">Days since 1970-01-01.</param>
    public static EventTime StartOf(int day) => new(day * DayMilliseconds);
}
