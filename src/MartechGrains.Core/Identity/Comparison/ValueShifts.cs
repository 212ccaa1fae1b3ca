using System.Collections.Immutable;
using MartechGrains.Core.Identity.Policy;
using MartechGrains.Core.Identity.Resolution;

namespace MartechGrains.Core.Identity.Comparison;

/// <summary>
/// Which values of the evidence begin or cease to be generic or blocked under another policy. A blocked value is not
/// generic, so one may cease to be the one and begin to be the other.
/// </summary>
/// <param name="BecomeGeneric">Generic only after.</param>
/// <param name="CeaseGeneric">Generic only before.</param>
/// <param name="BecomeBlocked">Blocked only after.</param>
/// <param name="CeaseBlocked">Blocked only before.</param>
public sealed record ValueShifts(
    ValueSample BecomeGeneric, ValueSample CeaseGeneric, ValueSample BecomeBlocked, ValueSample CeaseBlocked)
{
    internal static ValueShifts Of(
        ResolverInput inForce, IdentityPolicy candidate, ResolvedPartition before, ResolvedPartition after)
    {
        var becomeBlocked = new SortedSet<Identifier>();
        var ceaseBlocked = new SortedSet<Identifier>();
        var seen = new HashSet<Identifier>();
        var named = inForce.Decisions.MustLinks.SelectMany(static must => new[] { must.Pair.First, must.Pair.Second });
        foreach (var identifier in inForce.Evidence.SelectMany(static set => set.Identifiers).Concat(named))
        {
            // One that is in a profile is not blocked, and looking there is cheaper than matching patterns.
            if ((before.Find(identifier) is not null && after.Find(identifier) is not null) || !seen.Add(identifier))
                continue;
            var was = inForce.Decisions.IsBlocked(identifier, inForce.Policy);
            var will = inForce.Decisions.IsBlocked(identifier, candidate);
            if (was != will)
                (will ? becomeBlocked : ceaseBlocked).Add(identifier);
        }

        return new ValueShifts(
            Without(after, before), Without(before, after), ValueSample.Of(becomeBlocked),
            ValueSample.Of(ceaseBlocked));
    }

    private static ValueSample Without(ResolvedPartition of, ResolvedPartition other)
    {
        var others = other.Generic.ToHashSet();
        return ValueSample.Of([.. of.Generic.Where(value => !others.Contains(value))]);
    }
}

/// <summary>Some of many values.</summary>
/// <param name="Count">How many there are.</param>
/// <param name="Examples">The first of them, at most <see cref="PolicyComparison.MaxExamples"/>.</param>
public sealed record ValueSample(int Count, ImmutableArray<Identifier> Examples)
{
    internal static ValueSample Of(IReadOnlyCollection<Identifier> sorted) =>
        new(sorted.Count, [.. sorted.Take(PolicyComparison.MaxExamples)]);
}
