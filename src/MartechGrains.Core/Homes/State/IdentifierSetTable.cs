using System.Collections;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using MartechGrains.Core.Identity;

namespace MartechGrains.Core.Homes.State;

/// <summary>
/// Something for each of a home's identifier sets, numbered as they came, and found by set. Most homes have one or two,
/// and homes are many: so few are looked through, and only more have an index. Not safe for use by several threads at
/// once.
/// </summary>
/// <typeparam name="T">What is kept of a set.</typeparam>
public sealed class IdentifierSetTable<T> : IReadOnlyList<T>
{
    /// <summary>Most sets that are looked through.</summary>
    public const int MaxUnindexed = 8;

    private const int MaxStackKeys = 64;

    private IdentifierSet[] _sets = [];
    private T[] _items = [];
    private Dictionary<IdentifierSet, int>? _index;

    /// <summary>How many sets there are.</summary>
    public int Count { get; private set; }

    /// <summary>What is kept of the set with this number.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer.</exception>
    public T this[int number]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(number, Count);
            return _items[number];
        }
    }

    /// <summary>Adds a set with the next number; false, and nothing is changed, where it is there.</summary>
    public bool TryAdd(IdentifierSet set, T item)
    {
        if (NumberOf(set.Keys.AsSpan()) >= 0) return false;
        if (Count == _items.Length)
        {
            var size = Math.Max(1, 2 * Count);
            Array.Resize(ref _sets, size);
            Array.Resize(ref _items, size);
        }
        (_sets[Count], _items[Count]) = (set, item);
        _index?.Add(set, Count);
        Count++;
        if (_index is null && Count > MaxUnindexed) MakeIndex();
        return true;
    }

    /// <summary>What is kept of a set; false where it is not there.</summary>
    public bool TryFind(IdentifierSet set, [MaybeNullWhen(false)] out T item) => TryGet(set.Keys.AsSpan(), out item);

    /// <summary>What is kept of the set of these keys, which are distinct, in any order.</summary>
    public bool TryFind(ImmutableArray<IdentifierKey> keys, [MaybeNullWhen(false)] out T item)
    {
        Span<IdentifierKey> sorted = keys.Length <= MaxStackKeys
            ? stackalloc IdentifierKey[MaxStackKeys]
            : new IdentifierKey[keys.Length];
        sorted = sorted[..keys.Length];
        keys.CopyTo(sorted);
        sorted.Sort();
        return TryGet(sorted, out item);
    }

    /// <summary>What is kept, by number.</summary>
    public IEnumerator<T> GetEnumerator()
    {
        for (var i = 0; i < Count; i++) yield return _items[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private bool TryGet(ReadOnlySpan<IdentifierKey> sorted, [MaybeNullWhen(false)] out T item)
    {
        var number = NumberOf(sorted);
        item = number >= 0 ? _items[number] : default;
        return number >= 0;
    }

    private int NumberOf(ReadOnlySpan<IdentifierKey> sorted)
    {
        if (_index is not null)
            return _index.GetAlternateLookup<ReadOnlySpan<IdentifierKey>>().TryGetValue(sorted, out var found)
                ? found
                : -1;
        for (var i = 0; i < Count; i++)
            if (sorted.SequenceEqual(_sets[i].Keys.AsSpan())) return i;
        return -1;
    }

    private void MakeIndex()
    {
        _index = new Dictionary<IdentifierSet, int>(2 * Count, IdentifierSet.Comparer);
        for (var i = 0; i < Count; i++) _index.Add(_sets[i], i);
    }
}
