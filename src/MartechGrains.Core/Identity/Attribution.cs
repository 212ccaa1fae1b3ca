using System.Collections.Immutable;

namespace MartechGrains.Core.Identity;

/// <summary>Whose the facts of a fact group are.</summary>
public static class Attribution
{
    /// <summary>
    /// The profile for which the facts of events that carried this set count now: that of the set's linkable identifier
    /// of the highest priority, ties broken by SHA-256 of namespace and value. One inert value alone counts for its own
    /// profile; several and nothing else, blocked ones only, and sets over a limit count for nobody: null.
    /// </summary>
    /// <param name="identifiers">The fact group's identifiers, distinct; blocked ones may be among them.</param>
    /// <param name="resolution">A resolution of evidence that holds the set.</param>
    /// <param name="policy">The policy it was resolved under.</param>
    public static ResolvedProfile? Owner(
        ImmutableArray<Identifier> identifiers, Resolution resolution, IdentityPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(resolution);
        ArgumentNullException.ThrowIfNull(policy);
        if (policy.ExceedsLimit(identifiers.AsSpan()))
            return null;
        Identifier? best = null;
        Identifier? inert = null;
        var inertCount = 0;
        foreach (var identifier in identifiers)
        {
            if (resolution.IsLinkable(identifier))
                best = best is { } other && Compare(other, identifier, policy) <= 0 ? other : identifier;
            else if (resolution.Find(identifier) is not null)
                (inert, inertCount) = (identifier, inertCount + 1);
        }

        if (best is { } linkable)
            return resolution.Find(linkable);
        return inertCount == 1 ? resolution.Find(inert!.Value) : null;
    }

    private static int Compare(Identifier one, Identifier other, IdentityPolicy policy)
    {
        var byPriority = Priority(one, policy).CompareTo(Priority(other, policy));
        return byPriority != 0 ? byPriority : IdentifierDigest.Of(one).CompareTo(IdentifierDigest.Of(other));
    }

    private static int Priority(Identifier identifier, IdentityPolicy policy) =>
        policy.TryGet(identifier.Namespace, out var found) ? found.Priority : int.MaxValue;
}
