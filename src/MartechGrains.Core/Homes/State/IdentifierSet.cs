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
        var hash = 0;
        foreach (var key in Keys) hash = (hash * 31) + key.Bits.GetHashCode();
        _hash = hash;
    }

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
}
