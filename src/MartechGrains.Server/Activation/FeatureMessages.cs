using Google.Protobuf.WellKnownTypes;
using MartechGrains.Core.Features;
using MartechGrains.Core.Time;
using MartechGrains.Protocol.Activation.V1;
using MartechGrains.Protocol.Types.V1;
using CoreResolution = MartechGrains.Core.Features.WindowResolution;
using WindowResolution = MartechGrains.Protocol.Activation.V1.WindowResolution;

namespace MartechGrains.Server.Activation;

/// <summary>Features as the protos give them: one entry per feature id, its parameters gathered in a table.</summary>
internal static class FeatureMessages
{
    private const int MapKey = 1;
    private const int MapValue = 2;

    /// <summary>Adds the features to a profile.</summary>
    public static void AddTo(IDictionary<string, Feature> features, IReadOnlyList<FeatureValue> values)
    {
        foreach (var value in values)
        {
            if (!features.TryGetValue(value.Feature.Id, out var feature))
            {
                feature = new Feature { Version = value.Feature.Version };
                features.Add(value.Feature.Id, feature);
            }
            if (value.Status == FeatureStatus.Present) feature.Value = Merge(feature.Value, value);
            if (value.Freshness is { } freshness
                && (feature.Freshness is null || Instant(freshness).CompareTo(feature.Freshness) > 0))
                feature.Freshness = Instant(freshness);
            if (value.NextChangeAt is { } next
                && (feature.NextChangeAt is null || Instant(next).CompareTo(feature.NextChangeAt) < 0))
                feature.NextChangeAt = Instant(next);
            if (value.WindowResolution is { } resolution)
                feature.WindowResolution = Coarser(feature.WindowResolution, resolution);
        }
    }

    /// <summary>
    /// Writes the only value of a feature as an entry of a map of features: what <see cref="AddTo"/> makes of it.
    /// </summary>
    public static void Write(ref FieldWriter fields, int map, FeatureValue value)
    {
        var entry = fields.Begin(map);
        fields.Text(MapKey, value.Feature.Id);
        var feature = fields.Begin(MapValue);
        fields.Integer(Feature.VersionFieldNumber, value.Feature.Version);
        if (value.Status == FeatureStatus.Present) WriteScalar(ref fields, Feature.ValueFieldNumber, value.Value);
        if (value.Freshness is { } freshness) WriteInstant(ref fields, Feature.FreshnessFieldNumber, freshness);
        if (value.WindowResolution is { } found)
            fields.Integer(Feature.WindowResolutionFieldNumber, (int)Coarser(WindowResolution.Unspecified, found));
        if (value.NextChangeAt is { } next) WriteInstant(ref fields, Feature.NextChangeAtFieldNumber, next);
        fields.End(feature);
        fields.End(entry);
    }

    /// <summary>Writes what <see cref="Instant(EventTime)"/> makes.</summary>
    public static void WriteInstant(ref FieldWriter fields, int field, EventTime time)
    {
        var (seconds, nanos) = Parts(time.Milliseconds);
        var instant = fields.Begin(field);
        fields.Integer(Timestamp.SecondsFieldNumber, seconds);
        fields.Integer(Timestamp.NanosFieldNumber, nanos);
        fields.End(instant);
    }

    /// <summary>A single value, outside any table; null where there is none.</summary>
    public static TypedValue? Single(FeatureValue value) =>
        value.Status == FeatureStatus.Present ? Merge(null, value) : null;

    /// <summary>A scalar, such as a term of a sum.</summary>
    public static TypedValue Scalar(FeatureScalar value) => value.Type switch
    {
        FeatureType.Integer => new TypedValue { Integer = value.Whole },
        FeatureType.Number => new TypedValue { Number = value.Number },
        FeatureType.Category => new TypedValue { Category = value.Category },
        FeatureType.Timestamp => new TypedValue { Timestamp = Instant(new EventTime(value.Whole)) },
        FeatureType.Money => new TypedValue { Amounts = new MoneyTable { Amounts = { Money(value) } } },
        _ => throw new ArgumentException($"No message for {value.Type}.", nameof(value)),
    };

    /// <summary>When something happened.</summary>
    public static Timestamp Instant(EventTime time) => Instant(time.Milliseconds);

    /// <summary>When this program did something, or heard of it.</summary>
    public static Timestamp Instant(IngestTime time) => Instant(time.Milliseconds);

    private static Timestamp Instant(long milliseconds)
    {
        var (seconds, nanos) = Parts(milliseconds);
        return new Timestamp { Seconds = seconds, Nanos = nanos };
    }

    private static (long Seconds, int Nanos) Parts(long milliseconds)
    {
        var seconds = Math.DivRem(milliseconds, 1000, out var rest);
        if (rest < 0) (seconds, rest) = (seconds - 1, rest + 1000);
        return (seconds, (int)rest * 1_000_000);
    }

    private static void WriteScalar(ref FieldWriter fields, int field, FeatureScalar value)
    {
        var typed = fields.Begin(field);
        if (value.Type == FeatureType.Number) fields.Double(TypedValue.NumberFieldNumber, value.Number);
        else if (value.Type == FeatureType.Category) fields.Text(TypedValue.CategoryFieldNumber, value.Category ?? "");
        else throw new ArgumentException($"Nothing of type {value.Type} moves.", nameof(value));
        fields.End(typed);
    }

    private static TypedValue Merge(TypedValue? table, FeatureValue value)
    {
        switch (value.Feature.Parameter)
        {
            case FeatureParameter.None:
                return Scalar(value.Value);
            case FeatureParameter.Currency:
                table ??= new TypedValue { Amounts = new MoneyTable() };
                table.Amounts.Amounts.Add(Money(value.Value));
                return table;
            default:
                var name = FeatureName.Parse(value.Name);
                table ??= new TypedValue { EventCounts = new EventCountTable() };
                table.EventCounts.Counts.Add(new EventCount
                {
                    EventClass = (EventClass)(int)(name.Class ?? 0),
                    Channel = (Channel)(int)(name.Channel ?? 0),
                    Count = value.Value.Whole,
                });
                return table;
        }
    }

    private static Money Money(FeatureScalar value) =>
        new() { CurrencyCode = value.Currency.ToString(), MinorUnits = value.Whole };

    private static WindowResolution Coarser(WindowResolution known, CoreResolution found)
    {
        var resolution = found switch
        {
            CoreResolution.Exact => WindowResolution.Exact,
            CoreResolution.Day => WindowResolution.Day,
            _ => WindowResolution.Lifetime,
        };
        return resolution > known ? resolution : known;
    }
}
