namespace MartechGrains.Core.Features;

/// <summary>
/// The features there are. A value's name is the feature's id, then after a dot the class, or the class and a channel,
/// or the currency: <c>event_count</c>, <c>event_count.order_completed</c>, <c>event_count.order_completed.web</c>,
/// <c>revenue.EUR</c>; <c>@1</c> behind it asks for a version.
/// </summary>
public static class FeatureCatalog
{
    private const string Owner = "martechgrains";

    internal static readonly FeatureDefinition EventCount = Counts(
        "event_count", "Events of a class and channel since the beginning.");

    internal static readonly FeatureDefinition EventCount7Days = Counts(
        "event_count_7d", "Events of a class and channel later than 7 days ago, to the millisecond.");

    internal static readonly FeatureDefinition EventCount30Days = Counts(
        "event_count_30d",
        "Events of a class and channel since the beginning of the UTC day on which the moment 30 days ago falls.");

    internal static readonly FeatureDefinition Fatigue = One(
        "fatigue", FeatureType.Number,
        "0 to 100: pressure of messages less relief by clicks and orders, both halving every 3 days; 100 after a "
        + "complaint or an unsubscription. A heuristic, not a probability. To the millisecond for today and the 6 UTC "
        + "days before; older events count at noon of their day, which is off by at most a factor of 1.123 for terms "
        + "that weigh at most 0.25 of their start.");

    internal static readonly FeatureDefinition FatigueBand = One(
        "fatigue_band", FeatureType.Category,
        "under (below 30), on_target (to 60), saturated; insufficient_data below 3 sends in 28 days; blocked after a "
        + "complaint or an unsubscription.");

    internal static readonly FeatureDefinition FirstSeen = One(
        "first_seen", FeatureType.Timestamp, "Event time of the first event.");

    internal static readonly FeatureDefinition LastMeaningfulEngagement = One(
        "last_meaningful_engagement", FeatureType.Timestamp,
        "Event time of the last click, reply, order, login or product view of at least ten seconds. Opens do not "
        + "count.");

    internal static readonly FeatureDefinition LastSeen = One(
        "last_seen", FeatureType.Timestamp, "Event time of the last event.");

    internal static readonly FeatureDefinition Lifecycle = One(
        "lifecycle", FeatureType.Category,
        "prospect without an order; new for 30 days after the first; reactivated for 30 days after an order that "
        + "followed 180 days without; else by days since the last: active (60), cooling (120), at_risk (180), "
        + "lapsed (240), lost.");

    internal static readonly FeatureDefinition PurchaseCount = One(
        "purchase_count", FeatureType.Integer, "Completed orders.");

    internal static readonly FeatureDefinition PurchaseDays = One(
        "purchase_days", FeatureType.Integer, "Distinct UTC days with a completed order, for all time.");

    internal static readonly FeatureDefinition Refunds = Money(
        "refunds", "Sum of what was paid back or cancelled, positive.");

    internal static readonly FeatureDefinition Revenue = Money(
        "revenue", "Sum of completed orders; refunds are not subtracted.");

    internal static readonly FeatureDefinition Units = One(
        "units", FeatureType.Integer, "Units of completed orders.");

    /// <summary>The features in force.</summary>
    public static FeatureSet Current { get; } = new(1,
    [
        EventCount, EventCount30Days, EventCount7Days, Fatigue, FatigueBand, FirstSeen, LastMeaningfulEngagement,
        LastSeen, Lifecycle, PurchaseCount, PurchaseDays, Refunds, Revenue, Units,
    ]);

    private static FeatureDefinition One(string id, FeatureType type, string description) =>
        new(id, 1, type, FeatureParameter.None, description, Owner);

    private static FeatureDefinition Counts(string id, string description) =>
        new(id, 1, FeatureType.Integer, FeatureParameter.ClassAndChannel, description, Owner);

    private static FeatureDefinition Money(string id, string description) =>
        new(id, 1, FeatureType.Money, FeatureParameter.Currency, description, Owner);
}
