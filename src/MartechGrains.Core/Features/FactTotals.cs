using MartechGrains.Core.Facts;
using MartechGrains.Core.Time;

namespace MartechGrains.Core.Features;

/// <summary>Sums of a profile's groups by class, channel and currency, from one pass over what they hold.</summary>
internal sealed class FactTotals
{
    public const long Week = 7 * FactLimits.DayMilliseconds;
    public const long Month = 30 * FactLimits.DayMilliseconds;
    private const int LinesWithoutTable = 16;

    private readonly List<TotalLine> _lines = [];
    private Dictionary<uint, TotalLine>? _table;

    private FactTotals()
    {
    }

    /// <summary>One line per key that occurs, sorted by key.</summary>
    public IReadOnlyList<TotalLine> Lines => _lines;

    public static FactTotals Of(IReadOnlyList<FactGroupView> groups, EvaluationMoment moment)
    {
        var totals = new FactTotals();
        var monthFrom = FactLimits.DayOf(moment.AsOf - Month);
        for (var i = 0; i < groups.Count; i++)
        {
            totals.AddRows(groups[i], moment, monthFrom);
            foreach (var tile in groups[i].Days)
            {
                foreach (ref readonly var cell in tile.Cells)
                    totals.AddDay(cell, tile.Day, moment, monthFrom);
            }

            foreach (ref readonly var cell in groups[i].Lifetime)
                totals.AddLifetime(cell, moment, monthFrom);
        }

        totals._lines.Sort(static (left, right) => left.Key.CompareTo(right.Key));
        return totals;
    }

    /// <summary>When a whole UTC day leaves the window of 30 days.</summary>
    public static EventTime MonthDropsAt(int day) => FactLimits.StartOf(day + 1) + Month;

    private void AddRows(FactGroupView group, EvaluationMoment moment, int monthFrom)
    {
        var log = group.Log;
        var entries = log.Entries;
        for (var i = 0; i < entries.Length; i++)
        {
            var point = entries[i].Point;
            if (point.Time > moment.Until)
                break;
            var key = log.Key(i);
            var amount = log.Amount(i);
            var line = LineOf(key);
            line.Add(new FactCell(key, 1, amount.Units, amount.Amount, point, point));
            if (point.Time > moment.AsOf - Week)
                line.InWeek.Add(1, point.Time, point.Time + Week, WindowResolution.Exact);
            var day = FactLimits.DayOf(point.Time);
            if (day >= monthFrom)
                line.InMonth.Add(1, point.Time, MonthDropsAt(day), WindowResolution.Day);
        }
    }

    private void AddDay(in FactCell cell, int day, EvaluationMoment moment, int monthFrom)
    {
        if (!AddCell(cell, moment, WindowResolution.Day))
            return;
        var line = LineOf(cell.Key);

        // A live read never comes here with a row of the last week: those are exact. A read of the past keeps the
        // tile whole until its last event leaves.
        if (cell.Last.Time > moment.AsOf - Week)
            line.InWeek.Add(cell.Count, cell.Last.Time, cell.Last.Time + Week, WindowResolution.Day);
        if (day >= monthFrom)
            line.InMonth.Add(cell.Count, cell.Last.Time, MonthDropsAt(day), WindowResolution.Day);
    }

    private void AddLifetime(in FactCell cell, EvaluationMoment moment, int monthFrom)
    {
        if (!AddCell(cell, moment, WindowResolution.Lifetime) || FactLimits.DayOf(cell.Last.Time) < monthFrom)
            return;
        var line = LineOf(cell.Key);
        line.InMonth.Coarsen(WindowResolution.Lifetime);
        line.InWeek.Coarsen(WindowResolution.Lifetime);
    }

    private bool AddCell(in FactCell cell, EvaluationMoment moment, WindowResolution resolution)
    {
        if (cell.First.Time > moment.Until)
            return false;
        var line = LineOf(cell.Key);
        if (cell.Last.Time <= moment.Until)
        {
            line.Add(cell);
            return true;
        }

        line.LeaveOut(cell.First, resolution);
        return false;
    }

    private TotalLine LineOf(FactCellKey key)
    {
        if (_table is not null)
        {
            if (_table.TryGetValue(key.Packed, out var known))
                return known;
        }
        else
        {
            foreach (var line in _lines)
            {
                if (line.Key.Packed == key.Packed)
                    return line;
            }
        }

        var added = new TotalLine(key);
        _lines.Add(added);
        if (_table is null && _lines.Count > LinesWithoutTable)
            _table = _lines.ToDictionary(line => line.Key.Packed);
        else
            _table?.Add(key.Packed, added);
        return added;
    }
}
