namespace MartechGrains.Core.Identity;

/// <summary>Two different identifiers, the smaller first.</summary>
public readonly record struct IdentifierPair : IComparable<IdentifierPair>
{
    /// <summary>Creates the pair of two identifiers given in any order.</summary>
    /// <exception cref="ArgumentException">Both are the same.</exception>
    public IdentifierPair(Identifier one, Identifier other)
    {
        var order = one.CompareTo(other);
        if (order == 0)
            throw new ArgumentException("A pair has two different identifiers.", nameof(other));
        (First, Second) = order < 0 ? (one, other) : (other, one);
    }

    /// <summary>The smaller by <see cref="Identifier.CompareTo"/>.</summary>
    public Identifier First { get; }

    /// <summary>The larger.</summary>
    public Identifier Second { get; }

    /// <summary>Orders by first, then second.</summary>
    public int CompareTo(IdentifierPair other)
    {
        var byFirst = First.CompareTo(other.First);
        return byFirst != 0 ? byFirst : Second.CompareTo(other.Second);
    }

    /// <summary>Orders by first, then second.</summary>
    public static bool operator <(IdentifierPair left, IdentifierPair right) => left.CompareTo(right) < 0;

    /// <summary>Orders by first, then second.</summary>
    public static bool operator >(IdentifierPair left, IdentifierPair right) => left.CompareTo(right) > 0;

    /// <summary>Orders by first, then second.</summary>
    public static bool operator <=(IdentifierPair left, IdentifierPair right) => left.CompareTo(right) <= 0;

    /// <summary>Orders by first, then second.</summary>
    public static bool operator >=(IdentifierPair left, IdentifierPair right) => left.CompareTo(right) >= 0;
}
