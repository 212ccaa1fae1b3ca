using MartechGrains.Core.Events;
using MartechGrains.Core.Facts;
using MartechGrains.Core.Time;

namespace MartechGrains.Core.Features;

/// <summary>
/// The days with a completed order over all groups of a profile, with the first and last order of each.
/// </summary>
internal sealed class OrderHistory
{
    private OrderHistory(OrderDay[] days, bool cut)
    {
        Days = days;
        Cut = cut;
    }

    /// <summary>Sorted by day.</summary>
    public OrderDay[] Days { get; }

    /// <summary>
    /// A day reaches past the moment asked for, and may have had orders between its first and that moment.
    /// </summary>
    public bool Cut { get; }

    public static OrderHistory Of(IReadOnlyList<FactGroupView> groups, EvaluationMoment moment)
    {
        OrderDay[] united = [];
        var cut = false;
        for (var i = 0; i < groups.Count; i++)
        {
            united = OrderDay.Union(united, Bounded(groups[i].LifetimeOrderDays, moment, ref cut));
            united = OrderDay.Union(united, Bounded(TileDays(groups[i]), moment, ref cut));
            united = OrderDay.Union(united, LogDays(groups[i], moment));
        }

        return new OrderHistory(united, cut);
    }

    /// <summary>
    /// The first order in the window of 30 days if nothing was ordered for at least 180 days before it. Both ends are
    /// exact: that far apart, the earlier is the last of its day and the later the first of its day.
    /// </summary>
    public (EventTime Order, EventTime Before)? Comeback(EventTime windowFrom, long gap)
    {
        EventTime? before = null;
        foreach (var day in Days)
        {
            if (day.First > windowFrom)
                return before is { } last && day.First - last >= gap ? (day.First, last) : null;
            if (day.Last > windowFrom)
                return null;
            before = day.Last;
        }

        return null;
    }

    private static OrderDay[] LogDays(FactGroupView group, EvaluationMoment moment)
    {
        List<OrderDay>? days = null;
        foreach (ref readonly var entry in group.Log.Entries)
        {
            if (entry.Class != EventClass.OrderCompleted || entry.EventTime > moment.Until)
                continue;
            days ??= [];
            var order = new OrderDay(entry.EventTime, entry.EventTime);
            if (days.Count > 0 && days[^1].Day == order.Day)
                days[^1] = OrderDay.Sum(days[^1], order);
            else
                days.Add(order);
        }

        return days is null ? [] : [.. days];
    }

    private static OrderDay[] TileDays(FactGroupView group)
    {
        List<OrderDay>? days = null;
        foreach (var tile in group.Days)
        {
            if (OrderDay.Of(tile) is { } day)
                (days ??= []).Add(day);
        }

        return days is null ? [] : [.. days];
    }

    private static OrderDay[] Bounded(ReadOnlySpan<OrderDay> days, EvaluationMoment moment, ref bool cut)
    {
        var bounded = new List<OrderDay>(days.Length);
        foreach (var day in days)
        {
            if (day.First > moment.Until)
                break;
            cut |= day.Last > moment.Until;
            bounded.Add(day.Last > moment.Until ? new OrderDay(day.First, day.First) : day);
        }

        return [.. bounded];
    }
}
