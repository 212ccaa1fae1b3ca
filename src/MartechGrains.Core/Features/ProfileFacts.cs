using MartechGrains.Core.Events;
using MartechGrains.Core.Facts;
using MartechGrains.Core.Time;

namespace MartechGrains.Core.Features;

/// <summary>
/// A profile's groups at one moment; passes over them are made once and only where a feature needs them.
/// </summary>
internal sealed class ProfileFacts(IReadOnlyList<FactGroupView> groups, EvaluationMoment moment)
{
    private FactTotals? _totals;
    private OrderHistory? _orders;
    private FatigueTerms? _fatigue;
    private FatigueScore? _score;

    public FactTotals Totals => _totals ??= FactTotals.Of(groups, moment);

    public FatigueTerms Fatigue => _fatigue ??= FatigueHistory.Of(groups, moment).Terms();

    private OrderHistory Orders => _orders ??= OrderHistory.Of(groups, moment);

    public FeatureValue FatigueOf(FeatureDefinition feature) => (_score ??= Fatigue.At(moment.AsOf)).Value(feature);

    public FeatureValue Count(FeatureName name)
    {
        // An order count has a class of its own that its name does not carry.
        var parameter = name.Feature.Parameter == FeatureParameter.None ? "" : name.Parameter;
        return Sum(name.Feature, parameter, default, line => name.Matches(line.Key), static line => line.Count);
    }

    public FeatureValue Units() => Sum(
        FeatureCatalog.Units, "", default, static line => line.Key.Class == EventClass.OrderCompleted,
        static line => line.Units);

    public FeatureValue Amount(FeatureName name, EventClass counted) => Sum(
        name.Feature, name.Parameter, name.Currency,
        line => line.Key.Class == counted && line.Key.Currency == name.Currency, static line => line.Amount);

    public FeatureValue WindowCount(FeatureName name)
    {
        var inWeek = name.Feature == FeatureCatalog.EventCount7Days;
        var window = default(WindowTotal);
        if (!inWeek)
            window.Coarsen(WindowResolution.Day);
        foreach (var line in Totals.Lines)
        {
            if (name.Matches(line.Key))
                window.Add(inWeek ? line.InWeek : line.InMonth);
        }

        return FeatureValue.Sum(name.Feature, name.Parameter, window.Count, default, window.Freshness) with
        {
            WindowResolution = window.Resolution,
            NextChangeAt = window.DropsAt,
        };
    }

    public FeatureValue Extreme(FeatureDefinition feature, Predicate<EventClass> counts, bool earliest)
    {
        EventPoint? found = null;
        var leftOut = WindowResolution.Exact;
        foreach (var line in Totals.Lines)
        {
            if (!counts(line.Key.Class))
                continue;
            var point = earliest ? line.First : line.Last;
            found = found is not { } known ? point
                : earliest ? EventPoint.Min(known, point) : EventPoint.Max(known, point);
            leftOut = Coarser(leftOut, line.LeftOut);
        }

        // What was left out lies behind the first event of its cell: it can be later, never earlier.
        return new FeatureValue
        {
            Feature = feature,
            Status = found is null ? FeatureStatus.NoData : FeatureStatus.Present,
            Value = found is { } at ? FeatureScalar.OfTimestamp(at.Time) : default,
            Freshness = found?.Time,
            WindowResolution = earliest ? null : Stated(leftOut),
            SourceEvent = found?.Hash,
        };
    }

    public FeatureValue PurchaseDays() => new()
    {
        Feature = FeatureCatalog.PurchaseDays,
        Value = FeatureScalar.OfInteger(Orders.Days.Length),
        Freshness = Orders.Days.Length == 0 ? null : Orders.Days[^1].Last,
        WindowResolution = Orders.Cut ? WindowResolution.Day : null,
    };

    public FeatureValue Lifecycle()
    {
        var stage = LifecycleStage.Of(Orders, moment.AsOf);
        return new FeatureValue
        {
            Feature = FeatureCatalog.Lifecycle,
            Value = FeatureScalar.OfCategory(stage.Name),
            Freshness = Orders.Days.Length == 0 ? null : Orders.Days[^1].Last,
            WindowResolution = Orders.Cut ? WindowResolution.Day : WindowResolution.Exact,
            NextChangeAt = stage.NextChangeAt,
        };
    }

    private FeatureValue Sum(
        FeatureDefinition feature, string parameter, CurrencyCode currency, Predicate<TotalLine> counts,
        Func<TotalLine, Int128> term)
    {
        Int128 sum = 0;
        EventTime? freshness = null;
        var leftOut = WindowResolution.Exact;
        foreach (var line in Totals.Lines)
        {
            if (!counts(line))
                continue;
            sum += term(line);
            leftOut = Coarser(leftOut, line.LeftOut);
            if (line.Count > 0)
                freshness = EventTime.Max(freshness ?? line.Last.Time, line.Last.Time);
        }

        return FeatureValue.Sum(feature, parameter, sum, currency, freshness) with
        {
            WindowResolution = Stated(leftOut),
        };
    }

    private static WindowResolution? Stated(WindowResolution leftOut) =>
        leftOut == WindowResolution.Exact ? null : leftOut;

    private static WindowResolution Coarser(WindowResolution left, WindowResolution right) =>
        (WindowResolution)Math.Max((int)left, (int)right);
}
