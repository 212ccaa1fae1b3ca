using MartechGrains.Core.Events;
using MartechGrains.Core.Facts;

namespace MartechGrains.Core.Features;

/// <summary>A parsed name of a value: which feature, narrowed to what.</summary>
/// <param name="Feature">The feature.</param>
/// <param name="Class">The event class it is narrowed to, or null.</param>
/// <param name="Channel">The channel it is narrowed to, or null.</param>
/// <param name="Currency">The currency it is narrowed to; none for other features.</param>
public readonly record struct FeatureName(
    FeatureDefinition Feature, EventClass? Class, Channel? Channel, CurrencyCode Currency)
{
    /// <summary>What follows the feature's id in the name; empty where nothing does.</summary>
    public string Parameter => Class is not { } eventClass ? Currency.ToString()
        : Channel is not { } channel ? FactNames.Of(eventClass)
        : $"{FactNames.Of(eventClass)}.{FactNames.Of(channel)}";

    /// <summary>Reads a name, such as <c>event_count.order_completed.web</c> or <c>revenue.EUR@1</c>.</summary>
    /// <exception cref="UnknownFeatureException">The name is not in the catalogue.</exception>
    public static FeatureName Parse(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var versioned = name.Split('@', 2);
        var parts = versioned[0].Split('.');
        if (FeatureCatalog.Current.Find(parts[0]) is not { } feature
            || (versioned.Length == 2
                && !string.Equals(feature.Key, $"{parts[0]}@{versioned[1]}", StringComparison.Ordinal)))
            throw new UnknownFeatureException(name);
        var parameters = parts.AsSpan(1);
        switch (feature.Parameter)
        {
            case FeatureParameter.None when parameters.Length == 0:
                return new FeatureName(feature, null, null, default);
            case FeatureParameter.Currency when parameters.Length == 1
                && CurrencyCode.TryParse(parameters[0], out var currency) && !currency.IsNone:
                return new FeatureName(feature, null, null, currency);
            case FeatureParameter.ClassAndChannel when parameters.Length == 0:
                return new FeatureName(feature, null, null, default);
            case FeatureParameter.ClassAndChannel when FactNames.TryParse(parameters[0], out EventClass eventClass):
                if (parameters.Length == 1)
                    return new FeatureName(feature, eventClass, null, default);
                if (parameters.Length == 2 && FactNames.TryParse(parameters[1], out Channel channel))
                    return new FeatureName(feature, eventClass, channel, default);
                break;
        }

        throw new UnknownFeatureException(name);
    }

    internal bool Matches(FactCellKey key) =>
        (Class is not { } eventClass || eventClass == key.Class)
        && (Channel is not { } channel || channel == key.Channel);
}
