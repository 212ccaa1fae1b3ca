using System.Globalization;

namespace MartechGrains.Core.Time;

/// <summary>
/// A moment of this program's clock: when an event was accepted, an entry written, a decision made, or now. When
/// something happened is an <see cref="EventTime"/>, and the one is never taken for the other.
/// </summary>
/// <param name="Milliseconds">Since 1970-01-01T00:00:00Z.</param>
public readonly record struct IngestTime(long Milliseconds) : IComparable<IngestTime>
{
    /// <summary>The moment that a clock shows.</summary>
    public static IngestTime Of(DateTimeOffset moment) => new(moment.ToUnixTimeMilliseconds());

    /// <inheritdoc/>
    public int CompareTo(IngestTime other) => Milliseconds.CompareTo(other.Milliseconds);

    /// <summary>
    /// The same moment among those of events: to evaluate as of now, or for an event that does not say when it
    /// happened.
    /// </summary>
    public EventTime AsEventTime() => new(Milliseconds);

    /// <summary>The later one.</summary>
    public static IngestTime Max(IngestTime left, IngestTime right) => left > right ? left : right;

    /// <summary>Earlier.</summary>
    public static bool operator <(IngestTime left, IngestTime right) => left.Milliseconds < right.Milliseconds;

    /// <summary>Later.</summary>
    public static bool operator >(IngestTime left, IngestTime right) => left.Milliseconds > right.Milliseconds;

    /// <summary>Not later.</summary>
    public static bool operator <=(IngestTime left, IngestTime right) => left.Milliseconds <= right.Milliseconds;

    /// <summary>Not earlier.</summary>
    public static bool operator >=(IngestTime left, IngestTime right) => left.Milliseconds >= right.Milliseconds;

    /// <summary>The milliseconds, in invariant form.</summary>
    public override string ToString() => Milliseconds.ToString(CultureInfo.InvariantCulture);
}
