using System.Collections.Immutable;
using MartechGrains.Core.Facts;
using MartechGrains.Core.Time;

namespace MartechGrains.Core.Features;

/// <summary>
/// A live evaluation for more than one moment: what stays as it is for a while, and what moves with every millisecond,
/// gathered so far that only its terms are left to sum. For each moment it holds for, its values are to the last bit
/// what an evaluation of the same groups gives then. Immutable.
/// </summary>
public sealed class PreparedEvaluation
{
    private readonly ImmutableArray<FeatureDefinition> _moving;
    private readonly FatigueTerms _fatigue;

    internal PreparedEvaluation(
        EventTime from, ImmutableArray<FeatureValue> steady, ImmutableArray<FeatureDefinition> moving,
        FatigueTerms fatigue)
    {
        From = from;
        Steady = steady;
        _moving = moving;
        _fatigue = fatigue;

        // Which day it is decides how finely times count, which no value announces as a change.
        Until = FactLimits.StartOf(FactLimits.DayOf(from) + 1);
        foreach (var value in steady)
            Until = EventTime.Min(Until, value.NextChangeAt ?? Until);
    }

    /// <summary>The first moment it holds for.</summary>
    public EventTime From { get; }

    /// <summary>The first moment after it no longer holds for; at most the end of the UTC day.</summary>
    public EventTime Until { get; }

    /// <summary>The values that stay as they are for all moments it holds for, in the set's order.</summary>
    public ImmutableArray<FeatureValue> Steady { get; }

    /// <summary>Whether it holds for a moment.</summary>
    public bool HoldsAt(EventTime now) => now >= From && now < Until;

    /// <summary>The values that are not steady, at a moment it holds for, in the set's order.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It does not hold for the moment.</exception>
    public FeatureValue[] MovingAt(EventTime now)
    {
        if (!HoldsAt(now))
            throw new ArgumentOutOfRangeException(nameof(now), now, $"It holds from {From} to before {Until}.");
        if (_moving.IsEmpty)
            return [];
        var score = _fatigue.At(now);
        var values = new FeatureValue[_moving.Length];
        for (var i = 0; i < values.Length; i++)
            values[i] = score.Value(_moving[i]);
        return values;
    }
}
