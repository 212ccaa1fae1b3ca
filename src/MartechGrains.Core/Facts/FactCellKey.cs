using MartechGrains.Core.Events;

namespace MartechGrains.Core.Facts;

/// <summary>What the events of one cell have in common.</summary>
/// <param name="Class">What happened.</param>
/// <param name="Channel">Through what.</param>
/// <param name="Currency">Of the amounts, or none.</param>
public readonly record struct FactCellKey(EventClass Class, Channel Channel, CurrencyCode Currency)
    : IComparable<FactCellKey>
{
    /// <summary>The key as one number, in the keys' order.</summary>
    internal uint Packed => ((uint)Class << 24) | ((uint)Channel << 16) | Currency.Value;

    /// <summary>The key of a fact that <see cref="FactRow.Check"/> has passed.</summary>
    internal static FactCellKey Of(Fact fact) => new(
        fact.Class,
        fact.Channel,
        CurrencyCode.TryParse(fact.Currency, out var currency) ? currency : CurrencyCode.None);

    /// <inheritdoc/>
    public int CompareTo(FactCellKey other) => Packed.CompareTo(other.Packed);

    /// <summary>Order of class, channel, currency.</summary>
    public static bool operator <(FactCellKey left, FactCellKey right) => left.Packed < right.Packed;

    /// <summary>Order of class, channel, currency.</summary>
    public static bool operator >(FactCellKey left, FactCellKey right) => left.Packed > right.Packed;

    /// <summary>Order of class, channel, currency.</summary>
    public static bool operator <=(FactCellKey left, FactCellKey right) => left.Packed <= right.Packed;

    /// <summary>Order of class, channel, currency.</summary>
    public static bool operator >=(FactCellKey left, FactCellKey right) => left.Packed >= right.Packed;
}
