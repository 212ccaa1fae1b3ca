using System.Collections.Immutable;
using MartechGrains.Core.Identity.Policy;

namespace MartechGrains.Core.Identity.Resolution;

/// <summary>Whose the facts of a fact group are.</summary>
public static class Attribution
{
    /// <summary>
    /// The profile for which the facts of events that carried this set count now: that of the set's linkable identifier
    /// of the highest priority, ties broken by SHA-256 of namespace and value. One inert value alone counts for its own
    /// profile; several and nothing else, blocked ones only, and sets over a limit count for nobody: null.
    /// </summary>
    /// <param name="identifiers">The fact group's identifiers, distinct; blocked ones may be among them.</param>
    /// <param name="profiles">The profiles of evidence that holds the set.</param>
    /// <param name="policy">The policy they were resolved under.</param>
    public static ResolvedProfile? Owner(
        ImmutableArray<Identifier> identifiers, IProfilePartition profiles, IdentityPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(profiles);
        ArgumentNullException.ThrowIfNull(policy);
        if (policy.ExceedsLimit(identifiers.AsSpan()))
            return null;
        Identifier? best = null;
        Identifier? inert = null;
        var (inertCount, isTied) = (0, false);
        foreach (var identifier in identifiers)
        {
            if (profiles.IsLinkable(identifier))
            {
                var order = best is { } other ? policy.ComparePriority(identifier, other) : -1;
                if (order < 0)
                    (best, isTied) = (identifier, false);
                else
                    isTied |= order == 0;
            }
            else if (profiles.Find(identifier) is not null)
            {
                (inert, inertCount) = (identifier, inertCount + 1);
            }
        }

        if (best is { } linkable)
            return isTied ? FirstOfEquals(identifiers, linkable, profiles, policy) : profiles.Find(linkable);
        return inertCount == 1 ? profiles.Find(inert!.Value) : null;
    }

    /// <summary>
    /// The profile of the first by rank among those of one priority. Mostly they are one person, whichever is first:
    /// then nothing is hashed.
    /// </summary>
    private static ResolvedProfile? FirstOfEquals(
        ImmutableArray<Identifier> identifiers, Identifier one, IProfilePartition profiles, IdentityPolicy policy)
    {
        var profile = profiles.Find(one);
        foreach (var identifier in identifiers)
        {
            if (policy.ComparePriority(identifier, one) != 0 || !profiles.IsLinkable(identifier))
                continue;
            if (!ReferenceEquals(profiles.Find(identifier), profile))
                return FirstByRank(identifiers, one, profiles, policy);
        }

        return profile;
    }

    private static ResolvedProfile? FirstByRank(
        ImmutableArray<Identifier> identifiers, Identifier one, IProfilePartition profiles, IdentityPolicy policy)
    {
        var first = one;
        foreach (var identifier in identifiers)
        {
            if (profiles.IsLinkable(identifier) && policy.CompareRank(identifier, first) < 0)
                first = identifier;
        }

        return profiles.Find(first);
    }
}
