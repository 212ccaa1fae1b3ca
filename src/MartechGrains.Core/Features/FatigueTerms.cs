using MartechGrains.Core.Facts;
using MartechGrains.Core.Time;

namespace MartechGrains.Core.Features;

/// <summary>
/// The terms of fatigue in the order they are summed, and what of it holds all day. Immutable, and right for each
/// moment of the UTC day they were gathered for.
/// </summary>
internal sealed class FatigueTerms
{
    public required FatigueTerm[] Terms { get; init; }

    /// <summary>The first complaint or unsubscription.</summary>
    public required EventPoint? Block { get; init; }

    public required EventTime? Freshness { get; init; }

    public required WindowResolution Resolution { get; init; }

    /// <summary>The newest exact time: terms do not fall evenly before it, as it counts as just happened.</summary>
    public required EventTime? Newest { get; init; }

    /// <summary>When a day's events next stop counting to the millisecond, or at all.</summary>
    public required EventTime? NextShift { get; init; }

    /// <summary>Whether there are enough sends to speak of a band.</summary>
    public required bool HasSends { get; init; }

    /// <summary>When there next may not be enough sends.</summary>
    public required EventTime? SendsDropAt { get; init; }

    /// <summary>Whether the score differs from one millisecond to the next.</summary>
    public bool Move => Block is null && Terms.Length > 0;

    public FatigueScore At(EventTime asOf)
    {
        var net = 0.0;
        foreach (ref readonly var term in Terms.AsSpan())
            net += term.At(asOf);
        return new FatigueScore(this, asOf, net);
    }
}

/// <summary>Alike events at one time.</summary>
/// <param name="Count">How many.</param>
/// <param name="Weight">What each weighs when it happens: pressure is positive, relief negative.</param>
/// <param name="Time">When.</param>
internal readonly record struct FatigueTerm(long Count, double Weight, EventTime Time)
{
    public const double HalfLife = 3.0 * FactLimits.DayMilliseconds;

    public double At(EventTime asOf) => Count * (Weight * Math.Pow(2, -Math.Max(0, asOf - Time) / HalfLife));
}
