using MartechGrains.Core.Identity.Policy;

namespace MartechGrains.Core.Identity.Resolution;

/// <summary>One pair waiting for its turn in the order of the rule.</summary>
internal sealed class LinkCandidate
{
    private LinkCandidate(int first, int second) => (First, Second) = (first, second);

    public int First { get; }

    public int Second { get; }

    public LinkTimes? Times { get; private init; }

    /// <summary>Smallest id of the must-links of this pair.</summary>
    public string? MustLink { get; private init; }

    private int PrioritySum { get; init; }

    private bool OldestFirst { get; init; }

    private long TimeRank { get; init; }

    private IdentifierDigest? Digest { get; set; }

    public static LinkCandidate Of(LinkTable table, long pair, LinkTimes? times, string? mustLink)
    {
        var (first, second) = LinkTable.Ends(pair);
        var (one, other) = (table.PolicyOf(first), table.PolicyOf(second));
        // Only where the modes differ does it matter which end is the lower one.
        var lower = one.Contested == other.Contested || table.CompareRank(first, second) > 0 ? one : other;
        var oldestFirst = lower.Contested == ContestedRule.First;
        var time = times ?? default;
        return new LinkCandidate(first, second)
        {
            Times = times,
            MustLink = mustLink,
            PrioritySum = one.Priority + other.Priority,
            OldestFirst = oldestFirst,
            // The complement turns newest-first into smallest-first without overflow.
            TimeRank = oldestFirst ? time.Oldest.Milliseconds : ~time.Newest.Milliseconds,
        };
    }

    /// <summary>
    /// Must-links, then the sum of priorities, then time, then SHA-256 of the pair: a total order over pairs.
    /// </summary>
    public static int Compare(LinkCandidate one, LinkCandidate other, LinkTable table)
    {
        if (ReferenceEquals(one, other))
            return 0;
        if ((one.MustLink is null) != (other.MustLink is null))
            return one.MustLink is null ? 1 : -1;
        var order = one.PrioritySum.CompareTo(other.PrioritySum);
        if (order == 0)
            order = one.OldestFirst.CompareTo(other.OldestFirst);
        if (order == 0)
            order = one.TimeRank.CompareTo(other.TimeRank);
        return order != 0 ? order : one.DigestIn(table).CompareTo(other.DigestIn(table));
    }

    private IdentifierDigest DigestIn(LinkTable table) =>
        Digest ??= IdentifierDigest.Of(table.Identifiers[First], table.Identifiers[Second]);
}
