using System.Collections.Immutable;
using MartechGrains.Core.Events;
using MartechGrains.Core.Facts;
using MartechGrains.Core.Time;

namespace MartechGrains.Core.Features;

/// <summary>
/// Values of features, as pure functions of a profile's fact groups and a moment. The order of the groups does not
/// matter; no two of them may hold the same event.
/// </summary>
public static class FeatureEvaluation
{
    /// <summary>
    /// All values of a set, in the set's order, then by class and channel or by currency. Parameterised features give a
    /// value for each class and channel, or currency, that occurs; the others always give one.
    /// </summary>
    public static IReadOnlyList<FeatureValue> Evaluate(
        IReadOnlyList<FactGroupView> groups, EvaluationMoment moment, FeatureSet set)
    {
        ArgumentNullException.ThrowIfNull(groups);
        ArgumentNullException.ThrowIfNull(set);
        var profile = new ProfileFacts(groups, moment);
        var values = ImmutableArray.CreateBuilder<FeatureValue>(set.Features.Length * 2);
        foreach (var feature in set.Features)
            Add(feature, profile, values);
        return values.ToImmutable();
    }

    /// <summary>
    /// Evaluates a set for a live read, so that later reads of the same groups need next to nothing.
    /// </summary>
    /// <param name="groups">The groups, as for an evaluation.</param>
    /// <param name="now">The first moment it will answer for.</param>
    /// <param name="set">The features.</param>
    public static PreparedEvaluation Prepare(IReadOnlyList<FactGroupView> groups, EventTime now, FeatureSet set)
    {
        ArgumentNullException.ThrowIfNull(groups);
        ArgumentNullException.ThrowIfNull(set);
        var profile = new ProfileFacts(groups, EvaluationMoment.Live(now));
        var steady = ImmutableArray.CreateBuilder<FeatureValue>(set.Features.Length * 2);
        var moving = ImmutableArray.CreateBuilder<FeatureDefinition>();
        foreach (var feature in set.Features)
        {
            if (FatigueScore.Gives(feature) && profile.Fatigue.Move)
                moving.Add(feature);
            else
                Add(feature, profile, steady);
        }

        return new PreparedEvaluation(now, steady.ToImmutable(), moving.ToImmutable(), profile.Fatigue);
    }

    /// <summary>
    /// One value by its name, such as <c>event_count_7d.message_clicked</c>; 0 where a sum has no terms.
    /// </summary>
    /// <exception cref="UnknownFeatureException">The name is not in the catalogue.</exception>
    public static FeatureValue Evaluate(string name, IReadOnlyList<FactGroupView> groups, EvaluationMoment moment)
    {
        ArgumentNullException.ThrowIfNull(groups);
        return Value(FeatureName.Parse(name), new ProfileFacts(groups, moment));
    }

    /// <summary>
    /// One value by its name, with every row, day and lifetime sum that contributed and its exact term.
    /// </summary>
    /// <exception cref="UnknownFeatureException">The name is not in the catalogue.</exception>
    public static FeatureExplanation Explain(
        string name, IReadOnlyList<FactGroupView> groups, EvaluationMoment moment)
    {
        ArgumentNullException.ThrowIfNull(groups);
        var parsed = FeatureName.Parse(name);
        var value = Value(parsed, new ProfileFacts(groups, moment));
        return new FeatureExplanation(value, FeatureContributions.Of(parsed, value, groups, moment));
    }

    private static FeatureValue Value(FeatureName name, ProfileFacts profile) => name.Feature.Id switch
    {
        "event_count" => profile.Count(name),
        "event_count_7d" or "event_count_30d" => profile.WindowCount(name),
        "first_seen" => profile.Extreme(name.Feature, static _ => true, earliest: true),
        "last_seen" => profile.Extreme(name.Feature, static _ => true, earliest: false),
        "last_meaningful_engagement" => profile.Extreme(name.Feature, IsMeaningful, earliest: false),
        "purchase_count" => profile.Count(name with { Class = EventClass.OrderCompleted }),
        "purchase_days" => profile.PurchaseDays(),
        "units" => profile.Units(),
        "revenue" => profile.Amount(name, EventClass.OrderCompleted),
        "refunds" => profile.Amount(name, EventClass.OrderRefunded),
        "fatigue" or "fatigue_band" => profile.FatigueOf(name.Feature),
        "lifecycle" => profile.Lifecycle(),
        _ => throw new UnknownFeatureException(name.Feature.Id),
    };

    internal static bool IsMeaningful(EventClass eventClass) => eventClass is EventClass.MessageClicked
        or EventClass.MessageReplied or EventClass.OrderCompleted or EventClass.ProductEngaged or EventClass.LoggedIn;

    private static void Add(
        FeatureDefinition feature, ProfileFacts profile, ImmutableArray<FeatureValue>.Builder values)
    {
        if (feature.Parameter == FeatureParameter.None)
            values.Add(Value(new FeatureName(feature, null, null, default), profile));
        else if (feature.Parameter == FeatureParameter.Currency)
            AddPerCurrency(feature, profile, values);
        else
            AddPerClassAndChannel(feature, profile, values);
    }

    private static void AddPerClassAndChannel(
        FeatureDefinition feature, ProfileFacts profile, ImmutableArray<FeatureValue>.Builder values)
    {
        FactCellKey? done = null;
        foreach (var line in profile.Totals.Lines)
        {
            if (done is { } last && last.Class == line.Key.Class && last.Channel == line.Key.Channel)
                continue;
            done = line.Key;
            var value = Value(new FeatureName(feature, line.Key.Class, line.Key.Channel, default), profile);
            if (value.Status != FeatureStatus.Present || value.Value.Whole != 0)
                values.Add(value);
        }
    }

    private static void AddPerCurrency(
        FeatureDefinition feature, ProfileFacts profile, ImmutableArray<FeatureValue>.Builder values)
    {
        var counted = feature == FeatureCatalog.Refunds ? EventClass.OrderRefunded : EventClass.OrderCompleted;
        var currencies = new SortedSet<CurrencyCode>();
        foreach (var line in profile.Totals.Lines)
        {
            if (line.Key.Class == counted && !line.Key.Currency.IsNone && line.Count > 0)
                currencies.Add(line.Key.Currency);
        }

        foreach (var currency in currencies)
            values.Add(Value(new FeatureName(feature, null, null, currency), profile));
    }
}
