namespace MartechGrains.Core.Facts;

/// <summary>
/// The events of one group on one UTC day that are older than its exact log. The day on which the log begins is partly
/// here and partly in the log; the split lies at the group's newest event time minus <see cref="FactLimits.LogSpan"/>.
/// Immutable.
/// </summary>
public sealed class DayTile
{
    private readonly FactCell[] _cells;

    internal DayTile(int day, FactCell[] cells)
    {
        Day = day;
        _cells = cells;
    }

    /// <summary>Days since 1970-01-01.</summary>
    public int Day { get; }

    /// <summary>The sums, sorted by key; never empty.</summary>
    public ReadOnlySpan<FactCell> Cells => _cells;

    internal FactCell[] CellArray => _cells;

    /// <summary>Tiles of rows that are sorted by time.</summary>
    internal static DayTile[] FromRows(ReadOnlySpan<FactRow> rows)
    {
        if (rows.Length == 1)
            return [new DayTile(FactLimits.DayOf(rows[0].EventTime), [FactCell.Of(rows[0])])];
        var tiles = new List<DayTile>();
        var cells = new SortedDictionary<uint, FactCell>();
        for (var i = 0; i < rows.Length; i++)
        {
            var cell = FactCell.Of(rows[i]);
            cells[cell.Key.Packed] = cells.TryGetValue(cell.Key.Packed, out var sum) ? FactCell.Sum(sum, cell) : cell;
            var day = FactLimits.DayOf(rows[i].EventTime);
            if (i + 1 < rows.Length && FactLimits.DayOf(rows[i + 1].EventTime) == day)
                continue;
            tiles.Add(new DayTile(day, [.. cells.Values]));
            cells.Clear();
        }

        return [.. tiles];
    }

    /// <summary>
    /// Adds two lists of tiles, each sorted by day without repeats. Shares an input where the other is empty.
    /// </summary>
    internal static DayTile[] Union(DayTile[] left, DayTile[] right)
    {
        if (left.Length == 0)
            return right;
        if (right.Length == 0)
            return left;
        var merged = new DayTile[left.Length + right.Length];
        int i = 0, j = 0, count = 0;
        while (i < left.Length && j < right.Length)
        {
            var order = left[i].Day.CompareTo(right[j].Day);
            merged[count++] = order < 0 ? left[i++]
                : order > 0 ? right[j++]
                : new DayTile(left[i].Day, FactCell.Union(left[i++]._cells, right[j++]._cells));
        }

        while (i < left.Length)
            merged[count++] = left[i++];
        while (j < right.Length)
            merged[count++] = right[j++];
        return count == merged.Length ? merged : merged.AsSpan(0, count).ToArray();
    }
}
