using MartechGrains.Core.Events;
using MartechGrains.Core.Facts;
using MartechGrains.Core.Time;

namespace MartechGrains.Core.Features;

/// <summary>Whether there is a value.</summary>
public enum FeatureStatus
{
    /// <summary>There is.</summary>
    Present,

    /// <summary>No event says anything about it.</summary>
    NoData,

    /// <summary>The sum does not fit into 64 bits; its terms can still be explained.</summary>
    OutOfRange,
}

/// <summary>One value of a feature at one moment.</summary>
public sealed record FeatureValue
{
    /// <summary>The feature.</summary>
    public required FeatureDefinition Feature { get; init; }

    /// <summary>
    /// What tells it from the feature's other values, such as <c>order_completed.web</c> or <c>EUR</c>.
    /// </summary>
    public string Parameter { get; init; } = "";

    /// <summary>The feature's id, and its parameter after a dot.</summary>
    public string Name => Parameter.Length == 0 ? Feature.Id : $"{Feature.Id}.{Parameter}";

    /// <summary>Whether <see cref="Value"/> holds.</summary>
    public FeatureStatus Status { get; init; }

    /// <summary>The value; default where there is none.</summary>
    public FeatureScalar Value { get; init; }

    /// <summary>Event time of the newest event that contributed; null where none did.</summary>
    public EventTime? Freshness { get; init; }

    /// <summary>How finely time was resolved; null where the value has no window and nothing was left out.</summary>
    public WindowResolution? WindowResolution { get; init; }

    /// <summary>
    /// When the value is next to be evaluated although no event comes, later than the moment asked for; it stays as it
    /// is until then. Null: time alone never changes it.
    /// </summary>
    public EventTime? NextChangeAt { get; init; }

    /// <summary>The one event a value was read from; null where several contribute.</summary>
    public EventHash? SourceEvent { get; init; }

    internal static FeatureValue Sum(
        FeatureDefinition feature, string parameter, Int128 sum, CurrencyCode currency, EventTime? freshness)
    {
        var fits = sum >= long.MinValue && sum <= long.MaxValue;
        var value = !fits ? default
            : feature.Type == FeatureType.Money ? FeatureScalar.OfMoney((long)sum, currency)
            : FeatureScalar.OfInteger((long)sum);
        return new FeatureValue
        {
            Feature = feature,
            Parameter = parameter,
            Status = fits ? FeatureStatus.Present : FeatureStatus.OutOfRange,
            Value = value,
            Freshness = freshness,
        };
    }
}
