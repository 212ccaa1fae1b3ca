using MartechGrains.Core.Facts;
using MartechGrains.Core.Time;

namespace MartechGrains.Core.Features;

/// <summary>What one key adds up to.</summary>
internal sealed class TotalLine(FactCellKey key)
{
    private WindowTotal _week;
    private WindowTotal _month;

    public FactCellKey Key { get; } = key;

    public long Count { get; private set; }

    public Int128 Units { get; private set; }

    public Int128 Amount { get; private set; }

    /// <summary>
    /// Earliest and latest event; also from a cell whose sums were left out, as far as it is certain.
    /// </summary>
    public EventPoint First { get; private set; } = new(EventTime.MaxValue, default);

    public EventPoint Last { get; private set; } = new(EventTime.MinValue, default);

    /// <summary>Coarser than exact where a cell that reaches past the moment was left out.</summary>
    public WindowResolution LeftOut { get; private set; }

    public ref WindowTotal InWeek => ref _week;

    public ref WindowTotal InMonth => ref _month;

    public void Add(in FactCell cell)
    {
        Count += cell.Count;
        Units += cell.Units;
        Amount += cell.Amount;
        First = EventPoint.Min(First, cell.First);
        Last = EventPoint.Max(Last, cell.Last);
    }

    public void LeaveOut(EventPoint first, WindowResolution resolution)
    {
        First = EventPoint.Min(First, first);
        Last = EventPoint.Max(Last, first);
        LeftOut = (WindowResolution)Math.Max((int)LeftOut, (int)resolution);
        _week.Coarsen(resolution);
        _month.Coarsen(resolution);
    }
}

/// <summary>A count over a window that slides with the moment asked for.</summary>
internal struct WindowTotal
{
    public long Count { get; private set; }

    public EventTime? Freshness { get; private set; }

    /// <summary>When the first of what is counted leaves the window.</summary>
    public EventTime? DropsAt { get; private set; }

    public WindowResolution Resolution { get; private set; }

    public void Add(long count, EventTime newest, EventTime dropsAt, WindowResolution resolution)
    {
        Count += count;
        Freshness = EventTime.Max(Freshness ?? newest, newest);
        DropsAt = EventTime.Min(DropsAt ?? dropsAt, dropsAt);
        Coarsen(resolution);
    }

    public void Add(in WindowTotal other)
    {
        if (other.Freshness is { } newest && other.DropsAt is { } dropsAt)
            Add(other.Count, newest, dropsAt, other.Resolution);
        else
            Coarsen(other.Resolution);
    }

    public void Coarsen(WindowResolution resolution) =>
        Resolution = (WindowResolution)Math.Max((int)Resolution, (int)resolution);
}
