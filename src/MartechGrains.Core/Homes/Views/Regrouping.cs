using MartechGrains.Core.Homes.State;
using MartechGrains.Core.Identity;

namespace MartechGrains.Core.Homes.Views;

/// <summary>Which profiles became which.</summary>
internal sealed class Regrouping
{
    private readonly SortedDictionary<IdentifierKey, SortedSet<IdentifierKey>> _origins = [];
    private readonly SortedDictionary<IdentifierKey, SortedSet<IdentifierKey>> _parts = [];

    /// <summary>Notes that identifiers of one profile are in another now, or in the same.</summary>
    public void Add(ProfileId before, ProfileId after)
    {
        Add(_origins, after.Anchor, before.Anchor);
        Add(_parts, before.Anchor, after.Anchor);
    }

    /// <summary>Notes the profiles of all identifiers that were there before and are there now.</summary>
    public void Compare(
        IReadOnlyDictionary<IdentifierKey, ProfileId> before, IReadOnlyDictionary<IdentifierKey, ProfileId> after)
    {
        foreach (var (key, old) in before)
            if (after.TryGetValue(key, out var now)) Add(old, now);
    }

    /// <summary>Merges, splits and changed anchors.</summary>
    /// <param name="causeOf">Finds the cause of what happened to profiles, as they are called now.</param>
    public IEnumerable<IdentityChange> Changes(Func<IReadOnlyCollection<ProfileId>, IdentityCause> causeOf)
    {
        foreach (var (profile, origins) in _origins)
        {
            if (origins.Count > 1)
                yield return Change(IdentityChangeKind.Merged, profile, origins, causeOf([new ProfileId(profile)]));
            else if (origins.Min != profile && _parts[origins.Min].Count == 1)
                yield return Change(
                    IdentityChangeKind.AnchorChanged, profile, origins, causeOf([new ProfileId(profile)]));
        }
        foreach (var (profile, parts) in _parts)
            if (parts.Count > 1)
            {
                var now = parts.Select(static id => new ProfileId(id)).ToArray();
                yield return Change(IdentityChangeKind.Split, profile, parts, causeOf(now));
            }
    }

    private static IdentityChange Change(
        IdentityChangeKind kind, IdentifierKey profile, SortedSet<IdentifierKey> others, IdentityCause cause) => new(
        kind, new ProfileId(profile),
        [.. others.Where(other => other != profile).Select(static other => new ProfileId(other))], cause);

    private static void Add(
        SortedDictionary<IdentifierKey, SortedSet<IdentifierKey>> related, IdentifierKey key, IdentifierKey other)
    {
        if (!related.TryGetValue(key, out var others)) related.Add(key, others = []);
        others.Add(other);
    }
}
