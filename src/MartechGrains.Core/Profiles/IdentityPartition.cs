using System.Collections.Immutable;
using MartechGrains.Core.Identity;

namespace MartechGrains.Core.Profiles;

/// <summary>
/// Which identifiers of a home share a profile, by its evidence: joins that are still open count as links.
/// </summary>
public sealed class IdentityPartition
{
    private readonly Dictionary<IdentifierKey, ProfileId> _profiles;
    private readonly Resolution _resolution;

    private IdentityPartition(Dictionary<IdentifierKey, ProfileId> profiles, Resolution resolution)
    {
        _profiles = profiles;
        _resolution = resolution;
    }

    /// <summary>Whether any link was refused: then any event, however ordinary, may change who is together.</summary>
    public bool IsContested => !_resolution.Refused.IsEmpty;

    /// <summary>Identifiers and the profile each is in.</summary>
    public IReadOnlyDictionary<IdentifierKey, ProfileId> Profiles => _profiles;

    /// <summary>The partition of a home's evidence: joins that are still open count as links.</summary>
    public static IdentityPartition Of(HomeState state) => Of(state, withOpenJoins: true);

    /// <summary>
    /// The profiles that lookups have been shown: identifiers whose joins are open are left out. What they link is news
    /// to readers of the change feed, also where it is evidence here already.
    /// </summary>
    public static IdentityPartition ShownBy(HomeState state) => Of(state, withOpenJoins: false);

    private static IdentityPartition Of(HomeState state, bool withOpenJoins)
    {
        var resolution = ProfileAssembly.Resolve(state, withOpenJoins);
        var keys = new Dictionary<Identifier, IdentifierKey>(state.Ledger.Identifiers.Count);
        foreach (var (key, identifier) in state.Ledger.Identifiers) keys[identifier] = key;
        var profiles = new Dictionary<IdentifierKey, ProfileId>(keys.Count);
        foreach (var profile in resolution.Profiles)
        {
            var id = new ProfileId(keys[profile.Anchor]);
            foreach (var identifier in profile.Identifiers)
                if (withOpenJoins || !state.Joins.IsUnconfirmed(keys[identifier])) profiles[keys[identifier]] = id;
        }
        return new IdentityPartition(profiles, resolution);
    }

    /// <summary>The profile that an event of the home counts for; null for nobody's.</summary>
    public ProfileId? OwnerOf(EventApplied applied, IdentityPolicy policy)
    {
        if (Attribution.Owner(applied.Event.Identifiers, _resolution, policy) is not { } owner) return null;
        var place = applied.Event.Identifiers.IndexOf(owner.Identifiers[0]);
        for (var i = 0; place < 0 && i < owner.Identifiers.Length; i++)
            place = applied.Event.Identifiers.IndexOf(owner.Identifiers[i]);
        return _profiles[applied.Keys[place]];
    }

    /// <summary>Merges and splits between two moments, sorted by kind and profile.</summary>
    /// <param name="before">
    /// The partitions that held the identifiers before: one, or those of homes united since.
    /// </param>
    /// <param name="after">The partition that holds them now.</param>
    public static ImmutableArray<IdentityChange> Changes(
        IReadOnlyList<IdentityPartition> before, IdentityPartition after)
    {
        var origins = new SortedDictionary<IdentifierKey, SortedSet<IdentifierKey>>();
        var parts = new SortedDictionary<IdentifierKey, SortedSet<IdentifierKey>>();
        foreach (var partition in before)
        {
            foreach (var (key, old) in partition._profiles)
            {
                if (!after._profiles.TryGetValue(key, out var now)) continue;
                Add(origins, now.Anchor, old.Anchor);
                Add(parts, old.Anchor, now.Anchor);
            }
        }
        return
        [
            .. Several(origins, IdentityChangeKind.Merged),
            .. Several(parts, IdentityChangeKind.Split),
        ];
    }

    private static IEnumerable<IdentityChange> Several(
        SortedDictionary<IdentifierKey, SortedSet<IdentifierKey>> related, IdentityChangeKind kind)
    {
        foreach (var (profile, others) in related)
            if (others.Count > 1)
                yield return new IdentityChange(
                    kind, new ProfileId(profile),
                    [.. others.Where(other => other != profile).Select(static other => new ProfileId(other))]);
    }

    private static void Add(
        SortedDictionary<IdentifierKey, SortedSet<IdentifierKey>> related, IdentifierKey key, IdentifierKey other)
    {
        if (!related.TryGetValue(key, out var others)) related.Add(key, others = []);
        others.Add(other);
    }
}
