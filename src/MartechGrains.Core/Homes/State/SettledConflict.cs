using MartechGrains.Core.Identity;

namespace MartechGrains.Core.Homes.State;

/// <summary>An event that was accepted, and the row that says so.</summary>
/// <param name="Applied">The event, as that row tells it.</param>
/// <param name="Home">The home that accepted it.</param>
/// <param name="Seq">The row of that home's journal.</param>
public sealed record JournaledBody(EventApplied Applied, HomeId Home, int Seq);

/// <summary>Two bodies that two homes accepted under one (source, event id), and which of them stands.</summary>
/// <param name="Standing">The first delivery of the body that stands.</param>
/// <param name="Displaced">The first delivery of the other.</param>
public sealed record SettledConflict(JournaledBody Standing, JournaledBody Displaced)
{
    /// <summary>How a home's journal says it.</summary>
    public SettledEvent Settled => new(
        Standing.Applied.Event.Hash, Standing.Applied.Event.ContentHash, Displaced.Applied.Event.ContentHash);
}
