using System.Runtime.InteropServices;
using MartechGrains.Core.Events;
using MartechGrains.Core.Time;

namespace MartechGrains.Core.Facts;

/// <summary>One exact row without its amount: 36 bytes.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal readonly struct LogEntry
{
    private readonly ulong _hashHigh;
    private readonly ulong _hashLow;

    // 48 bits of time, 8 of class, 8 of channel; FactLimits.MaxEventTime fits into 48 bits.
    private readonly ulong _timeAndKind;

    public readonly ulong ContentHash;
    public readonly int Seq;

    public LogEntry(in FactRow row)
    {
        _hashHigh = (ulong)(row.EventHash.Bits >> 64);
        _hashLow = (ulong)row.EventHash.Bits;
        _timeAndKind =
            ((ulong)row.EventTime.Milliseconds << 16) | ((ulong)row.Fact.Class << 8) | (ulong)row.Fact.Channel;
        ContentHash = row.ContentHash;
        Seq = row.Seq;
    }

    public EventTime EventTime => new((long)(_timeAndKind >> 16));

    public EventClass Class => (EventClass)(byte)(_timeAndKind >> 8);

    public Channel Channel => (Channel)(byte)_timeAndKind;

    public EventHash EventHash => new(new UInt128(_hashHigh, _hashLow));

    public EventPoint Point => new(EventTime, EventHash);

    public int CompareTo(EventTime eventTime, EventHash hash)
    {
        var byTime = EventTime.CompareTo(eventTime);
        return byTime != 0 ? byTime : EventHash.CompareTo(hash);
    }
}

/// <summary>What an exact row adds in units and money: 14 bytes, kept only by groups that have any.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 2)]
internal readonly struct LogAmount(in FactRow row)
{
    public readonly long Amount = row.Fact.AmountMinor;
    public readonly int Units = (int)row.Fact.Units;
    public readonly CurrencyCode Currency = FactCellKey.Of(row.Fact).Currency;

    public bool IsNothing => Amount == 0 && Units == 0 && Currency.IsNone;
}
