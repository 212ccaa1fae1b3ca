using MartechGrains.Core.Identity;
using MartechGrains.Core.Identity.Comparison;
using MartechGrains.Core.Identity.Explanations;
using MartechGrains.Core.Identity.Resolution;

namespace MartechGrains.Core.Curation;

/// <summary>What would come of a decision that an operator asks for, before it is made.</summary>
public static class DecisionChecks
{
    /// <summary>
    /// Most cannot-links of one decision: to take an identifier out of a larger profile, part the profile first.
    /// </summary>
    public const int MaxCannotLinks = 1000;

    /// <summary>Stands for the decision in question; no real one has an empty id.</summary>
    private const string Hypothetical = "";

    /// <summary>What would come of a must-link of two identifiers.</summary>
    public static MustLinkCheck MustLink(ResolverInput input, Identifier one, Identifier other)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (one == other)
            return new MustLinkCheck(MustLinkOutcome.SameIdentifier, null, [], false);
        var pair = new IdentifierPair(one, other);
        var before = input.Resolve();
        var decisions = input.Decisions.WithMustLink(new IdentityDecision(Hypothetical, pair));
        var after = (input with { Decisions = decisions }).Resolve();
        foreach (var idle in after.IdleMustLinks)
        {
            if (idle.Decision.Id.Length == 0)
            {
                return new MustLinkCheck(
                    idle.Reason == IdleReason.BlockedIdentifier ? MustLinkOutcome.Blocked : MustLinkOutcome.Unconfirmed,
                    null, [], false);
            }
        }

        if (after.Refused.FirstOrDefault(refused => refused.Pair == pair) is { } own)
        {
            var (refusal, isWitnessTruncated) = Explanation.Refusals(after, [own]);
            return new MustLinkCheck(MustLinkOutcome.Refused, refusal[0], [], isWitnessTruncated);
        }

        var refusedBefore = before.Refused.Select(refused => refused.Pair).ToHashSet();
        var (displaced, isTruncated) = Explanation.Refusals(
            after, [.. after.Refused.Where(refused => !refusedBefore.Contains(refused.Pair))]);
        var isTogether = before.Find(one) is { } profile && ReferenceEquals(profile, before.Find(other));
        return new MustLinkCheck(
            isTogether ? MustLinkOutcome.AlreadyTogether : MustLinkOutcome.Joins, null, displaced, isTruncated);
    }

    /// <summary>What must be decided to part two identifiers.</summary>
    public static UnmergeCheck Unmerge(ResolvedPartition resolution, Identifier one, Identifier other)
    {
        ArgumentNullException.ThrowIfNull(resolution);
        if (one == other)
            return UnmergeCheck.Without(UnmergeOutcome.SameIdentifier);
        if (resolution.Find(one) is not { } profile || !ReferenceEquals(profile, resolution.Find(other)))
            return UnmergeCheck.Without(UnmergeOutcome.AlreadyApart);
        var way = new AcceptedLinks(MustLinks(resolution)).Way(one, identifier => identifier == other);
        return way is { } held
            ? Held(resolution, held.Select(step => step.Pair))
            : new UnmergeCheck(UnmergeOutcome.Parts, [new IdentifierPair(one, other)], [], null);
    }

    /// <summary>
    /// What must be decided to take one identifier out of its profile, so that nothing there can bring it back. All of
    /// it is to be one decision.
    /// </summary>
    public static UnmergeCheck Unmerge(ResolvedPartition resolution, Identifier identifier)
    {
        ArgumentNullException.ThrowIfNull(resolution);
        if (resolution.Find(identifier) is not { Identifiers.Length: > 1 } profile)
            return UnmergeCheck.Without(UnmergeOutcome.AlreadyApart);
        var held = MustLinks(resolution)
            .Where(a => a.Pair.First == identifier || a.Pair.Second == identifier).ToArray();
        if (held.Length > 0)
            return Held(resolution, held);
        return profile.Identifiers.Length - 1 > MaxCannotLinks
            ? UnmergeCheck.Without(UnmergeOutcome.TooLarge)
            : new UnmergeCheck(
                UnmergeOutcome.Parts,
                [.. profile.Identifiers.Where(i => i != identifier).Select(i => new IdentifierPair(identifier, i))],
                [], null);
    }

    /// <summary>
    /// What would join if a value that links nothing were made linkable: of use only with the evidence, the decisions
    /// and the generic values of all homes that carry it.
    /// </summary>
    public static ProfileDifference Linkable(ResolverInput input, Identifier value)
    {
        ArgumentNullException.ThrowIfNull(input);
        var linkable = input with
        {
            Decisions = input.Decisions.WithLinkable(new LinkableValue(Hypothetical, value)),
            Generic = input.Generic?.Where(generic => generic != value).ToHashSet(),
        };
        return ProfileDifference.Of(input.Resolve(), linkable.Resolve());
    }

    private static IEnumerable<AcceptedPair> MustLinks(ResolvedPartition resolution) =>
        resolution.Accepted.Where(accepted => accepted.MustLink is not null);

    /// <summary>
    /// A cannot-link would beat the must-links in the way, and leave decisions that contradict each other.
    /// </summary>
    private static UnmergeCheck Held(ResolvedPartition resolution, IEnumerable<AcceptedPair> held)
    {
        var pairs = held.Select(accepted => accepted.Pair).ToHashSet();
        var decisions = resolution.Decisions.MustLinks.Where(decision => pairs.Contains(decision.Pair))
            .OrderBy(decision => decision.MadeAt).ThenBy(decision => decision.Id, StringComparer.Ordinal).ToArray();
        return new UnmergeCheck(
            UnmergeOutcome.HeldByMustLinks, [], [.. decisions.TakeLast(Explanation.MaxItems)], decisions[^1]);
    }
}
