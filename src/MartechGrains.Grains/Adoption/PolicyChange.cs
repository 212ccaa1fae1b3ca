using MartechGrains.Core.Identity;
using MartechGrains.Core.Time;

namespace MartechGrains.Grains.Adoption;

/// <summary>How far the newest version of the identity policy has come.</summary>
/// <param name="Version">The version.</param>
/// <param name="StartedAt">When it was given out.</param>
/// <param name="Pass">Which pass over all homes is under way, from 1.</param>
/// <param name="After">The last home that this pass has visited; null at its start.</param>
/// <param name="Visited">Homes that this pass has visited.</param>
/// <param name="Failed">Homes that this pass could not take along; the next one tries them again.</param>
/// <param name="FinishedAt">When every home had gone over to it, but for damaged ones; 1970 before.</param>
/// <param name="Damaged">Homes that this pass left out since they, or homes they lead to, are damaged.</param>
[GenerateSerializer]
[Immutable]
[Alias("martechgrains.policy.change")]
public sealed record PolicyChange(
    [property: Id(0)] int Version,
    [property: Id(1)] IngestTime StartedAt,
    [property: Id(2)] int Pass = 1,
    [property: Id(3)] HomeId? After = null,
    [property: Id(4)] long Visited = 0,
    [property: Id(5)] long Failed = 0,
    [property: Id(6)] IngestTime FinishedAt = default,
    [property: Id(7)] long Damaged = 0)
{
    /// <summary>Whether every home that can be read has gone over to the version.</summary>
    public bool IsFinished => FinishedAt != default;

    /// <summary>About how much of the pass is done, 0 to 1.</summary>
    public double FractionDone => IsFinished ? 1 : After is { } home ? HomeOrder.FractionUpTo(home) : 0;
}
