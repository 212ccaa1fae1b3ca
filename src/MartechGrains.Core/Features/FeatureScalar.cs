using System.Globalization;
using MartechGrains.Core.Facts;
using MartechGrains.Core.Time;

namespace MartechGrains.Core.Features;

/// <summary>One value of the closed set of feature types.</summary>
public readonly record struct FeatureScalar
{
    private FeatureScalar(FeatureType type, long whole, double number, CurrencyCode currency, string? category)
    {
        Type = type;
        Whole = whole;
        Number = number;
        Currency = currency;
        Category = category;
    }

    /// <summary>Which of the others holds.</summary>
    public FeatureType Type { get; }

    /// <summary>An integer, the minor units of money, or a timestamp's milliseconds since 1970 UTC; else 0.</summary>
    public long Whole { get; }

    /// <summary>A number; else 0.</summary>
    public double Number { get; }

    /// <summary>The currency of money; else none.</summary>
    public CurrencyCode Currency { get; }

    /// <summary>A category's name; else null.</summary>
    public string? Category { get; }

    /// <summary>A whole number.</summary>
    public static FeatureScalar OfInteger(long value) => new(FeatureType.Integer, value, 0, default, null);

    /// <summary>Minor units of a currency.</summary>
    public static FeatureScalar OfMoney(long minor, CurrencyCode currency) =>
        new(FeatureType.Money, minor, 0, currency, null);

    /// <summary>A point in time.</summary>
    public static FeatureScalar OfTimestamp(EventTime time) =>
        new(FeatureType.Timestamp, time.Milliseconds, 0, default, null);

    /// <summary>A floating-point number.</summary>
    public static FeatureScalar OfNumber(double value) => new(FeatureType.Number, 0, value, default, null);

    /// <summary>One of a few names.</summary>
    public static FeatureScalar OfCategory(string name) => new(FeatureType.Category, 0, 0, default, name);

    /// <summary>The value alone, in invariant form; money with its currency.</summary>
    public override string ToString() => Type switch
    {
        FeatureType.Money => string.Create(CultureInfo.InvariantCulture, $"{Whole} {Currency}"),
        FeatureType.Number => Number.ToString("R", CultureInfo.InvariantCulture),
        FeatureType.Category => Category ?? "",
        _ => Whole.ToString(CultureInfo.InvariantCulture),
    };
}
