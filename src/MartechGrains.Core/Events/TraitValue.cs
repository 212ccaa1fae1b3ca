using MartechGrains.Core.Identity.Policy;

namespace MartechGrains.Core.Events;

/// <summary>One trait as an event declared it.</summary>
/// <param name="Name">The trait's name as the source gave it, at most <see cref="MaxNameLength"/> characters.</param>
/// <param name="Json">The value as compact JSON with object members sorted; <c>null</c> clears the trait.</param>
public readonly record struct TraitValue(string Name, string Json)
{
    /// <summary>Longest trait name accepted.</summary>
    public const int MaxNameLength = SurvivorshipPolicy.MaxTraitLength;
}
