using MartechGrains.Core.Events;
using MartechGrains.Core.Homes.State;
using MartechGrains.Core.Identity.Policy;

namespace MartechGrains.Core.Homes.Views;

/// <summary>A declared trait, and how far its source is believed.</summary>
/// <param name="Declared">The declaration.</param>
/// <param name="Tier">Its source's tier under the policy in force.</param>
public readonly record struct RatedTrait(DeclaredTrait Declared, ReliabilityTier Tier)
{
    /// <summary>Which event declared it, and when.</summary>
    public EventOrigin Origin => Declared.Origin;

    /// <summary>The value.</summary>
    public string Json => Declared.Json;
}

/// <summary>
/// What tells a surviving declaration from the next one. The numbers go over the wire: never reuse one.
/// </summary>
public enum SurvivorshipCriterion
{
    /// <summary>There is no other.</summary>
    OnlyDeclaration = 1,

    /// <summary>Its source is the more reliable one.</summary>
    Reliability = 2,

    /// <summary>It is the newer one.</summary>
    EventTime = 3,

    /// <summary>Both are of one time: the larger source name wins.</summary>
    Source = 4,

    /// <summary>Both are of one time and source: the larger event id wins.</summary>
    EventId = 5,
}

/// <summary>
/// Which declaration of a trait counts. A total order, so that neither arrival nor repetition matters. A declaration of
/// <c>null</c> competes like any other: where it survives there is no value, and where it does not it changes nothing.
/// </summary>
public static class Survivorship
{
    /// <summary>The surviving value of each trait over several groups; traits whose survivor is <c>null</c> are left
    /// out.</summary>
    public static SortedDictionary<string, RatedTrait> Survivors(
        IEnumerable<GroupTraits> groups, SurvivorshipPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(groups);
        ArgumentNullException.ThrowIfNull(policy);
        var survivors = new SortedDictionary<string, RatedTrait>(StringComparer.Ordinal);
        foreach (var group in groups)
        {
            foreach (var ((name, source), declared) in group.Declared)
            {
                var rated = new RatedTrait(declared, policy.TierOf(source));
                if (!survivors.TryGetValue(name, out var known) || Compare(policy.RuleOf(name), rated, known) > 0)
                    survivors[name] = rated;
            }
        }
        if (survivors.Count == 0) return survivors;
        foreach (var cleared in survivors.Where(static pair => pair.Value.Json == "null")
            .Select(static pair => pair.Key).ToArray())
            survivors.Remove(cleared);
        return survivors;
    }

    /// <summary>Compares two declarations of one trait: above zero where the first survives the second.</summary>
    public static int Compare(SurvivorshipRule rule, RatedTrait one, RatedTrait other)
    {
        // The smaller tier is the more reliable one.
        var byTier = rule == SurvivorshipRule.Reliable ? other.Tier.CompareTo(one.Tier) : 0;
        return byTier != 0 ? byTier : one.Origin.CompareTo(other.Origin);
    }

    /// <summary>What tells the surviving declaration from the next one; null where there is none.</summary>
    public static SurvivorshipCriterion Criterion(SurvivorshipRule rule, RatedTrait survivor, RatedTrait? next)
    {
        if (next is not { } other) return SurvivorshipCriterion.OnlyDeclaration;
        if (rule == SurvivorshipRule.Reliable && survivor.Tier != other.Tier) return SurvivorshipCriterion.Reliability;
        if (survivor.Origin.EventTime != other.Origin.EventTime) return SurvivorshipCriterion.EventTime;
        return survivor.Origin.Source != other.Origin.Source
            ? SurvivorshipCriterion.Source
            : SurvivorshipCriterion.EventId;
    }
}
