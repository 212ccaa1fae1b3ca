using System.Collections.Immutable;
using MartechGrains.Core.Events;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Identity.Policy;
using MartechGrains.Core.Identity.Resolution;

namespace MartechGrains.Core.Consent;

/// <summary>
/// Whose consent a statement is. A pure function of evidence and resolution, so that merging and splitting profiles
/// moves statements exactly, and neither order nor repetition matters.
/// <list type="bullet">
/// <item>A grant counts while <em>all</em> identifiers of its event are in one profile. Blocked ones name nobody and do
/// not stand in the way. A generic one is in no person's profile unless a must-link put it there, so a grant given on a
/// shared device counts for nobody; and one whose event has nothing but inert identifiers counts for nobody, because
/// whoever shares the value would have it too.</item>
/// <item>A denial counts for <em>every</em> profile that has any of its identifiers; a generic one among others carries
/// it nowhere, or one person's refusal would be everybody's, but alone it does, to the profile of the value.</item>
/// <item>The newest counting statement decides; of one event time, a denial.</item>
/// <item>What nobody stated is unknown.</item>
/// </list>
/// </summary>
public static class ConsentRule
{
    /// <summary>What the statements come to, for each profile and purpose that one counts for.</summary>
    /// <param name="evidence">The fact groups, in any order.</param>
    /// <param name="partition">The profiles of evidence that holds their identifiers.</param>
    /// <param name="policy">The policy they were resolved under.</param>
    /// <returns>States by profile (compared by reference) and purpose.</returns>
    public static IReadOnlyDictionary<ResolvedProfile, SortedDictionary<string, ConsentState>> Decide(
        IEnumerable<ConsentEvidence> evidence, IProfilePartition partition, IdentityPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        ArgumentNullException.ThrowIfNull(partition);
        ArgumentNullException.ThrowIfNull(policy);
        var states = new Dictionary<ResolvedProfile, SortedDictionary<string, ConsentState>>(
            ReferenceEqualityComparer.Instance);
        foreach (var (identifiers, consents) in evidence)
        {
            if (consents.IsEmpty) continue;
            var granting = GrantedTo(identifiers, partition, policy);
            var denying = DeniedTo(identifiers, partition, policy);
            foreach (var (statement, origin) in consents.Stated)
            {
                if (!statement.IsGranted)
                    foreach (var profile in denying) Add(states, profile, statement, origin);
                else if (granting is not null) Add(states, granting, statement, origin);
            }
        }
        return states;
    }

    private static void Add(
        Dictionary<ResolvedProfile, SortedDictionary<string, ConsentState>> states, ResolvedProfile profile,
        ConsentStatement statement, EventOrigin origin)
    {
        if (!states.TryGetValue(profile, out var own)) states.Add(profile, own = new(StringComparer.Ordinal));
        var state = new ConsentState(statement.IsGranted, origin);
        if (!own.TryGetValue(statement.Purpose, out var known) || state.Beats(known)) own[statement.Purpose] = state;
    }

    /// <summary>The profile that a grant of these identifiers counts for, if any.</summary>
    private static ResolvedProfile? GrantedTo(
        ImmutableArray<Identifier> identifiers, IProfilePartition partition, IdentityPolicy policy)
    {
        if (policy.ExceedsLimit(identifiers.AsSpan())) return null;
        ResolvedProfile? holder = null;
        var isLinkable = false;
        foreach (var identifier in identifiers)
        {
            if (partition.Decisions.IsBlocked(identifier, policy)) continue;
            var profile = partition.Find(identifier);
            if (profile is null || !ReferenceEquals(holder ?? profile, profile)) return null;
            holder = profile;
            isLinkable |= partition.IsLinkable(identifier);
        }
        return isLinkable ? holder : null;
    }

    /// <summary>
    /// The profiles that a denial of these identifiers counts for. An identifier whose join is still open carries it
    /// too: it may be a person's.
    /// </summary>
    private static HashSet<ResolvedProfile> DeniedTo(
        ImmutableArray<Identifier> identifiers, IProfilePartition partition, IdentityPolicy policy)
    {
        var profiles = new HashSet<ResolvedProfile>(ReferenceEqualityComparer.Instance);
        foreach (var identifier in identifiers)
            if (partition.Find(identifier) is { } profile && !partition.IsGeneric(identifier))
                profiles.Add(profile);
        if (profiles.Count == 0 && Attribution.Owner(identifiers, partition, policy) is { } owner) profiles.Add(owner);
        return profiles;
    }
}
