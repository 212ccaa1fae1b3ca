namespace MartechGrains.LoadTests.Driving;

/// <summary>
/// Arrivals at a fixed rate, whatever the server does. What is taken late keeps its intended moment, from which its
/// latency counts: a server that stalls cannot slow the arrivals down and so hide the stall. Times are in ticks of
/// <see cref="System.Diagnostics.Stopwatch"/>. Not thread-safe.
/// </summary>
public sealed class ArrivalSchedule
{
    private readonly long start;
    private readonly double ticksBetween;
    private readonly long total;
    private readonly long maxWait;
    private readonly long lateAfter;
    private long next;

    /// <summary>Plans the arrivals.</summary>
    /// <param name="start">When the first is due.</param>
    /// <param name="perSecond">The rate, above 0.</param>
    /// <param name="seconds">For how long, above 0.</param>
    /// <param name="ticksPerSecond">Ticks of the clock in a second.</param>
    /// <exception cref="ArgumentOutOfRangeException">A rate or duration is not above 0.</exception>
    public ArrivalSchedule(long start, double perSecond, double seconds, long ticksPerSecond)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(perSecond);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(seconds);
        this.start = start;
        ticksBetween = ticksPerSecond / perSecond;
        total = Math.Max(1, (long)(perSecond * seconds));
        maxWait = (long)(MaxWaitSeconds * ticksPerSecond);
        lateAfter = (long)(LateAfterSeconds * ticksPerSecond);
    }

    /// <summary>An arrival for which there is no room for this long is dropped, and counted.</summary>
    public const double MaxWaitSeconds = 1;

    /// <summary>An arrival that is taken later than this after its moment is counted as late.</summary>
    public const double LateAfterSeconds = 0.01;

    /// <summary>Arrivals taken so far.</summary>
    public long Taken { get; private set; }

    /// <summary>Arrivals dropped for want of room.</summary>
    public long Dropped { get; private set; }

    /// <summary>Arrivals taken late, by our own fault or for want of room.</summary>
    public long Late { get; private set; }

    /// <summary>Whether all arrivals are taken or dropped.</summary>
    public bool IsOver => next >= total;

    /// <summary>Takes the next arrival if it is due and there is room for it.</summary>
    /// <param name="now">The moment.</param>
    /// <param name="hasRoom">Whether another call may be in flight.</param>
    /// <param name="intended">When the call was due.</param>
    public bool TryTake(long now, bool hasRoom, out long intended)
    {
        while (!IsOver)
        {
            intended = start + (long)(next * ticksBetween);
            if (intended > now)
                return false;
            if (hasRoom)
            {
                next++;
                Taken++;
                if (now - intended > lateAfter)
                    Late++;
                return true;
            }

            if (now - intended <= maxWait)
                return false;
            next++;
            Dropped++;
        }

        intended = 0;
        return false;
    }
}
