using MartechGrains.Core.Events;
using MartechGrains.Core.Time;

namespace MartechGrains.Core.Facts;

/// <summary>One event in its fact group.</summary>
/// <param name="EventTime">When it happened.</param>
/// <param name="EventHash">Its duplicate key; breaks ties of time.</param>
/// <param name="ContentHash">Its content, to tell a repeated delivery from a conflicting one.</param>
/// <param name="Fact">What it adds.</param>
/// <param name="Seq">Journal sequence number at the home that first journaled it: lineage only, never a
/// feature.</param>
public readonly record struct FactRow(EventTime EventTime, EventHash EventHash, ulong ContentHash, Fact Fact, int Seq)
{
    /// <summary>Refuses what no group can hold. Check before the event is journaled.</summary>
    /// <exception cref="FactOverflowException">Time, units or amount are outside <see cref="FactLimits"/>.</exception>
    /// <exception cref="InvalidFactException">Unknown class or channel, or a currency that is none.</exception>
    public static void Check(EventTime eventTime, Fact fact)
    {
        if (FaultOf(eventTime, fact) is { } fault) throw fault;
    }

    /// <summary>Why no group can hold a fact; null where one can.</summary>
    public static InvalidFactException? FaultOf(EventTime eventTime, Fact fact)
    {
        if (eventTime.Milliseconds is < FactLimits.MinEventTime or > FactLimits.MaxEventTime)
            return new FactOverflowException("event_time", FactLimits.MaxEventTime);
        if (fact.Units is < -FactLimits.MaxUnits or > FactLimits.MaxUnits)
            return new FactOverflowException("fact.units", FactLimits.MaxUnits);
        if (fact.AmountMinor is < -FactLimits.MaxAmountMinor or > FactLimits.MaxAmountMinor)
            return new FactOverflowException("fact.amount", FactLimits.MaxAmountMinor);
        if (!FactNames.IsKnown(fact.Class))
            return new InvalidFactException("fact.class", "not a known event class; upgrade this node");
        if (!FactNames.IsKnown(fact.Channel))
            return new InvalidFactException("fact.channel", "not a known channel; upgrade this node");
        if (fact.Currency is null || !CurrencyCode.TryParse(fact.Currency, out var currency))
            return new InvalidFactException("fact.currency", "not three letters A to Z; send the ISO 4217 code");
        if (currency.IsNone && fact.AmountMinor != 0)
            return new InvalidFactException("fact.currency", "missing for an amount; send the ISO 4217 code");
        return null;
    }
}
