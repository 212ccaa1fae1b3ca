using MartechGrains.Core.Events;
using MartechGrains.Core.Facts;
using MartechGrains.Core.Time;

namespace MartechGrains.Core.Features;

/// <summary>What a value was computed from. Mirrors the evaluation; tests hold the two together.</summary>
internal static class FeatureContributions
{
    public static IReadOnlyList<Contribution> Of(
        FeatureName name, FeatureValue value, IReadOnlyList<FactGroupView> groups, EvaluationMoment moment)
    {
        var found = new List<Contribution>();
        switch (name.Feature.Id)
        {
            case "fatigue" or "fatigue_band":
                return FatigueHistory.Of(groups, moment).Contributions();
            case "lifecycle" or "purchase_days":
                AddOrders(name, groups, moment, found);
                return found;
        }

        foreach (var (group, ordinal) in groups.Select((group, ordinal) => (group, ordinal)))
            AddPieces(name, group, ordinal, moment, found);
        return value.SourceEvent is { } source && value.Freshness is { } time
            ? Deciding(found, new EventPoint(time, source))
            : found;
    }

    private static void AddPieces(
        FeatureName name, FactGroupView group, int ordinal, EvaluationMoment moment, List<Contribution> found)
    {
        foreach (ref readonly var cell in group.Lifetime)
            Add(cell, WindowResolution.Lifetime, null);
        foreach (var tile in group.Days)
        {
            foreach (ref readonly var cell in tile.Cells)
                Add(cell, WindowResolution.Day, null);
        }

        for (var i = 0; i < group.RowCount; i++)
        {
            var row = group.Row(i);
            Add(FactCell.Of(row), WindowResolution.Exact, row.Seq);
        }

        void Add(in FactCell cell, WindowResolution resolution, int? seq)
        {
            if (TermOf(name, cell, resolution, moment) is { } term)
            {
                found.Add(new Contribution(
                    term.Role, resolution, ordinal, cell.Key, cell.Count, cell.First, cell.Last, seq, term.Value));
            }
        }
    }

    private static (string Role, FeatureScalar Value)? TermOf(
        FeatureName name, in FactCell cell, WindowResolution resolution, EvaluationMoment moment)
    {
        var key = cell.Key;
        var isOrder = key.Class == EventClass.OrderCompleted;
        if (name.Feature.Type == FeatureType.Timestamp)
        {
            var counts = name.Feature != FeatureCatalog.LastMeaningfulEngagement
                || FeatureEvaluation.IsMeaningful(key.Class);
            return counts ? ("event", FeatureScalar.OfTimestamp(cell.Last.Time)) : null;
        }

        if (cell.Last.Time > moment.Until)
            return null;
        return name.Feature.Id switch
        {
            "event_count" when name.Matches(key) => Count(cell),
            "event_count_7d" when name.Matches(key) && resolution != WindowResolution.Lifetime
                && cell.Last.Time > moment.AsOf - FactTotals.Week => Count(cell),
            "event_count_30d" when name.Matches(key) && resolution != WindowResolution.Lifetime
                && FactLimits.DayOf(cell.Last.Time) >= FactLimits.DayOf(moment.AsOf - FactTotals.Month) => Count(cell),
            "purchase_count" when isOrder => Count(cell),
            "units" when isOrder => ("units", FeatureScalar.OfInteger(cell.Units)),
            "revenue" when isOrder && key.Currency == name.Currency => Amount(cell),
            "refunds" when key.Class == EventClass.OrderRefunded && key.Currency == name.Currency => Amount(cell),
            _ => null,
        };
    }

    private static (string Role, FeatureScalar Value)? Count(in FactCell cell) =>
        ("count", FeatureScalar.OfInteger(cell.Count));

    // A single cell beyond 64 bits takes 9,000 events at the limit: it is told without a value, like its sum.
    private static (string Role, FeatureScalar Value)? Amount(in FactCell cell) =>
        cell.Amount >= long.MinValue && cell.Amount <= long.MaxValue
            ? ("amount", FeatureScalar.OfMoney((long)cell.Amount, cell.Key.Currency))
            : ("amount_out_of_range", default);

    private static List<Contribution> Deciding(List<Contribution> pieces, EventPoint source)
    {
        // The piece that holds the event at its front or back; its term is the event's own time.
        var piece = pieces.Find(piece => piece.Last == source) ?? pieces.Find(piece => piece.First == source);
        return piece is null ? []
            : [piece with { First = source, Last = source, Term = FeatureScalar.OfTimestamp(source.Time) }];
    }

    private static void AddOrders(
        FeatureName name, IReadOnlyList<FactGroupView> groups, EvaluationMoment moment, List<Contribution> found)
    {
        var orders = OrderHistory.Of(groups, moment);
        if (name.Feature == FeatureCatalog.PurchaseDays)
        {
            foreach (var day in orders.Days)
            {
                found.Add(new Contribution(
                    "count", WindowResolution.Day, -1, null, 1, new EventPoint(day.First, default),
                    new EventPoint(day.Last, default), null,
                    FeatureScalar.OfInteger(1)));
            }

            return;
        }

        if (orders.Days.Length == 0)
            return;
        AddOrder("first_order", orders.Days[0].First);
        if (LifecycleStage.Of(orders, moment.AsOf).Comeback is { } comeback)
        {
            AddOrder("order_before_gap", comeback.Before);
            AddOrder("order_after_gap", comeback.Order);
        }

        AddOrder("last_order", orders.Days[^1].Last);

        void AddOrder(string role, EventTime time) => found.Add(new Contribution(
            role, WindowResolution.Exact, -1, null, 1, new EventPoint(time, default), new EventPoint(time, default),
            null, FeatureScalar.OfTimestamp(time)));
    }
}
