namespace MartechGrains.Core.Identity.Resolution;

/// <summary>
/// The pairs of one set that are of one class: each of the one side with each of the other, or, where both sides are
/// the same, each with each. A set of fifty addresses is one block, and has 1,225 pairs.
/// </summary>
internal readonly record struct LinkBlock(LinkClass Class, ReadOnlyMemory<int> One, ReadOnlyMemory<int> Other)
{
    private bool IsWithin => One.Equals(Other);

    /// <summary>Adds the blocks of a set.</summary>
    /// <param name="blocks">Where to.</param>
    /// <param name="table">The identifiers.</param>
    /// <param name="linkable">Those of the set that may link, ascending.</param>
    /// <param name="times">Of the set.</param>
    public static void AddTo(List<LinkBlock> blocks, LinkTable table, int[] linkable, LinkTimes times)
    {
        if (linkable.Length < 2)
            return;
        var runs = Runs(table, linkable);
        for (var i = 0; i < runs.Count; i++)
        {
            for (var j = i; j < runs.Count; j++)
            {
                var (one, other) = (runs[i], runs[j]);
                if (i == j && one.Length == 1)
                    continue;
                if (IsOneClass(table, one.Span[0], other.Span[0]))
                {
                    blocks.Add(new LinkBlock(
                        LinkClass.Of(table, one.Span[0], other.Span[0], times), one, other));
                    continue;
                }

                // Which end is the lower one is told by each pair's own digests.
                foreach (var (first, second) in new LinkBlock(default, one, other).Pairs())
                {
                    blocks.Add(new LinkBlock(
                        LinkClass.Of(table, first, second, times), new[] { first }, new[] { second }));
                }
            }
        }
    }

    /// <summary>All identifiers of the block.</summary>
    public IEnumerable<int> Members()
    {
        for (var i = 0; i < One.Length; i++)
            yield return One.Span[i];
        for (var i = 0; !IsWithin && i < Other.Length; i++)
            yield return Other.Span[i];
    }

    /// <summary>All pairs of the block.</summary>
    public IEnumerable<(int First, int Second)> Pairs()
    {
        for (var i = 0; i < One.Length; i++)
            for (var j = IsWithin ? i + 1 : 0; j < Other.Length; j++)
                yield return (One.Span[i], Other.Span[j]);
    }

    private static bool IsOneClass(LinkTable table, int first, int second)
    {
        var (one, other) = (table.PolicyOf(first), table.PolicyOf(second));
        return one.Contested == other.Contested || one.Priority != other.Priority;
    }

    /// <summary>Numbers ascend by namespace first, so that those of a namespace lie together.</summary>
    private static List<ReadOnlyMemory<int>> Runs(LinkTable table, int[] linkable)
    {
        var runs = new List<ReadOnlyMemory<int>>();
        for (var from = 0; from < linkable.Length;)
        {
            var end = from + 1;
            while (end < linkable.Length && table.Namespaces[linkable[end]] == table.Namespaces[linkable[from]])
                end++;
            runs.Add(linkable.AsMemory(from, end - from));
            from = end;
        }

        return runs;
    }
}
