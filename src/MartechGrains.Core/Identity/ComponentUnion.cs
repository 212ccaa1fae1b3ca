using System.Collections.Immutable;

namespace MartechGrains.Core.Identity;

/// <summary>
/// Union-find over the identifiers of a <see cref="LinkTable"/> that refuses what a limit or cannot-link forbids.
/// </summary>
internal sealed class ComponentUnion
{
    private readonly LinkTable _table;
    private readonly int[] _parents;
    private readonly int[] _sizes;
    private readonly ImmutableArray<int> _limited;
    private readonly int[] _counts;
    private readonly List<(int First, int Second, string Id)> _cannotLinks = [];

    public ComponentUnion(LinkTable table, ImmutableArray<IdentityDecision> cannotLinks)
    {
        _table = table;
        var count = table.Identifiers.Length;
        _parents = new int[count];
        _sizes = new int[count];
        _limited = table.Policy.LimitedNamespaces;
        _counts = new int[count * _limited.Length];
        for (var i = 0; i < count; i++)
        {
            _parents[i] = i;
            _sizes[i] = 1;
            var limit = _limited.IndexOf(table.Namespaces[i]);
            if (limit >= 0)
                _counts[(i * _limited.Length) + limit] = 1;
        }

        foreach (var decision in cannotLinks)
        {
            var (one, other) = (decision.Pair.First, decision.Pair.Second);
            if (table.TryFind(one, out var first) && table.TryFind(other, out var second))
                _cannotLinks.Add((first, second, decision.Id));
        }
    }

    public int Find(int index)
    {
        while (_parents[index] != index)
            index = _parents[index] = _parents[_parents[index]];
        return index;
    }

    /// <summary>The limited namespace that uniting two roots would break, first by priority; null for none.</summary>
    public NamespacePolicy? BrokenLimit(int one, int other)
    {
        for (var i = 0; i < _limited.Length; i++)
        {
            var policy = _table.Policy.Namespaces[_limited[i]];
            var (mine, theirs) = (_counts[(one * _limited.Length) + i], _counts[(other * _limited.Length) + i]);
            if (mine + theirs > policy.MaxPerProfile)
                return policy;
        }

        return null;
    }

    /// <summary>The cannot-link between two roots, first by pair and id; null for none.</summary>
    public string? BrokenCannotLink(int one, int other)
    {
        foreach (var (first, second, id) in _cannotLinks)
        {
            var (a, b) = (Find(first), Find(second));
            if ((a == one && b == other) || (a == other && b == one))
                return id;
        }

        return null;
    }

    public void Unite(int one, int other)
    {
        var (winner, loser) = _sizes[one] >= _sizes[other] ? (one, other) : (other, one);
        _parents[loser] = winner;
        _sizes[winner] += _sizes[loser];
        for (var i = 0; i < _limited.Length; i++)
            _counts[(winner * _limited.Length) + i] += _counts[(loser * _limited.Length) + i];
    }
}
