using System.Collections.Immutable;
using MartechGrains.Core.Identity;

namespace MartechGrains.Core.Homes.State;

/// <summary>
/// The sorted keys of the identifiers that one event carried: what a fact group is named by. Compares by content.
/// </summary>
public readonly struct IdentifierSet : IEquatable<IdentifierSet>, IComparable<IdentifierSet>
{
    private readonly int _hash;

    /// <summary>Makes the set of the given distinct keys, in any order.</summary>
    public IdentifierSet(ImmutableArray<IdentifierKey> keys)
    {
        Keys = keys.Length > 1 ? keys.Sort() : keys;
        _hash = HashOf(Keys.AsSpan());
    }

    private IdentifierSet(ReadOnlySpan<IdentifierKey> sorted)
    {
        Keys = [.. sorted];
        _hash = HashOf(sorted);
    }

    /// <summary>Compares sets by content, with sorted keys that are no set too.</summary>
    public static IEqualityComparer<IdentifierSet> Comparer { get; } = new ContentComparer();

    /// <summary>The keys, sorted.</summary>
    public ImmutableArray<IdentifierKey> Keys { get; }

    /// <inheritdoc/>
    public bool Equals(IdentifierSet other) => Keys.AsSpan().SequenceEqual(other.Keys.AsSpan());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is IdentifierSet other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _hash;

    /// <summary>Orders by the keys, lexicographically.</summary>
    public int CompareTo(IdentifierSet other) => Keys.AsSpan().SequenceCompareTo(other.Keys.AsSpan());

    /// <summary>Compares by content.</summary>
    public static bool operator ==(IdentifierSet left, IdentifierSet right) => left.Equals(right);

    /// <summary>Compares by content.</summary>
    public static bool operator !=(IdentifierSet left, IdentifierSet right) => !left.Equals(right);

    /// <summary>Orders by the keys.</summary>
    public static bool operator <(IdentifierSet left, IdentifierSet right) => left.CompareTo(right) < 0;

    /// <summary>Orders by the keys.</summary>
    public static bool operator >(IdentifierSet left, IdentifierSet right) => left.CompareTo(right) > 0;

    /// <summary>Orders by the keys.</summary>
    public static bool operator <=(IdentifierSet left, IdentifierSet right) => left.CompareTo(right) <= 0;

    /// <summary>Orders by the keys.</summary>
    public static bool operator >=(IdentifierSet left, IdentifierSet right) => left.CompareTo(right) >= 0;

    private static int HashOf(ReadOnlySpan<IdentifierKey> sorted)
    {
        var hash = 0;
        foreach (var key in sorted) hash = (hash * 31) + key.Bits.GetHashCode();
        return hash;
    }

    private sealed class ContentComparer
        : IEqualityComparer<IdentifierSet>, IAlternateEqualityComparer<ReadOnlySpan<IdentifierKey>, IdentifierSet>
    {
        public bool Equals(IdentifierSet x, IdentifierSet y) => x == y;

        public int GetHashCode(IdentifierSet obj) => obj._hash;

        public bool Equals(ReadOnlySpan<IdentifierKey> alternate, IdentifierSet other) =>
            alternate.SequenceEqual(other.Keys.AsSpan());

        public int GetHashCode(ReadOnlySpan<IdentifierKey> alternate) => HashOf(alternate);

        public IdentifierSet Create(ReadOnlySpan<IdentifierKey> alternate) => new(alternate);
    }
}
