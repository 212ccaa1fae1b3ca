namespace MartechGrains.Core.Identity.Resolution;

/// <summary>
/// Union-find over numbers from 0, to which more can be added. Each set is a ring of its members, too.
/// </summary>
internal sealed class DisjointSets
{
    private int[] _parents;
    private int[] _sizes;
    private int[] _next;

    public DisjointSets(int capacity)
    {
        _parents = new int[capacity];
        _sizes = new int[capacity];
        _next = new int[capacity];
    }

    public int Count { get; private set; }

    /// <summary>Adds the next number, alone in its set.</summary>
    public int Add()
    {
        if (Count == _parents.Length)
        {
            var capacity = Math.Max(4, 2 * Count);
            Array.Resize(ref _parents, capacity);
            Array.Resize(ref _sizes, capacity);
            Array.Resize(ref _next, capacity);
        }

        _parents[Count] = _next[Count] = Count;
        _sizes[Count] = 1;
        return Count++;
    }

    public int Find(int index)
    {
        while (_parents[index] != index)
            index = _parents[index] = _parents[_parents[index]];
        return index;
    }

    public int Size(int root) => _sizes[root];

    /// <summary>
    /// Unites two different roots. The larger stays a root and is returned, the first of equals.
    /// </summary>
    public int Unite(int one, int other)
    {
        var (winner, loser) = _sizes[one] >= _sizes[other] ? (one, other) : (other, one);
        _parents[loser] = winner;
        _sizes[winner] += _sizes[loser];
        (_next[winner], _next[loser]) = (_next[loser], _next[winner]);
        return winner;
    }

    /// <summary>The member after this one in the ring of its set.</summary>
    public int Next(int index) => _next[index];
}
