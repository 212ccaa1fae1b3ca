using System.Globalization;

namespace MartechGrains.Core.Time;

/// <summary>
/// When something happened, as events tell it: what orders links, facts and values. When this program learnt of it is
/// an <see cref="IngestTime"/>, and the one is never taken for the other.
/// </summary>
/// <param name="Milliseconds">Since 1970-01-01T00:00:00Z.</param>
public readonly record struct EventTime(long Milliseconds) : IComparable<EventTime>
{
    /// <summary>Before all events.</summary>
    public static EventTime MinValue => new(long.MinValue);

    /// <summary>After all events.</summary>
    public static EventTime MaxValue => new(long.MaxValue);

    /// <inheritdoc/>
    public int CompareTo(EventTime other) => Milliseconds.CompareTo(other.Milliseconds);

    /// <summary>The earlier one.</summary>
    public static EventTime Min(EventTime left, EventTime right) => left < right ? left : right;

    /// <summary>The later one.</summary>
    public static EventTime Max(EventTime left, EventTime right) => left > right ? left : right;

    /// <summary>Earlier.</summary>
    public static bool operator <(EventTime left, EventTime right) => left.Milliseconds < right.Milliseconds;

    /// <summary>Later.</summary>
    public static bool operator >(EventTime left, EventTime right) => left.Milliseconds > right.Milliseconds;

    /// <summary>Not later.</summary>
    public static bool operator <=(EventTime left, EventTime right) => left.Milliseconds <= right.Milliseconds;

    /// <summary>Not earlier.</summary>
    public static bool operator >=(EventTime left, EventTime right) => left.Milliseconds >= right.Milliseconds;

    /// <summary>So many milliseconds later.</summary>
    public static EventTime operator +(EventTime time, long milliseconds) => new(time.Milliseconds + milliseconds);

    /// <summary>So many milliseconds earlier.</summary>
    public static EventTime operator -(EventTime time, long milliseconds) => new(time.Milliseconds - milliseconds);

    /// <summary>Milliseconds from the second to the first.</summary>
    public static long operator -(EventTime later, EventTime earlier) => later.Milliseconds - earlier.Milliseconds;

    /// <summary>The milliseconds, in invariant form.</summary>
    public override string ToString() => Milliseconds.ToString(CultureInfo.InvariantCulture);
}
