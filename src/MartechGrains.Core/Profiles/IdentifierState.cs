using System.Collections.Immutable;
using MartechGrains.Core.Protocol;

namespace MartechGrains.Core.Profiles;

/// <summary>
/// The durable state of one identifier: its pointer, and what decides whether its value is generic. Immutable.
/// </summary>
/// <param name="Version">Row version, for compare and set (rule H10).</param>
/// <param name="Home">The home it points at.</param>
/// <param name="Epoch">How often the value has changed between linkable and generic.</param>
/// <param name="Generic">Whether it is generic now.</param>
/// <param name="PolicyVersion">The newest policy any home reported under.</param>
/// <param name="Carriers">
/// Homes that carry it, with the policy version of their last report; moved ones have <see cref="Superseded"/>.
/// </param>
/// <param name="ToDo">Carriers not yet told of the epoch.</param>
/// <param name="Reports">
/// The newest report per home; moved ones have <see cref="Superseded"/> and no neighbours.
/// </param>
public sealed record IdentifierState(
    int Version,
    HomeId Home,
    long Epoch,
    bool Generic,
    int PolicyVersion,
    ImmutableSortedDictionary<HomeId, int> Carriers,
    ImmutableSortedSet<HomeId> ToDo,
    ImmutableSortedDictionary<HomeId, ReportedNeighbours> Reports)
{
    /// <summary>A version later than all: the home has moved and speaks no more.</summary>
    public const int Superseded = int.MaxValue;

    /// <summary>What a router sees of it.</summary>
    public PointerView View => new(Home, Generic, !ToDo.IsEmpty);

    /// <summary>The state of an identifier that a home claims for the first time, before its row is written.</summary>
    public static IdentifierState Claimed(HomeId home) => new(
        0, home, 0, false, 0, ImmutableSortedDictionary<HomeId, int>.Empty, [],
        ImmutableSortedDictionary<HomeId, ReportedNeighbours>.Empty);

    /// <summary>The answer to whoever asked.</summary>
    public JoinReply Reply() => new(Home, Epoch, Generic, [.. ToDo]);
}

/// <summary>What one home last reported.</summary>
/// <param name="Version">The report's version.</param>
/// <param name="Neighbours">The neighbours, sorted.</param>
public readonly record struct ReportedNeighbours(int Version, ImmutableArray<Neighbour> Neighbours);
