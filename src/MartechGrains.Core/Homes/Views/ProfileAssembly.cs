using System.Collections.Immutable;
using MartechGrains.Core.Consent;
using MartechGrains.Core.Homes.State;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Identity.Resolution;

namespace MartechGrains.Core.Homes.Views;

/// <summary>Makes the profiles of a home's evidence: identities, attributed fact groups, surviving traits,
/// consent.</summary>
public static class ProfileAssembly
{
    /// <summary>
    /// Assembles a home's profiles. An identifier whose member or carrier join is open links nothing here: its pointer
    /// may know decisions or homes that this one does not (rules H23, H24).
    /// </summary>
    /// <param name="state">The home.</param>
    /// <param name="withOpenJoins">Let such identifiers link: for reading evidence as a whole, not for lookups.</param>
    public static HomeView Assemble(HomeState state, bool withOpenJoins = false)
    {
        var resolution = Resolve(state, withOpenJoins);
        var keys = new Dictionary<Identifier, IdentifierKey>(state.Ledger.Identifiers.Count);
        foreach (var (key, identifier) in state.Ledger.Identifiers) keys[identifier] = key;
        var owned = OwnedGroups(state, resolution);
        var consents = ConsentRule.Decide(
            state.Ledger.Groups.Select(static group => new ConsentEvidence(group.Identifiers, group.Consents)),
            resolution, state.Policy);
        var profiles = ImmutableArray.CreateBuilder<ProfileView>(resolution.Profiles.Length);
        var byIdentifier = new Dictionary<IdentifierKey, ProfileView>(keys.Count);
        foreach (var resolved in resolution.Profiles)
        {
            var groups = owned.GetValueOrDefault(resolved) ?? [];
            groups.Sort(static (a, b) => a.Set.CompareTo(b.Set));
            var view = new ProfileView(
                new ProfileId(keys[resolved.Anchor]),
                resolved,
                [.. resolved.Identifiers.Select(identifier => keys[identifier])],
                Survivorship.Survivors(groups.Select(static group => group.Traits), state.Policy.Survivorship),
                consents.GetValueOrDefault(resolved) ?? [],
                [.. groups.Select(static group => group.Facts.Snapshot())]);
            profiles.Add(view);
            foreach (var key in view.Keys) byIdentifier[key] = view;
        }
        return new HomeView(
            state.Id, state.Seq, state.Policy.Version, resolution, profiles.MoveToImmutable(), byIdentifier);
    }

    /// <summary>
    /// Resolves a home's evidence, with what the home knows of inert and unconfirmed values as inputs.
    /// </summary>
    /// <param name="state">The home.</param>
    /// <param name="withOpenJoins">Let identifiers link whose joins are open.</param>
    public static ResolvedPartition Resolve(HomeState state, bool withOpenJoins = false) =>
        InputOf(state, withOpenJoins).Resolve();

    /// <summary>What a home's profiles are a function of.</summary>
    /// <param name="state">The home.</param>
    /// <param name="withOpenJoins">Let identifiers link whose joins are open.</param>
    public static ResolverInput InputOf(HomeState state, bool withOpenJoins = false)
    {
        ArgumentNullException.ThrowIfNull(state);
        var generic = new HashSet<Identifier>();
        var unconfirmed = new HashSet<Identifier>();
        List<Identifier>? unblocked = null;
        foreach (var (key, identifier) in state.Ledger.Identifiers)
        {
            if (state.Joins.IsInert(key) is { } inert)
            {
                if (inert) generic.Add(identifier);
                else if (state.Policy.IsBlocked(identifier)) (unblocked ??= []).Add(identifier);
            }
            if (!withOpenJoins && state.Joins.IsUnconfirmed(key)) unconfirmed.Add(identifier);
        }
        var evidence = new List<EvidenceSet>(state.Ledger.Groups.Count);
        foreach (var group in state.Ledger.Groups)
            if (!group.IsEmpty) evidence.Add(group.Evidence);
        return new ResolverInput(
            evidence, DecisionsOf(state, (IReadOnlyCollection<Identifier>?)unblocked ?? []), state.Policy, generic,
            unconfirmed);
    }

    /// <summary>The decisions of a home in force, with those by which blocked values link.</summary>
    /// <param name="state">The home.</param>
    /// <param name="unblocked">The values that the policy blocks and that link by what their pointers said.</param>
    internal static IdentityDecisions DecisionsOf(HomeState state, IReadOnlyCollection<Identifier> unblocked)
    {
        var decisions = state.Decisions.InForce;
        return unblocked.Count == 0
            ? decisions
            : new IdentityDecisions(
                decisions.MustLinks, decisions.CannotLinks,
                unblocked.Select(static identifier => new LinkableValue("", identifier)));
    }

    private static Dictionary<ResolvedProfile, List<LedgerGroup>> OwnedGroups(
        HomeState state, ResolvedPartition resolution)
    {
        var owned = new Dictionary<ResolvedProfile, List<LedgerGroup>>(ReferenceEqualityComparer.Instance);
        foreach (var group in state.Ledger.Groups)
        {
            if (group.IsEmpty) continue;
            if (Attribution.Owner(group.Identifiers, resolution, state.Policy) is not { } owner) continue;
            if (!owned.TryGetValue(owner, out var groups)) owned.Add(owner, groups = []);
            groups.Add(group);
        }
        return owned;
    }
}
