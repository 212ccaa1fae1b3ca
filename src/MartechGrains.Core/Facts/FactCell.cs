using System.Runtime.InteropServices;

namespace MartechGrains.Core.Facts;

/// <summary>
/// Sums over events that share class, channel and currency: of one UTC day, or of a group's lifetime.
/// </summary>
/// <param name="Key">What they share.</param>
/// <param name="Count">How many.</param>
/// <param name="Units">Sum of their units.</param>
/// <param name="Amount">Sum of their amounts in minor units; 128 bits, so that no order of adding can overflow.</param>
/// <param name="First">The earliest of them.</param>
/// <param name="Last">The latest of them.</param>
[StructLayout(LayoutKind.Sequential, Pack = 8)]
public readonly record struct FactCell(
    FactCellKey Key, long Count, long Units, Int128 Amount, EventPoint First, EventPoint Last)
{
    internal static FactCell Of(in FactRow row)
    {
        var point = new EventPoint(row.EventTime, row.EventHash);
        return new FactCell(
            FactCellKey.Of(row.Fact), 1, row.Fact.Units, row.Fact.AmountMinor, point, point);
    }

    /// <summary>The sum of two cells of one key.</summary>
    internal static FactCell Sum(in FactCell left, in FactCell right) => new(
        left.Key,
        left.Count + right.Count,
        left.Units + right.Units,
        left.Amount + right.Amount,
        EventPoint.Min(left.First, right.First),
        EventPoint.Max(left.Last, right.Last));

    /// <summary>
    /// Adds two lists of cells, each sorted by key without repeats. Shares an input where the other is empty.
    /// </summary>
    internal static FactCell[] Union(FactCell[] left, FactCell[] right)
    {
        if (left.Length == 0)
            return right;
        if (right.Length == 0)
            return left;
        var merged = new FactCell[left.Length + right.Length];
        int i = 0, j = 0, count = 0;
        while (i < left.Length && j < right.Length)
        {
            var order = left[i].Key.Packed.CompareTo(right[j].Key.Packed);
            merged[count++] = order < 0 ? left[i++] : order > 0 ? right[j++] : Sum(left[i++], right[j++]);
        }

        while (i < left.Length)
            merged[count++] = left[i++];
        while (j < right.Length)
            merged[count++] = right[j++];
        return count == merged.Length ? merged : merged.AsSpan(0, count).ToArray();
    }
}
