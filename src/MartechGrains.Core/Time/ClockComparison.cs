namespace MartechGrains.Core.Time;

/// <summary>How far a node's clock is from what the store knows of the time.</summary>
/// <param name="Offset">Positive where the node is ahead.</param>
/// <param name="Uncertainty">By how much the offset may be wrong, either way; not negative.</param>
public readonly record struct ClockComparison(TimeSpan Offset, TimeSpan Uncertainty)
{
    /// <summary>Longest offset that is told; clocks are not further apart than this, or it does not matter.</summary>
    public static readonly TimeSpan MaxTold = TimeSpan.FromDays(100_000);

    /// <summary>With a store that has a clock of its own.</summary>
    /// <param name="node">What the node's clock showed when the answer was there.</param>
    /// <param name="store">What the store's clock showed at some moment between question and answer.</param>
    /// <param name="roundTrip">Time between question and answer.</param>
    public static ClockComparison WithClock(IngestTime node, IngestTime store, TimeSpan roundTrip) =>
        new(Between(node, store) - (roundTrip / 2), roundTrip / 2);

    /// <summary>
    /// With a store that knows the time only by what was written to it: the node's clock must not lie before that.
    /// </summary>
    /// <param name="node">What the node's clock shows.</param>
    /// <param name="newest">When the newest entry was written.</param>
    public static ClockComparison WithNewestEntry(IngestTime node, IngestTime newest)
    {
        var offset = Between(node, newest);
        return new ClockComparison(offset < TimeSpan.Zero ? offset : TimeSpan.Zero, TimeSpan.Zero);
    }

    /// <summary>Whether the clocks are surely further apart than allowed.</summary>
    public bool IsOff(TimeSpan maxOffset) => Offset.Duration() - Uncertainty > maxOffset;

    private static TimeSpan Between(IngestTime node, IngestTime other)
    {
        var most = (Int128)MaxTold.TotalMilliseconds;
        var apart = Int128.Clamp((Int128)node.Milliseconds - other.Milliseconds, -most, most);
        return TimeSpan.FromMilliseconds((double)apart);
    }
}
