using System.Buffers;
using MartechGrains.Core.Time;

namespace MartechGrains.Core.Facts;

/// <summary>
/// The facts of all events that carried one same set of identifiers. Its state is a function of the set of its rows,
/// whatever the order they came in: rows of the last 8 days before its own newest event are exact, older ones are
/// summed per UTC day, and days more than 400 before the newest event's day are summed for all time.
/// Not safe for concurrent writers; <see cref="Snapshot"/> gives a view that other threads may read.
/// </summary>
public sealed class FactGroup
{
    private readonly FactLog _log = new();
    private DayTile[] _days = [];
    private FactCell[] _lifetime = [];
    private OrderDay[] _orderDays = [];
    private FactGroupView? _view;

    /// <summary>Events in the group.</summary>
    public long Count { get; private set; }

    /// <summary>Event time of the newest event; meaningless in an empty group.</summary>
    public EventTime Newest { get; private set; }

    /// <summary>Rows at or after this event time are exact.</summary>
    public EventTime LogFrom => Newest - FactLimits.LogSpan;

    internal FactLogSlice Log => _log.Slice;

    private int TilesFrom => FactLimits.DayOf(Newest) - FactLimits.TileDays;

    /// <summary>The group of exactly these rows, in any order.</summary>
    /// <exception cref="InvalidFactException">A row that no group can hold.</exception>
    /// <exception cref="ArgumentException">An event occurs twice.</exception>
    public static FactGroup FromRows(IEnumerable<FactRow> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        FactRow[] sorted = [.. rows];
        foreach (ref readonly var row in sorted.AsSpan())
            FactRow.Check(row.EventTime, row.Fact);
        if (sorted.DistinctBy(row => row.EventHash).Count() != sorted.Length)
            throw new ArgumentException("An event occurs twice; a group counts each event once.", nameof(rows));
        Sort(sorted);
        var group = new FactGroup
        {
            Count = sorted.Length,
            Newest = sorted.Length == 0 ? default : sorted[^1].EventTime,
        };
        var old = 0;
        while (old < sorted.Length && sorted[old].EventTime < group.LogFrom)
            old++;
        group._log.ReplaceWith(sorted.AsSpan(old));
        group._days = DayTile.FromRows(sorted.AsSpan(0, old));
        group.AgeTiles();
        return group;
    }

    /// <summary>Adds one event that is not in the group, which knows the exact ones only.</summary>
    /// <exception cref="InvalidFactException">A row that no group can hold; nothing has changed.</exception>
    /// <exception cref="ArgumentException">The exact log already holds the event; nothing has changed.</exception>
    public void Add(in FactRow row)
    {
        FactRow.Check(row.EventTime, row.Fact);
        var place = _log.Slice.Find(row.EventTime, row.EventHash);
        if (place >= 0)
            throw new ArgumentException("The group already holds this event.", nameof(row));
        _view = null;
        var newest = Count == 0 ? row.EventTime : EventTime.Max(Newest, row.EventTime);
        var advanced = Count == 0 || newest > Newest;
        Newest = newest;
        Count++;
        if (row.EventTime >= LogFrom)
        {
            _log.Insert(row, ~place);
            if (advanced)
                AgeRows();
        }
        else
        {
            _days = DayTile.Union(_days, DayTile.FromRows([row]));
            AgeTiles();
        }
    }

    /// <summary>
    /// Adds all events of another group; the two must have none in common. The other one stays as it is.
    /// </summary>
    /// <exception cref="ArgumentException">The exact logs share an event; nothing has changed.</exception>
    public void Merge(FactGroup other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.Count == 0)
            return;
        var rows = new FactRow[_log.Count + other._log.Count];
        CopyRows(_log.Slice, rows);
        CopyRows(other._log.Slice, rows.AsSpan(_log.Count));
        Sort(rows);
        for (var i = 1; i < rows.Length; i++)
        {
            if (rows[i].EventHash == rows[i - 1].EventHash && rows[i].EventTime == rows[i - 1].EventTime)
                throw new ArgumentException("The groups share an event; take one copy out first.", nameof(other));
        }

        _view = null;
        Newest = Count == 0 ? other.Newest : EventTime.Max(Newest, other.Newest);
        Count += other.Count;
        _log.ReplaceWith(rows);
        _days = DayTile.Union(_days, other._days);
        _lifetime = FactCell.Union(_lifetime, other._lifetime);
        _orderDays = OrderDay.Union(_orderDays, other._orderDays);
        AgeRows();
    }

    /// <summary>The group as it is now: immutable, shares its arrays, costs one small object.</summary>
    public FactGroupView Snapshot() => _view ??= new FactGroupView(
        Count, Newest, _log.Share(), _days, _lifetime, _orderDays);

    /// <summary>Writes all there is, for a snapshot: the same rows give the same bytes.</summary>
    public void Write(IBufferWriter<byte> output) => Snapshot().Write(output);

    /// <summary>
    /// Writes all but journal places, for the canonical state hash: worlds that agree give the same bytes.
    /// </summary>
    public void WriteCanonical(IBufferWriter<byte> output) => Snapshot().WriteCanonical(output);

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="FactFormatException">Other bytes.</exception>
    public static FactGroup Read(ReadOnlySpan<byte> bytes) => FactGroupFormat.Read(bytes);

    internal static FactGroup Restore(
        long count, EventTime newest, ReadOnlySpan<FactRow> rows, DayTile[] days, FactCell[] lifetime,
        OrderDay[] orderDays)
    {
        var group = new FactGroup
        {
            Count = count,
            Newest = newest,
            _days = days,
            _lifetime = lifetime,
            _orderDays = orderDays,
        };
        group._log.ReplaceWith(rows);
        return group;
    }

    private static void CopyRows(FactLogSlice slice, Span<FactRow> rows)
    {
        for (var i = 0; i < slice.Count; i++)
            rows[i] = slice.Row(i);
    }

    private static void Sort(FactRow[] rows) => Array.Sort(rows, static (left, right) =>
    {
        var byTime = left.EventTime.CompareTo(right.EventTime);
        return byTime != 0 ? byTime : left.EventHash.CompareTo(right.EventHash);
    });

    private void AgeRows()
    {
        var slice = _log.Slice;
        var old = slice.CountBefore(LogFrom);
        if (old > 0)
        {
            var rows = new FactRow[old];
            for (var i = 0; i < old; i++)
                rows[i] = slice.Row(i);
            _log.DropFirst(old);
            _days = DayTile.Union(_days, DayTile.FromRows(rows));
        }

        AgeTiles();
    }

    private void AgeTiles()
    {
        var old = 0;
        while (old < _days.Length && _days[old].Day < TilesFrom)
            old++;
        if (old == 0)
            return;
        var orderDays = new List<OrderDay>();
        for (var i = 0; i < old; i++)
        {
            _lifetime = FactCell.Union(_lifetime, _days[i].CellArray);
            if (OrderDay.Of(_days[i]) is { } orderDay)
                orderDays.Add(orderDay);
        }

        _orderDays = OrderDay.Union(_orderDays, [.. orderDays]);
        _days = _days[old..];
    }
}
