using System.Collections.Immutable;
using MartechGrains.Core.Curation;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Pointers;

namespace MartechGrains.Grains.Pointers;

/// <summary>How one identifier's value stands, for operators.</summary>
/// <param name="Home">The home its pointer names.</param>
/// <param name="Inert">Whether the value links nothing.</param>
/// <param name="Unsettled">Whether homes remain to be told or united.</param>
/// <param name="OverThreshold">Whether as many people share it as make it generic.</param>
/// <param name="Rule">What the policy says of it.</param>
/// <param name="Carriers">How many homes carry it, where that was ever asked.</param>
/// <param name="Decisions">What operators decided about it, those undone included, by id.</param>
[GenerateSerializer]
[Immutable]
[Alias("martechgrains.valueStanding")]
public sealed record ValueStatus(
    [property: Id(0)] HomeId Home,
    [property: Id(1)] bool Inert,
    [property: Id(2)] bool Unsettled,
    [property: Id(3)] bool OverThreshold,
    [property: Id(4)] ValueRule Rule,
    [property: Id(5)] int Carriers,
    [property: Id(6)] ImmutableArray<LinkableDecision> Decisions)
{
    /// <summary>As its row stores it.</summary>
    internal static ValueStatus Of(PointerSnapshot row) => new(
        row.State.Home, row.State.Inert, row.State.IsUnsettled, row.State.OverThreshold, row.State.Rule,
        row.State.Live, [.. row.State.Decisions.Values]);
}
