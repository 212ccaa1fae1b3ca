using System.Runtime.InteropServices;
using MartechGrains.Core.Events;
using MartechGrains.Core.Time;

namespace MartechGrains.Core.Facts;

/// <summary>Which event, and when: ordered by time, then hash, so that ties fall the same way everywhere.</summary>
/// <param name="Time">When it happened.</param>
/// <param name="Hash">The event's duplicate key.</param>
[StructLayout(LayoutKind.Sequential, Pack = 8)]
public readonly record struct EventPoint(EventTime Time, EventHash Hash) : IComparable<EventPoint>
{
    /// <inheritdoc/>
    public int CompareTo(EventPoint other)
    {
        var byTime = Time.CompareTo(other.Time);
        return byTime != 0 ? byTime : Hash.CompareTo(other.Hash);
    }

    /// <summary>The earlier one.</summary>
    public static EventPoint Min(EventPoint left, EventPoint right) => left.CompareTo(right) <= 0 ? left : right;

    /// <summary>The later one.</summary>
    public static EventPoint Max(EventPoint left, EventPoint right) => left.CompareTo(right) >= 0 ? left : right;

    /// <summary>Order of time, then hash.</summary>
    public static bool operator <(EventPoint left, EventPoint right) => left.CompareTo(right) < 0;

    /// <summary>Order of time, then hash.</summary>
    public static bool operator >(EventPoint left, EventPoint right) => left.CompareTo(right) > 0;

    /// <summary>Order of time, then hash.</summary>
    public static bool operator <=(EventPoint left, EventPoint right) => left.CompareTo(right) <= 0;

    /// <summary>Order of time, then hash.</summary>
    public static bool operator >=(EventPoint left, EventPoint right) => left.CompareTo(right) >= 0;
}
