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

    private LinkClass Class { get; init; }

    private IdentifierDigest? Digest { get; set; }

    public static LinkCandidate Of(LinkTable table, long pair, LinkTimes? times, string? mustLink)
    {
        var (first, second) = LinkTable.Ends(pair);
        return new LinkCandidate(first, second)
        {
            Times = times,
            MustLink = mustLink,
            Class = LinkClass.Of(table, first, second, times ?? default),
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
        var order = one.Class.CompareTo(other.Class);
        return order != 0 ? order : CompareDigests(one, other, table);
    }

    /// <summary>The order of pairs of one class.</summary>
    public static int CompareDigests(LinkCandidate one, LinkCandidate other, LinkTable table) =>
        one.DigestIn(table).CompareTo(other.DigestIn(table));

    private IdentifierDigest DigestIn(LinkTable table) =>
        Digest ??= IdentifierDigest.Of(table.Identifiers[First], table.Identifiers[Second]);
}
