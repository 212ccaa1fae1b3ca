using MartechGrains.Core.Identity;

namespace MartechGrains.Core.Pointers;

/// <summary>How a home holds an identifier that it must confirm at the identifier's pointer.</summary>
public enum JoinKind : byte
{
    /// <summary>
    /// The router saw the identifier as linkable: the home must meet the pointer's home, even if the value has turned
    /// generic meanwhile (rule H2).
    /// </summary>
    Member = 0,

    /// <summary>The router saw the identifier as inert: the home is made known as a carrier of it.</summary>
    Carrier = 1,
}

/// <summary>An obligation of a home: one identifier it carries, to be confirmed at the identifier's pointer.</summary>
/// <param name="Identifier">The identifier.</param>
/// <param name="Kind">How it is held.</param>
public readonly record struct JoinItem(IdentifierKey Identifier, JoinKind Kind) : IComparable<JoinItem>
{
    /// <inheritdoc/>
    public int CompareTo(JoinItem other)
    {
        var byKey = Identifier.CompareTo(other.Identifier);
        return byKey != 0 ? byKey : Kind.CompareTo(other.Kind);
    }

    /// <summary>Orders by identifier, then kind.</summary>
    public static bool operator <(JoinItem left, JoinItem right) => left.CompareTo(right) < 0;

    /// <summary>Orders by identifier, then kind.</summary>
    public static bool operator >(JoinItem left, JoinItem right) => left.CompareTo(right) > 0;

    /// <summary>Orders by identifier, then kind.</summary>
    public static bool operator <=(JoinItem left, JoinItem right) => left.CompareTo(right) <= 0;

    /// <summary>Orders by identifier, then kind.</summary>
    public static bool operator >=(JoinItem left, JoinItem right) => left.CompareTo(right) >= 0;
}
