using System.Collections.Immutable;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Identity.Policy;
using MartechGrains.Core.Identity.Resolution;

namespace MartechGrains.Core.Tests.Identity;

/// <summary>
/// When a value stops linking because too many people share it: once in some one unique namespace, other than its own,
/// it has had at least <see cref="NamespacePolicy.GenericThreshold"/> distinct neighbours. Counted per namespace, so
/// that one person's customer number, e-mail and loyalty number together do not make her own telephone generic. Written
/// down once more, value by value, to check the resolver's counting by.
/// </summary>
internal static class GenericRule
{
    /// <summary>Whether the value is generic, given everything it was ever seen with.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="value">The value judged; false where it is blocked, since it then links nothing anyway.</param>
    /// <param name="neighbours">Its neighbours; those of other than unique namespaces, of its own and blocked ones do
    /// not count, and repetitions count once.</param>
    public static bool IsGeneric(IdentityPolicy policy, Identifier value, IEnumerable<Identifier> neighbours)
    {
        if (policy.IsBlocked(value) || !policy.TryGet(value.Namespace, out var own) || own.GenericThreshold is null)
            return false;
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var neighbour in neighbours.Distinct())
        {
            if (!Counts(policy, value, neighbour))
                continue;
            var count = counts.GetValueOrDefault(neighbour.Namespace) + 1;
            counts[neighbour.Namespace] = count;
            if (count >= own.GenericThreshold)
                return true;
        }

        return false;
    }

    /// <summary>
    /// The neighbours of a value that count towards its being generic, sorted: what a home reports of it. Sets over a
    /// limit give none.
    /// </summary>
    public static ImmutableArray<Identifier> UniqueNeighbours(
        IdentityPolicy policy, Identifier value, IReadOnlyList<EvidenceSet> evidence)
    {
        var found = new SortedSet<Identifier>();
        foreach (var set in evidence)
        {
            if (!set.Identifiers.Contains(value) || policy.ExceedsLimit(set.Identifiers.AsSpan()))
                continue;
            foreach (var neighbour in set.Identifiers)
            {
                if (Counts(policy, value, neighbour))
                    found.Add(neighbour);
            }
        }

        return [.. found];
    }

    private static bool Counts(IdentityPolicy policy, Identifier value, Identifier neighbour) =>
        !string.Equals(neighbour.Namespace, value.Namespace, StringComparison.Ordinal)
        && policy.IsUnique(neighbour.Namespace)
        && !policy.IsBlocked(neighbour);
}
