using System.Collections.Immutable;
using MartechGrains.Core.Identity;

namespace MartechGrains.Core.Pointers;

/// <summary>An identifier of a unique namespace that occurs in one event with another identifier.</summary>
/// <param name="Namespace">The neighbour's namespace.</param>
/// <param name="Identifier">The neighbour.</param>
public readonly record struct Neighbour(string Namespace, IdentifierKey Identifier) : IComparable<Neighbour>
{
    /// <inheritdoc/>
    public int CompareTo(Neighbour other)
    {
        var byNamespace = string.CompareOrdinal(Namespace, other.Namespace);
        return byNamespace != 0 ? byNamespace : Identifier.CompareTo(other.Identifier);
    }

    /// <summary>Orders by namespace, then identifier.</summary>
    public static bool operator <(Neighbour left, Neighbour right) => left.CompareTo(right) < 0;

    /// <summary>Orders by namespace, then identifier.</summary>
    public static bool operator >(Neighbour left, Neighbour right) => left.CompareTo(right) > 0;

    /// <summary>Orders by namespace, then identifier.</summary>
    public static bool operator <=(Neighbour left, Neighbour right) => left.CompareTo(right) <= 0;

    /// <summary>Orders by namespace, then identifier.</summary>
    public static bool operator >=(Neighbour left, Neighbour right) => left.CompareTo(right) >= 0;
}

/// <summary>
/// What a home says about one value: its whole set of unique neighbours there, as state and never as "add one", so that
/// the newest version stands whatever is lost, late or doubled (rules H12, H19, H20).
/// </summary>
/// <param name="Home">The reporting home.</param>
/// <param name="Version">The home's sequence number when the set last changed.</param>
/// <param name="Neighbours">
/// At most <c>genericAfter</c> per unique namespace, sorted: a home at that bound decides alone.
/// </param>
/// <param name="Superseded">
/// Homes that moved into this one and that no report has named yet: their reports count no more. At most
/// <see cref="MaxSuperseded"/>; the others are named by the next report.
/// </param>
public sealed record NeighbourReport(
    HomeId Home, int Version, ImmutableArray<Neighbour> Neighbours, ImmutableArray<HomeId> Superseded)
{
    /// <summary>Most homes that one report supersedes.</summary>
    public const int MaxSuperseded = 64;
}
