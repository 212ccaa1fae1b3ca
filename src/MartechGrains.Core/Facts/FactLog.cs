using MartechGrains.Core.Events;
using MartechGrains.Core.Time;

namespace MartechGrains.Core.Facts;

/// <summary>
/// Exact rows sorted by (time, hash), in arrays that views share. A row is appended behind what any view sees, and the
/// oldest are dropped by moving the start; everything else copies where a view may look.
/// </summary>
internal sealed class FactLog
{
    private LogEntry[] _entries = [];
    private LogAmount[]? _amounts;
    private int _start;
    private int _end;
    private bool _shared;

    public int Count => _end - _start;

    public FactLogSlice Slice => new(_entries, _amounts, _start, _end);

    /// <summary>The same, and from now on no place of it is written to.</summary>
    public FactLogSlice Share()
    {
        _shared = true;
        return Slice;
    }

    public void Insert(in FactRow row, int place)
    {
        var at = _start + place;
        if (at == _end && _end < _entries.Length)
            _end++;
        else if (_shared || _end == _entries.Length)
            Reallocate(place);
        else
            ShiftUp(at);
        Set(_start + place, row);
    }

    public void DropFirst(int count)
    {
        _start += count;
        if (_start == _end)
            Replace([], null);
    }

    /// <summary>Takes over rows that are already sorted.</summary>
    public void ReplaceWith(ReadOnlySpan<FactRow> sorted)
    {
        Replace(new LogEntry[sorted.Length], null);
        for (var i = 0; i < sorted.Length; i++)
            Set(i, sorted[i]);
    }

    private void Set(int index, in FactRow row)
    {
        _entries[index] = new LogEntry(row);
        var amount = new LogAmount(row);
        if (_amounts is null)
        {
            if (amount.IsNothing)
                return;
            _amounts = new LogAmount[_entries.Length];
        }

        _amounts[index] = amount;
    }

    private void ShiftUp(int at)
    {
        Array.Copy(_entries, at, _entries, at + 1, _end - at);
        if (_amounts is not null)
            Array.Copy(_amounts, at, _amounts, at + 1, _end - at);
        _end++;
    }

    private void Reallocate(int gap)
    {
        var count = Count;
        var capacity = count == 0 ? 1 : Math.Max(4, count + (count / 2));
        var entries = new LogEntry[capacity];
        var amounts = _amounts is null ? null : new LogAmount[capacity];
        Copy(0, gap, entries, amounts, 0);
        Copy(gap, count - gap, entries, amounts, gap + 1);
        Replace(entries, amounts);
        _end = count + 1;
    }

    private void Copy(int from, int count, LogEntry[] entries, LogAmount[]? amounts, int to)
    {
        Array.Copy(_entries, _start + from, entries, to, count);
        if (_amounts is not null && amounts is not null)
            Array.Copy(_amounts, _start + from, amounts, to, count);
    }

    private void Replace(LogEntry[] entries, LogAmount[]? amounts)
    {
        _entries = entries;
        _amounts = amounts;
        _start = 0;
        _end = entries.Length;
        _shared = false;
    }
}

/// <summary>An immutable stretch of a log.</summary>
internal readonly struct FactLogSlice(LogEntry[] entries, LogAmount[]? amounts, int start, int end)
{
    public ReadOnlySpan<LogEntry> Entries => entries.AsSpan(start, end - start);

    public int Count => end - start;

    public LogAmount Amount(int place) => amounts is null ? default : amounts[start + place];

    public FactCellKey Key(int place)
    {
        ref readonly var entry = ref entries[start + place];
        return new FactCellKey(entry.Class, entry.Channel, Amount(place).Currency);
    }

    public FactRow Row(int place)
    {
        ref readonly var entry = ref entries[start + place];
        var amount = Amount(place);
        var fact = new Fact(entry.Class, entry.Channel, amount.Units, amount.Amount, amount.Currency.ToString());
        return new FactRow(entry.EventTime, entry.EventHash, entry.ContentHash, fact, entry.Seq);
    }

    /// <summary>Where a row stands, or the complement of where it belongs.</summary>
    public int Find(EventTime eventTime, EventHash hash)
    {
        var span = Entries;
        int low = 0, high = span.Length - 1;
        while (low <= high)
        {
            var middle = (low + high) >> 1;
            var order = span[middle].CompareTo(eventTime, hash);
            if (order == 0)
                return middle;
            if (order < 0)
                low = middle + 1;
            else
                high = middle - 1;
        }

        return ~low;
    }

    /// <summary>How many rows are older than a time.</summary>
    public int CountBefore(EventTime eventTime)
    {
        var place = Find(eventTime, default);
        return place < 0 ? ~place : place;
    }
}
