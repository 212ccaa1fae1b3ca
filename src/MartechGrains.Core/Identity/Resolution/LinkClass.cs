using MartechGrains.Core.Identity.Policy;

namespace MartechGrains.Core.Identity.Resolution;

/// <summary>
/// What pairs are ordered by, before SHA-256 breaks the tie: smallest first. All pairs of one event and two namespaces
/// are of one class.
/// </summary>
/// <param name="PrioritySum">Of both namespaces.</param>
/// <param name="OldestFirst">Whether the end that may change hands stays with the first.</param>
/// <param name="TimeRank">The time that counts, newest or oldest first.</param>
internal readonly record struct LinkClass(int PrioritySum, bool OldestFirst, long TimeRank) : IComparable<LinkClass>
{
    public static LinkClass Of(LinkTable table, int first, int second, LinkTimes times)
    {
        var (one, other) = (table.PolicyOf(first), table.PolicyOf(second));
        // Only where the modes differ does it matter which end is the lower one.
        var lower = one.Contested == other.Contested || table.CompareRank(first, second) > 0 ? one : other;
        var oldestFirst = lower.Contested == ContestedRule.First;
        // The complement turns newest-first into smallest-first without overflow.
        return new LinkClass(
            one.Priority + other.Priority, oldestFirst,
            oldestFirst ? times.Oldest.Milliseconds : ~times.Newest.Milliseconds);
    }

    public int CompareTo(LinkClass other)
    {
        var order = PrioritySum.CompareTo(other.PrioritySum);
        if (order == 0)
            order = OldestFirst.CompareTo(other.OldestFirst);
        return order != 0 ? order : TimeRank.CompareTo(other.TimeRank);
    }
}
