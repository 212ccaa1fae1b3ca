using MartechGrains.Core.Identity.Policy;
using MartechGrains.Core.Time;

namespace MartechGrains.Core.Identity.Resolution;

/// <summary>A limit in the way of a union.</summary>
/// <param name="Namespace">Whose limit.</param>
/// <param name="Values">For a windowed limit, a value of each root that are too many together; else null.</param>
internal readonly record struct BrokenLimit(NamespacePolicy Namespace, (int One, int Other)? Values);

/// <summary>
/// Union-find over numbered identifiers that tells what a limit or cannot-link forbids. Both only ever forbid more as
/// groups grow.
/// </summary>
internal sealed class ComponentUnion
{
    private readonly IdentityPolicy _policy;
    private readonly DisjointSets _sets;
    private readonly int _limits;
    private readonly bool _hasWindows;

    // Of each identifier and limited namespace in turn, and valid at roots.
    private readonly List<int> _counts;
    private readonly List<WindowedValues?> _windows;

    // Of each root: the identifiers its members may not meet, each with the rank of the decision that says so.
    private Dictionary<int, List<(int Other, int Rank)>>? _forbidden;

    public ComponentUnion(IdentityPolicy policy, int capacity)
    {
        _policy = policy;
        _sets = new DisjointSets(capacity);
        _limits = policy.LimitedNamespaces.Length;
        _hasWindows = policy.HasLimitWindows;
        _counts = new List<int>(capacity * _limits);
        _windows = new List<WindowedValues?>(_hasWindows ? capacity * _limits : 0);
    }

    /// <summary>Adds the next identifier, a group of its own.</summary>
    /// <param name="namespaceIndex">Its namespace's position in the policy; negative for none.</param>
    /// <param name="firstTime">Its first event time; null where it has none that its home could know.</param>
    public int Add(int namespaceIndex, EventTime? firstTime)
    {
        var index = _sets.Add();
        var limited = _policy.LimitedNamespaces;
        for (var i = 0; i < _limits; i++)
        {
            var isOwn = limited[i] == namespaceIndex;
            _counts.Add(isOwn ? 1 : 0);
            if (_hasWindows)
                _windows.Add(isOwn && IsWindowed(i) ? new WindowedValues(index, firstTime) : null);
        }

        return index;
    }

    /// <summary>Gives an identifier that is still alone its first event time.</summary>
    public void SetFirstTime(int index, EventTime firstTime)
    {
        for (var i = 0; _hasWindows && i < _limits; i++)
        {
            if (_windows[(index * _limits) + i] is not null)
                _windows[(index * _limits) + i] = new WindowedValues(index, firstTime);
        }
    }

    /// <summary>Forbids two identifiers that are in different groups to meet.</summary>
    /// <param name="one">The one.</param>
    /// <param name="other">The other.</param>
    /// <param name="rank">What <see cref="BrokenCannotLink"/> shall answer.</param>
    public void Forbid(int one, int other, int rank)
    {
        AddForbidden(Find(one), (other, rank));
        AddForbidden(Find(other), (one, rank));
    }

    public int Find(int index) => _sets.Find(index);

    public int Size(int root) => _sets.Size(root);

    public int Next(int index) => _sets.Next(index);

    /// <summary>The limit that uniting two roots would break, first by priority; null for none.</summary>
    public BrokenLimit? BrokenLimit(int one, int other)
    {
        for (var i = 0; i < _limits; i++)
        {
            var policy = _policy.Namespaces[_policy.LimitedNamespaces[i]];
            var (mine, theirs) = ((one * _limits) + i, (other * _limits) + i);
            if (_counts[mine] + _counts[theirs] <= policy.MaxPerProfile)
                continue;
            if (policy.LimitWindow is not { } window)
                return new BrokenLimit(policy, null);
            if (_windows[mine] is { } values && _windows[theirs] is { } others
                && values.Conflict(others, policy.MaxPerProfile!.Value, window) is { } conflict)
                return new BrokenLimit(policy, conflict);
        }

        return null;
    }

    /// <summary>
    /// Whether nothing forbids that all of these roots become one, in whatever order. Of three or more, values of a
    /// windowed namespace are only counted: false may then be too careful.
    /// </summary>
    public bool AllowsAll(IReadOnlyCollection<int> roots)
    {
        if (roots.Count == 2)
        {
            var (one, other) = (roots.First(), roots.Last());
            return BrokenLimit(one, other) is null && BrokenCannotLink(one, other) is null;
        }

        for (var i = 0; i < _limits; i++)
        {
            var limit = _policy.Namespaces[_policy.LimitedNamespaces[i]].MaxPerProfile;
            var count = 0L;
            foreach (var root in roots)
                count += _counts[(root * _limits) + i];
            if (count > limit)
                return false;
        }

        if (_forbidden is null)
            return true;
        var all = roots.ToHashSet();
        return !roots.Any(root =>
            _forbidden.TryGetValue(root, out var own) && own.Any(other => all.Contains(Find(other.Other))));
    }

    /// <summary>The smallest rank of the cannot-links between two roots; null for none.</summary>
    public int? BrokenCannotLink(int one, int other)
    {
        if (_forbidden is null || !_forbidden.TryGetValue(one, out var mine)
            || !_forbidden.TryGetValue(other, out var theirs))
            return null;
        var (few, target) = mine.Count <= theirs.Count ? (mine, other) : (theirs, one);
        int? least = null;
        foreach (var (identifier, rank) in few)
        {
            if (Find(identifier) == target && !(least <= rank))
                least = rank;
        }

        return least;
    }

    /// <summary>
    /// Unites two different roots, whatever is forbidden. The larger stays a root and is returned, the first of equals.
    /// </summary>
    public int Unite(int one, int other)
    {
        var winner = _sets.Unite(one, other);
        var loser = winner == one ? other : one;
        for (var i = 0; i < _limits; i++)
        {
            var (mine, theirs) = ((winner * _limits) + i, (loser * _limits) + i);
            _counts[mine] += _counts[theirs];
            if (!_hasWindows || _windows[theirs] is not { } values)
                continue;
            _windows[mine] = _windows[mine] is { } ours ? WindowedValues.Unite(ours, values) : values;
            _windows[theirs] = null;
        }

        if (_forbidden is not null && _forbidden.Remove(loser, out var moved))
            _forbidden[winner] = _forbidden.TryGetValue(winner, out var own) ? Joined(own, moved) : moved;
        return winner;
    }

    private static List<(int Other, int Rank)> Joined(List<(int Other, int Rank)> one, List<(int Other, int Rank)> two)
    {
        var (longer, shorter) = one.Count >= two.Count ? (one, two) : (two, one);
        longer.AddRange(shorter);
        return longer;
    }

    private void AddForbidden(int root, (int Other, int Rank) forbidden)
    {
        _forbidden ??= [];
        if (!_forbidden.TryGetValue(root, out var list))
            _forbidden[root] = list = [];
        list.Add(forbidden);
    }

    private bool IsWindowed(int limit) => _policy.Namespaces[_policy.LimitedNamespaces[limit]].LimitWindow is not null;
}
