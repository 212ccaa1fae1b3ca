using System.Buffers;
using MartechGrains.Core.Time;

namespace MartechGrains.Core.Facts;

/// <summary>A fact group at one moment. Immutable and safe for any thread while the group goes on changing.</summary>
public sealed class FactGroupView
{
    private readonly DayTile[] _days;
    private readonly FactCell[] _lifetime;
    private readonly OrderDay[] _lifetimeOrderDays;

    internal FactGroupView(
        long count, EventTime newest, FactLogSlice log, DayTile[] days, FactCell[] lifetime,
        OrderDay[] lifetimeOrderDays)
    {
        Count = count;
        Newest = newest;
        Log = log;
        _days = days;
        _lifetime = lifetime;
        _lifetimeOrderDays = lifetimeOrderDays;
    }

    /// <summary>Events in the group.</summary>
    public long Count { get; }

    /// <summary>Event time of the newest event; meaningless in an empty group.</summary>
    public EventTime Newest { get; }

    /// <summary>How many rows are exact.</summary>
    public int RowCount => Log.Count;

    /// <summary>Sums of older days, sorted by day.</summary>
    public ReadOnlySpan<DayTile> Days => _days;

    /// <summary>Sums of all days before the tiles, sorted by key.</summary>
    public ReadOnlySpan<FactCell> Lifetime => _lifetime;

    /// <summary>Order days before the tiles, sorted by day.</summary>
    public ReadOnlySpan<OrderDay> LifetimeOrderDays => _lifetimeOrderDays;

    internal FactLogSlice Log { get; }

    /// <summary>An exact row, by ascending (event time, event hash).</summary>
    /// <exception cref="ArgumentOutOfRangeException">No such row.</exception>
    public FactRow Row(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, RowCount);
        return Log.Row(index);
    }

    /// <summary>As <see cref="FactGroup.Write"/>, from any thread.</summary>
    public void Write(IBufferWriter<byte> output) => FactGroupFormat.Write(this, output, withSeq: true);

    /// <summary>As <see cref="FactGroup.WriteCanonical"/>, from any thread.</summary>
    public void WriteCanonical(IBufferWriter<byte> output) => FactGroupFormat.Write(this, output, withSeq: false);
}
