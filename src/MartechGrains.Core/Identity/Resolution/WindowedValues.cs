using MartechGrains.Core.Time;

namespace MartechGrains.Core.Identity.Resolution;

/// <summary>
/// The values of one windowed namespace in one group of identifiers, by first event time. A value without one that its
/// home could know (inert, or named by decisions alone) counts within every window.
/// </summary>
internal sealed class WindowedValues
{
    private readonly List<(EventTime Time, int Value)> _timed = [];
    private readonly List<int> _timeless = [];

    public WindowedValues(int value, EventTime? firstTime)
    {
        if (firstTime is { } time)
            _timed.Add((time, value));
        else
            _timeless.Add(value);
    }

    private int Count => _timed.Count + _timeless.Count;

    /// <summary>
    /// A value of each side, both within the first window (by its end) in which the two sides together have more than
    /// the limit; null where there is no such window.
    /// </summary>
    public (int Mine, int Theirs)? Conflict(WindowedValues other, int limit, long window)
    {
        var allowed = limit - _timeless.Count - other._timeless.Count;
        if (allowed < 0)
            return (First(0, 0), other.First(0, 0));
        var (mine, mineEnd) = Range(other, window, allowed == limit);
        var (theirs, theirsEnd) = other.Range(this, window, allowed == limit);
        // Both sides in the order of time: [from, at) is the window that ends with the value last passed.
        var (mineFrom, theirsFrom) = (mine, theirs);
        while (mine < mineEnd || theirs < theirsEnd)
        {
            var isMine = theirs == theirsEnd || (mine < mineEnd && _timed[mine].Time <= other._timed[theirs].Time);
            var end = isMine ? _timed[mine++].Time : other._timed[theirs++].Time;
            while (mineFrom < mine && Distance(_timed[mineFrom].Time, end) >= (ulong)window)
                mineFrom++;
            while (theirsFrom < theirs && Distance(other._timed[theirsFrom].Time, end) >= (ulong)window)
                theirsFrom++;
            if (mine - mineFrom + theirs - theirsFrom > allowed)
                return (First(mineFrom, mine), other.First(theirsFrom, theirs));
        }

        return null;
    }

    /// <summary>Puts both sides into the larger one and returns it.</summary>
    public static WindowedValues Unite(WindowedValues one, WindowedValues other)
    {
        var (winner, loser) = one.Count >= other.Count ? (one, other) : (other, one);
        winner._timeless.AddRange(loser._timeless);
        foreach (var value in loser._timed)
        {
            // Values mostly come in the order of their times, where this is an append.
            var isLast = winner._timed.Count == 0 || winner._timed[^1].CompareTo(value) < 0;
            winner._timed.Insert(isLast ? winner._timed.Count : ~winner._timed.BinarySearch(value), value);
        }

        return winner;
    }

    /// <summary>
    /// The values that may share a window with one of the other side. Where every value has its time, no other window
    /// can break the limit, as neither side breaks it alone.
    /// </summary>
    private (int From, int End) Range(WindowedValues other, long window, bool allTimed)
    {
        if (!allTimed)
            return (0, _timed.Count);
        if (_timed.Count == 0 || other._timed.Count == 0)
            return (0, 0);
        var (first, last) = (other._timed[0].Time, other._timed[^1].Time);
        return (
            Position(time => time < first && Distance(time, first) >= (ulong)window),
            Position(time => time <= last || Distance(last, time) < (ulong)window));
    }

    /// <summary>How many values come before the first one that is not so; those that are so come first.</summary>
    private int Position(Func<EventTime, bool> isBefore)
    {
        var (from, to) = (0, _timed.Count);
        while (from < to)
        {
            var middle = (from + to) / 2;
            if (isBefore(_timed[middle].Time))
                from = middle + 1;
            else
                to = middle;
        }

        return from;
    }

    private int First(int from, int end) => from < end ? _timed[from].Value : _timeless.Min();

    /// <summary>Between two times in their order, also where a signed number could not hold it.</summary>
    private static ulong Distance(EventTime earlier, EventTime later) =>
        unchecked((ulong)later.Milliseconds - (ulong)earlier.Milliseconds);
}
