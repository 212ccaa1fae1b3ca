using System.Collections.Immutable;
using MartechGrains.Core.Consent;
using MartechGrains.Core.Facts;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Identity.Resolution;

namespace MartechGrains.Core.Homes.Views;

/// <summary>
/// One profile as committed at one moment. Immutable: lookups on any thread read it while its home goes on.
/// </summary>
public sealed class ProfileView
{
    private static readonly ImmutableSortedDictionary<string, RatedTrait> NoTraits =
        ImmutableSortedDictionary.Create<string, RatedTrait>(StringComparer.Ordinal);

    private static readonly ImmutableSortedDictionary<string, ConsentState> NoConsents =
        ImmutableSortedDictionary.Create<string, ConsentState>(StringComparer.Ordinal);

    internal ProfileView(
        ProfileId id,
        ResolvedProfile resolved,
        ImmutableArray<IdentifierKey> keys,
        ImmutableArray<bool> linkable,
        IReadOnlyCollection<KeyValuePair<string, RatedTrait>> traits,
        IReadOnlyCollection<KeyValuePair<string, ConsentState>> consents,
        ImmutableArray<FactGroupView> facts)
    {
        Id = id;
        Resolved = resolved;
        Keys = keys;
        Linkable = linkable;
        Traits = traits.Count == 0 ? NoTraits : traits.ToImmutableSortedDictionary(StringComparer.Ordinal);
        Consents = consents.Count == 0 ? NoConsents : consents.ToImmutableSortedDictionary(StringComparer.Ordinal);
        Facts = facts;
    }

    /// <summary>The profile id: the key of its anchor.</summary>
    public ProfileId Id { get; }

    /// <summary>Its identifiers and anchor.</summary>
    public ResolvedProfile Resolved { get; }

    /// <summary>The keys of <see cref="ResolvedProfile.Identifiers"/>, in their order.</summary>
    public ImmutableArray<IdentifierKey> Keys { get; }

    /// <summary>Whether each of the identifiers may link: it is neither generic nor unconfirmed.</summary>
    public ImmutableArray<bool> Linkable { get; }

    /// <summary>Its surviving traits by name.</summary>
    public ImmutableSortedDictionary<string, RatedTrait> Traits { get; }

    /// <summary>Its consent by purpose; a purpose that is not there is unknown.</summary>
    public ImmutableSortedDictionary<string, ConsentState> Consents { get; }

    /// <summary>The facts that count for it, per fact group, in the order of the groups' identifier sets.</summary>
    public ImmutableArray<FactGroupView> Facts { get; }
}

/// <summary>All profiles of one home as committed at one sequence number.</summary>
public sealed class HomeView
{
    // More than these are looked up by key, fewer one after the other.
    private const int FewIdentifiers = 8;

    private readonly Lazy<ResolvedPartition> _resolution;
    private readonly Dictionary<IdentifierKey, ProfileView>? _byIdentifier;

    internal HomeView(
        HomeId home, int seq, int policyVersion, Lazy<ResolvedPartition> resolution,
        ImmutableArray<ProfileView> profiles)
    {
        Home = home;
        Seq = seq;
        PolicyVersion = policyVersion;
        _resolution = resolution;
        Profiles = profiles;
        var identifiers = 0;
        foreach (var profile in profiles) identifiers += profile.Keys.Length;
        if (identifiers <= FewIdentifiers) return;
        _byIdentifier = new Dictionary<IdentifierKey, ProfileView>(identifiers);
        foreach (var profile in profiles)
            foreach (var key in profile.Keys) _byIdentifier[key] = profile;
    }

    /// <summary>The home.</summary>
    public HomeId Home { get; }

    /// <summary>The last entry it covers.</summary>
    public int Seq { get; }

    /// <summary>The version of the identity policy that the home works under.</summary>
    public int PolicyVersion { get; }

    /// <summary>How the profiles came about; resolved when it is first asked for, on any thread.</summary>
    public ResolvedPartition Resolution => _resolution.Value;

    /// <summary>The profiles, by their first identifier.</summary>
    public ImmutableArray<ProfileView> Profiles { get; }

    /// <summary>The keys of all identifiers that are in a profile.</summary>
    public ImmutableArray<IdentifierKey> Identifiers => [.. Profiles.SelectMany(static profile => profile.Keys)];

    /// <summary>The profile of an identifier, or null.</summary>
    public ProfileView? Find(IdentifierKey identifier)
    {
        if (_byIdentifier is not null) return _byIdentifier.GetValueOrDefault(identifier);
        foreach (var profile in Profiles)
            if (profile.Keys.Contains(identifier)) return profile;
        return null;
    }
}
