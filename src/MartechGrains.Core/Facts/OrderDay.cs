using MartechGrains.Core.Events;
using MartechGrains.Core.Time;

namespace MartechGrains.Core.Facts;

/// <summary>
/// A UTC day with at least one completed order. Kept for all time, since two groups of one profile may share a day and
/// counts of days do not add, and since the gap between two orders is exact from the last of one day to the first of
/// the next.
/// </summary>
/// <param name="First">Event time of the day's first order.</param>
/// <param name="Last">Event time of the day's last order.</param>
public readonly record struct OrderDay(EventTime First, EventTime Last)
{
    /// <summary>Days since 1970-01-01.</summary>
    public int Day => FactLimits.DayOf(First);

    /// <summary>The order day of a tile, or null where it has no order.</summary>
    internal static OrderDay? Of(DayTile tile)
    {
        OrderDay? found = null;
        foreach (ref readonly var cell in tile.Cells)
        {
            if (cell.Key.Class == EventClass.OrderCompleted)
                found = Sum(found, new OrderDay(cell.First.Time, cell.Last.Time));
        }

        return found;
    }

    internal static OrderDay Sum(OrderDay? left, OrderDay right) =>
        left is { } sum
            ? new OrderDay(EventTime.Min(sum.First, right.First), EventTime.Max(sum.Last, right.Last))
            : right;

    /// <summary>
    /// Unites two lists, each sorted by day without repeats. Shares an input where the other is empty.
    /// </summary>
    internal static OrderDay[] Union(OrderDay[] left, OrderDay[] right)
    {
        if (left.Length == 0)
            return right;
        if (right.Length == 0)
            return left;
        var merged = new List<OrderDay>(left.Length + right.Length);
        int i = 0, j = 0;
        while (i < left.Length && j < right.Length)
        {
            var order = left[i].Day.CompareTo(right[j].Day);
            merged.Add(order < 0 ? left[i++] : order > 0 ? right[j++] : Sum(left[i++], right[j++]));
        }

        while (i < left.Length)
            merged.Add(left[i++]);
        while (j < right.Length)
            merged.Add(right[j++]);
        return [.. merged];
    }
}
