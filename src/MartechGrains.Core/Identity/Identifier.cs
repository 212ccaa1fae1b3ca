namespace MartechGrains.Core.Identity;

/// <summary>
/// One name a person goes by: a namespace of the identity policy and a value already normalised for it.
/// </summary>
/// <param name="Namespace">The namespace, such as <c>email</c>; compared ordinally.</param>
/// <param name="Value">The normalised value, never empty; compared ordinally.</param>
public readonly record struct Identifier(string Namespace, string Value) : IComparable<Identifier>
{
    /// <summary>Orders by namespace, then value, ordinally.</summary>
    public int CompareTo(Identifier other)
    {
        var byNamespace = string.CompareOrdinal(Namespace, other.Namespace);
        return byNamespace != 0 ? byNamespace : string.CompareOrdinal(Value, other.Value);
    }

    /// <summary><c>namespace:value</c>. Personal data: for replies and tests, never for logs.</summary>
    public override string ToString() => $"{Namespace}:{Value}";

    /// <summary>Orders by namespace, then value.</summary>
    public static bool operator <(Identifier left, Identifier right) => left.CompareTo(right) < 0;

    /// <summary>Orders by namespace, then value.</summary>
    public static bool operator >(Identifier left, Identifier right) => left.CompareTo(right) > 0;

    /// <summary>Orders by namespace, then value.</summary>
    public static bool operator <=(Identifier left, Identifier right) => left.CompareTo(right) <= 0;

    /// <summary>Orders by namespace, then value.</summary>
    public static bool operator >=(Identifier left, Identifier right) => left.CompareTo(right) >= 0;
}
