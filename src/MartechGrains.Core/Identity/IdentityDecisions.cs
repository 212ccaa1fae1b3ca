using System.Collections.Immutable;

namespace MartechGrains.Core.Identity;

/// <summary>An operator's decision about two identifiers.</summary>
/// <param name="Id">Its id, never empty; undoing and explaining go by it.</param>
/// <param name="Pair">The two identifiers.</param>
public readonly record struct IdentityDecision(string Id, IdentifierPair Pair);

/// <summary>The operator decisions in force: a set, in which neither order nor repetition matters.</summary>
public sealed class IdentityDecisions
{
    /// <summary>No decision.</summary>
    public static readonly IdentityDecisions None = new([], []);

    /// <summary>Creates the set.</summary>
    public IdentityDecisions(IEnumerable<IdentityDecision> mustLinks, IEnumerable<IdentityDecision> cannotLinks)
    {
        MustLinks = Sort(mustLinks);
        CannotLinks = Sort(cannotLinks);
    }

    /// <summary>
    /// Pairs that are one person whatever the links say, unless a limit or a cannot-link forbids it; by pair, then id.
    /// </summary>
    public ImmutableArray<IdentityDecision> MustLinks { get; }

    /// <summary>Pairs that are never one person; by pair, then id.</summary>
    public ImmutableArray<IdentityDecision> CannotLinks { get; }

    private static ImmutableArray<IdentityDecision> Sort(IEnumerable<IdentityDecision> decisions) =>
        [.. decisions.Distinct().OrderBy(d => d.Pair).ThenBy(d => d.Id, StringComparer.Ordinal)];
}
