using System.Collections.Immutable;

namespace MartechGrains.Core.Identity.Resolution;

/// <summary>
/// Judges pairs as <see cref="Resolver.Resolve"/> does, by the block. Within a class only the digests of pairs decide
/// which comes first, and where all that a class connects may be one, it does not matter: then nothing is paired. Only
/// where something is forbidden are pairs judged one by one, and of these only those whose ends are not one person
/// already. The work is about linear in the identifiers of all sets and in the pairs so judged.
/// </summary>
internal sealed class BlockJudging
{
    private readonly LinkTable _table;
    private readonly IdentityDecisions _decisions;
    private readonly ComponentUnion _union;
    private readonly List<LinkCandidate> _mustLinks = [];
    private readonly List<int[]> _linkable;
    // By pair; they get their places and times at the end, when all are known.
    private readonly Dictionary<long, RefusedPair> _refused = new(PairComparer.Instance);

    public BlockJudging(
        LinkTable table, IdentityDecisions decisions, ComponentUnion union, Dictionary<long, string> mustLinks,
        bool[] inert)
    {
        (_table, _decisions, _union) = (table, decisions, union);
        _linkable = [.. table.Sets.Select(set => Array.FindAll(set.Numbers, number => !inert[number]))];
        var times = TimesOf(mustLinks.Keys);
        foreach (var (pair, id) in mustLinks)
            _mustLinks.Add(LinkCandidate.Of(table, pair, times.TryGetValue(pair, out var linked) ? linked : null, id));
        _mustLinks.Sort((one, other) => LinkCandidate.Compare(one, other, table));
    }

    /// <summary>Pairs that connect what is connected before anything is forbidden.</summary>
    public IEnumerable<(int First, int Second)> Connections()
    {
        foreach (var mustLink in _mustLinks)
            yield return (mustLink.First, mustLink.Second);
        foreach (var set in _linkable)
            for (var i = 1; i < set.Length; i++)
                yield return (set[i - 1], set[i]);
    }

    /// <summary>Unites what holds; the refused pairs in the order of the rule.</summary>
    public ImmutableArray<RefusedPair> Judge()
    {
        foreach (var mustLink in _mustLinks)
            Judge(mustLink);
        var blocks = new List<LinkBlock>(_linkable.Count);
        for (var i = 0; i < _linkable.Count; i++)
            LinkBlock.AddTo(blocks, _table, _linkable[i], _table.Sets[i].Times);
        blocks.Sort(static (one, other) => one.Class.CompareTo(other.Class));
        var open = new List<LinkBlock>();
        for (var from = 0; from < blocks.Count;)
        {
            // Most connect nobody who is not connected already, and need no more than this look.
            open.Clear();
            var end = from;
            for (; end < blocks.Count && blocks[end].Class == blocks[from].Class; end++)
            {
                if (!IsOnePerson(blocks[end]))
                    open.Add(blocks[end]);
            }

            foreach (var connected in Connected(open))
                Judge(connected);
            from = end;
        }

        return InOrder();
    }

    private bool IsOnePerson(LinkBlock block)
    {
        var root = _union.Find(block.One.Span[0]);
        return AllAre(root, block.One.Span) && AllAre(root, block.Other.Span);
    }

    private bool AllAre(int root, ReadOnlySpan<int> numbers)
    {
        foreach (var number in numbers)
        {
            if (_union.Find(number) != root)
                return false;
        }

        return true;
    }

    /// <summary>Those of some blocks of several persons that share one, with their persons.</summary>
    private List<(List<LinkBlock> Blocks, HashSet<int> Roots)> Connected(List<LinkBlock> blocks)
    {
        if (blocks.Count == 0)
            return [];
        if (blocks.Count == 1)
            return [(blocks, blocks[0].Members().Select(_union.Find).ToHashSet())];

        var numbers = new Dictionary<int, int>();
        var sets = new DisjointSets(blocks.Count);
        foreach (var block in blocks)
        {
            var first = -1;
            foreach (var root in block.Members().Select(_union.Find))
            {
                if (!numbers.TryGetValue(root, out var number))
                    numbers.Add(root, number = sets.Add());
                if (first < 0)
                    first = number;
                else if (sets.Find(first) is var one && sets.Find(number) is var other && one != other)
                    sets.Unite(one, other);
            }
        }

        var connected = new Dictionary<int, (List<LinkBlock> Blocks, HashSet<int> Roots)>();
        foreach (var (root, number) in numbers)
        {
            if (!connected.TryGetValue(sets.Find(number), out var group))
                connected.Add(sets.Find(number), group = ([], []));
            group.Roots.Add(root);
        }

        foreach (var block in blocks)
            connected[sets.Find(numbers[_union.Find(block.One.Span[0])])].Blocks.Add(block);
        return [.. connected.Values];
    }

    private void Judge((List<LinkBlock> Blocks, HashSet<int> Roots) connected)
    {
        if (_union.AllowsAll(connected.Roots))
        {
            var one = connected.Roots.First();
            foreach (var other in connected.Roots.Skip(1))
                one = _union.Unite(one, other);
            return;
        }

        var pairs = new HashSet<long>(PairComparer.Instance);
        foreach (var (first, second) in connected.Blocks.SelectMany(static block => block.Pairs()))
        {
            var pair = LinkTable.PairKey(first, second);
            if (_union.Find(first) != _union.Find(second) && !_refused.ContainsKey(pair))
                pairs.Add(pair);
        }

        // All of one class: their digests alone decide.
        var candidates = pairs.Select(pair => LinkCandidate.Of(_table, pair, null, null)).ToList();
        candidates.Sort((one, other) => LinkCandidate.CompareDigests(one, other, _table));
        foreach (var candidate in candidates)
            Judge(candidate);
    }

    private void Judge(LinkCandidate candidate)
    {
        var (one, other) = (_union.Find(candidate.First), _union.Find(candidate.Second));
        if (one == other)
            return;
        if (Resolver.Refusal(_table, _decisions, _union, candidate, order: 0) is { } refusal)
            _refused.Add(LinkTable.PairKey(candidate.First, candidate.Second), refusal);
        else
            _union.Unite(one, other);
    }

    /// <summary>With the times of all sets that carry them.</summary>
    private ImmutableArray<RefusedPair> InOrder()
    {
        if (_refused.Count == 0)
            return [];
        var times = TimesOf(_refused.Keys);
        var candidates = new List<LinkCandidate>(_refused.Count);
        foreach (var (pair, refusal) in _refused)
        {
            candidates.Add(LinkCandidate.Of(
                _table, pair, times.TryGetValue(pair, out var linked) ? linked : null, refusal.MustLink));
        }

        candidates.Sort((one, other) => LinkCandidate.Compare(one, other, _table));
        return
        [
            .. candidates.Select((candidate, order) =>
                _refused[LinkTable.PairKey(candidate.First, candidate.Second)] with
                {
                    Order = order,
                    Times = candidate.Times,
                }),
        ];
    }

    /// <summary>When the pairs asked for were linked, if by any event.</summary>
    private Dictionary<long, LinkTimes> TimesOf(IReadOnlyCollection<long> pairs)
    {
        var times = new Dictionary<long, LinkTimes>(PairComparer.Instance);
        if (pairs.Count == 0)
            return times;
        var asked = pairs.Select(LinkTable.Ends).ToLookup(static ends => ends.First, static ends => ends.Second);
        for (var i = 0; i < _linkable.Count; i++)
        {
            var set = _linkable[i];
            foreach (var first in set.Where(asked.Contains))
            {
                foreach (var second in asked[first].Where(second => Array.BinarySearch(set, second) >= 0))
                    LinkTable.Widen(times, LinkTable.PairKey(first, second), _table.Sets[i].Times);
            }
        }

        return times;
    }
}
