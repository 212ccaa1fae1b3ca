namespace MartechGrains.Core.Identity;

/// <summary>
/// The id of a home: the key of the identifier that founded it. Unions move the larger id into the smaller.
/// </summary>
/// <param name="Founder">Key of the founding identifier.</param>
public readonly record struct HomeId(IdentifierKey Founder) : IComparable<HomeId>
{
    /// <inheritdoc/>
    public int CompareTo(HomeId other) => Founder.CompareTo(other.Founder);

    /// <summary>32 hexadecimal digits; carries no personal data.</summary>
    public override string ToString() => Founder.ToString();

    /// <summary>Unsigned order of the founders' keys.</summary>
    public static bool operator <(HomeId left, HomeId right) => left.Founder < right.Founder;

    /// <summary>Unsigned order of the founders' keys.</summary>
    public static bool operator >(HomeId left, HomeId right) => left.Founder > right.Founder;

    /// <summary>Unsigned order of the founders' keys.</summary>
    public static bool operator <=(HomeId left, HomeId right) => left.Founder <= right.Founder;

    /// <summary>Unsigned order of the founders' keys.</summary>
    public static bool operator >=(HomeId left, HomeId right) => left.Founder >= right.Founder;
}
