using MartechGrains.Core.Events;
using MartechGrains.Core.Facts;

namespace MartechGrains.Core.Tests.Features;

/// <summary>The definitions once more, over all rows and with nothing folded.</summary>
internal static class NaiveFeatures
{
    private const long Day = FactLimits.DayMilliseconds;

    private static readonly EventClass[] Meaningful =
    [
        EventClass.MessageClicked, EventClass.MessageReplied, EventClass.OrderCompleted, EventClass.ProductEngaged,
        EventClass.LoggedIn,
    ];

    /// <summary>Name to value; absent where there is no data.</summary>
    public static Dictionary<string, object> Of(FactRow[] rows, long asOf)
    {
        var orders = rows.Where(row => row.Fact.Class == EventClass.OrderCompleted).ToList();
        var values = new Dictionary<string, object>
        {
            ["purchase_count"] = (long)orders.Count,
            ["purchase_days"] = (long)orders.Select(row => row.EventTime.Milliseconds / Day).Distinct().Count(),
            ["units"] = orders.Sum(row => row.Fact.Units),
            ["lifecycle"] = Lifecycle([.. orders.Select(row => row.EventTime.Milliseconds).Order()], asOf),
            ["fatigue"] = Fatigue(rows, asOf),
            ["fatigue_band"] = Band(rows, asOf),
        };
        Counts("event_count", rows);
        Counts("event_count_7d", rows.Where(row => row.EventTime.Milliseconds > asOf - (7 * Day)));
        Counts("event_count_30d", rows.Where(row => row.EventTime.Milliseconds >= (asOf - (30 * Day)) / Day * Day));
        Amounts("revenue", orders);
        Amounts("refunds", rows.Where(row => row.Fact.Class == EventClass.OrderRefunded));
        var engaged = rows.Where(row => Meaningful.Contains(row.Fact.Class)).ToList();
        if (engaged.Count > 0)
            values["last_meaningful_engagement"] = engaged.Max(row => row.EventTime.Milliseconds);
        if (rows.Length > 0)
        {
            values["first_seen"] = rows.Min(row => row.EventTime.Milliseconds);
            values["last_seen"] = rows.Max(row => row.EventTime.Milliseconds);
        }

        return values;

        void Counts(string name, IEnumerable<FactRow> counted)
        {
            foreach (var some in counted.GroupBy(row => (row.Fact.Class, row.Fact.Channel)))
                values[$"{name}.{FactNames.Of(some.Key.Class)}.{FactNames.Of(some.Key.Channel)}"] = (long)some.Count();
        }

        void Amounts(string name, IEnumerable<FactRow> counted)
        {
            foreach (var some in counted.Where(row => row.Fact.Currency != "").GroupBy(row => row.Fact.Currency))
                values[$"{name}.{some.Key}"] = some.Sum(row => row.Fact.AmountMinor);
        }
    }

    /// <summary>Fatigue with every event at its own time: what the day tiles approximate.</summary>
    public static double FatigueWithoutTiles(FactRow[] rows, long asOf) =>
        Score(rows.Sum(row =>
            Weight(row) * Math.Pow(0.5, Math.Max(0, asOf - row.EventTime.Milliseconds) / (3.0 * Day))));

    private static double Fatigue(FactRow[] rows, long asOf)
    {
        if (rows.Any(row => row.Fact.Class is EventClass.MessageMarkedAsSpam or EventClass.Unsubscribed))
            return 100;
        var today = asOf / Day;
        var sum = 0.0;
        foreach (var row in rows.Where(row => row.EventTime.Milliseconds / Day >= today - 60))
        {
            var day = row.EventTime.Milliseconds / Day;
            var time = day >= today - 6 ? row.EventTime.Milliseconds : (day * Day) + (Day / 2);
            sum += Weight(row) * Math.Pow(0.5, Math.Max(0, asOf - time) / (3.0 * Day));
        }

        return Score(sum);
    }

    private static string Band(FactRow[] rows, long asOf)
    {
        if (rows.Any(row => row.Fact.Class is EventClass.MessageMarkedAsSpam or EventClass.Unsubscribed))
            return "blocked";
        var sends = rows.Count(row =>
            row.Fact.Class == EventClass.MessageDelivered && row.EventTime.Milliseconds / Day >= (asOf / Day) - 28);
        var score = Fatigue(rows, asOf);
        return sends < 3 ? "insufficient_data" : score < 30 ? "under" : score <= 60 ? "on_target" : "saturated";
    }

    private static double Score(double net) => 100 * (1 - Math.Exp(-Math.Max(0, net) / 4));

    private static double Weight(FactRow row) => (row.Fact.Class, row.Fact.Channel) switch
    {
        (EventClass.MessageDelivered, Channel.Sms) => 2,
        (EventClass.MessageDelivered, Channel.InApp) => 0.3,
        (EventClass.MessageDelivered, _) => 1,
        (EventClass.MessageClicked, _) => -1,
        (EventClass.OrderCompleted, _) => -2,
        _ => 0,
    };

    private static string Lifecycle(List<long> orders, long asOf)
    {
        if (orders.Count == 0)
            return "prospect";
        if (asOf - orders[0] < 30 * Day)
            return "new";
        for (var i = 1; i < orders.Count; i++)
        {
            if (orders[i] - orders[i - 1] >= 180 * Day && asOf - orders[i] < 30 * Day)
                return "reactivated";
        }

        return ((asOf - orders[^1]) / Day) switch
        {
            < 60 => "active",
            < 120 => "cooling",
            < 180 => "at_risk",
            < 240 => "lapsed",
            _ => "lost",
        };
    }
}
