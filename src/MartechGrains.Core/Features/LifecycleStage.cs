using MartechGrains.Core.Facts;
using MartechGrains.Core.Time;

namespace MartechGrains.Core.Features;

/// <summary>Where a person stands as a buyer, by first and last order and the gap before a recent one.</summary>
/// <param name="Name">The stage.</param>
/// <param name="NextChangeAt">When it changes if nothing is ordered; null for never.</param>
/// <param name="Comeback">For <c>reactivated</c>: the order that ended the gap, and the one before the gap.</param>
internal readonly record struct LifecycleStage(
    string Name, EventTime? NextChangeAt, (EventTime Order, EventTime Before)? Comeback)
{
    private const long Day = FactLimits.DayMilliseconds;
    private const long FreshFor = 30 * Day;
    private const long ReactivationGap = 180 * Day;

    private static readonly (string Name, long Below)[] Bands =
        [("active", 60 * Day), ("cooling", 120 * Day), ("at_risk", 180 * Day), ("lapsed", 240 * Day)];

    public static LifecycleStage Of(OrderHistory orders, EventTime asOf)
    {
        if (orders.Days.Length == 0)
            return new LifecycleStage("prospect", null, null);
        var first = orders.Days[0].First;
        if (asOf < first + FreshFor)
            return new LifecycleStage("new", first + FreshFor, null);
        if (orders.Comeback(asOf - FreshFor, ReactivationGap) is { } comeback)
            return new LifecycleStage("reactivated", comeback.Order + FreshFor, comeback);
        var last = orders.Days[^1].Last;
        foreach (var (name, below) in Bands)
        {
            if (asOf - last < below)
                return new LifecycleStage(name, last + below, null);
        }

        return new LifecycleStage("lost", null, null);
    }
}
