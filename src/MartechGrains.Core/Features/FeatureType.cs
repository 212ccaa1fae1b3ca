namespace MartechGrains.Core.Features;

/// <summary>What a feature's value is.</summary>
public enum FeatureType
{
    /// <summary>A whole number.</summary>
    Integer,

    /// <summary>Minor units of a currency.</summary>
    Money,

    /// <summary>Milliseconds since 1970 UTC.</summary>
    Timestamp,

    /// <summary>A floating-point number.</summary>
    Number,

    /// <summary>One of a few names.</summary>
    Category,
}
