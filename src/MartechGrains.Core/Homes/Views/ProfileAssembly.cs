using System.Collections.Immutable;
using MartechGrains.Core.Consent;
using MartechGrains.Core.Homes.State;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Identity.Incremental;
using MartechGrains.Core.Identity.Resolution;
using MartechGrains.Core.Time;

namespace MartechGrains.Core.Homes.Views;

/// <summary>Makes the profiles of a home's evidence: identities, attributed fact groups, surviving traits,
/// consent.</summary>
public static class ProfileAssembly
{
    private static readonly HashSet<Identifier> NoIdentifiers = [];

    /// <summary>
    /// Assembles a home's profiles. An identifier whose member or carrier join is open links nothing here: its pointer
    /// may know decisions or homes that this one does not (rules H23, H24).
    /// </summary>
    /// <param name="state">The home.</param>
    /// <param name="withOpenJoins">Let such identifiers link: for reading evidence as a whole, not for lookups.</param>
    public static HomeView Assemble(HomeState state, bool withOpenJoins = false)
    {
        var input = InputOf(state, withOpenJoins);
        var judged = Resolver.Judge(input);
        var keys = new Dictionary<Identifier, IdentifierKey>(state.Ledger.Identifiers.Count);
        foreach (var (key, identifier) in state.Ledger.Identifiers) keys[identifier] = key;
        return Assemble(
            state, judged, judged.Profiles, keys,
            new Lazy<ResolvedPartition>(() => input.Resolve().Of(judged.Profiles)));
    }

    /// <summary>
    /// The same for a home none of whose joins is open, of the profiles that were kept as its entries came: nothing is
    /// resolved before somebody asks how they came about.
    /// </summary>
    /// <param name="state">The home.</param>
    /// <param name="partition">Its profiles.</param>
    /// <param name="keys">The keys of its identifiers.</param>
    internal static HomeView Assemble(
        HomeState state, GrowingPartition partition, IReadOnlyDictionary<Identifier, IdentifierKey> keys)
    {
        var profiles = partition.Profiles();
        var groups = new (ImmutableArray<Identifier> Identifiers, EventTime Oldest, EventTime Newest)[
            state.Ledger.Groups.Count];
        var count = 0;
        foreach (var group in state.Ledger.Groups)
            if (!group.IsEmpty) groups[count++] = (group.Identifiers, group.OldestEventTime, group.NewestEventTime);
        // The state goes on while somebody may ask: only what does not change is kept for it.
        var (policy, generic, decisions) = (state.Policy, GenericOf(state), partition.Decisions);
        return Assemble(state, partition, profiles, keys, new Lazy<ResolvedPartition>(() => new ResolverInput(
            [.. groups.Take(count).Select(static group =>
                new EvidenceSet(group.Identifiers, group.Oldest, group.Newest))],
            decisions, policy, generic, NoIdentifiers).Resolve().Of(profiles)));
    }

    private static HomeView Assemble(
        HomeState state, IProfilePartition partition, ImmutableArray<ResolvedProfile> resolvedProfiles,
        IReadOnlyDictionary<Identifier, IdentifierKey> keys, Lazy<ResolvedPartition> resolution)
    {
        var owned = OwnedGroups(state, partition);
        var consents = ConsentRule.Decide(
            state.Ledger.Groups.Select(static group => new ConsentEvidence(group.Identifiers, group.Consents)),
            partition, state.Policy);
        var profiles = ImmutableArray.CreateBuilder<ProfileView>(resolvedProfiles.Length);
        foreach (var resolved in resolvedProfiles)
        {
            var groups = owned.GetValueOrDefault(resolved) ?? [];
            groups.Sort(static (a, b) => a.Set.CompareTo(b.Set));
            profiles.Add(new ProfileView(
                new ProfileId(keys[resolved.Anchor]),
                resolved,
                ImmutableArray.CreateRange(resolved.Identifiers, static (identifier, of) => of[identifier], keys),
                ImmutableArray.CreateRange(
                    resolved.Identifiers, static (identifier, of) => of.IsLinkable(identifier), partition),
                Survivorship.Survivors(groups.Select(static group => group.Traits), state.Policy.Survivorship),
                consents.GetValueOrDefault(resolved) ?? [],
                [.. groups.Select(static group => group.Facts.Snapshot())]));
        }
        return new HomeView(state.Id, state.Seq, state.Policy.Version, resolution, profiles.MoveToImmutable());
    }

    /// <summary>
    /// What a home's profiles are a function of: its evidence, with what it knows of inert and unconfirmed values.
    /// </summary>
    /// <param name="state">The home.</param>
    /// <param name="withOpenJoins">Let identifiers link whose joins are open.</param>
    public static ResolverInput InputOf(HomeState state, bool withOpenJoins = false)
    {
        ArgumentNullException.ThrowIfNull(state);
        var unconfirmed = NoIdentifiers;
        List<Identifier>? unblocked = null;
        if (state.Joins.HasFlags || (!withOpenJoins && state.Joins.HasUnconfirmed))
        {
            unconfirmed = [];
            foreach (var (key, identifier) in state.Ledger.Identifiers)
            {
                if (state.Joins.IsInert(key) == false && state.Policy.IsBlocked(identifier))
                    (unblocked ??= []).Add(identifier);
                if (!withOpenJoins && state.Joins.IsUnconfirmed(key)) unconfirmed.Add(identifier);
            }
        }
        var evidence = new List<EvidenceSet>(state.Ledger.Groups.Count);
        foreach (var group in state.Ledger.Groups)
            if (!group.IsEmpty) evidence.Add(group.Evidence);
        return new ResolverInput(
            evidence, DecisionsOf(state, (IReadOnlyCollection<Identifier>?)unblocked ?? []), state.Policy,
            GenericOf(state), unconfirmed);
    }

    private static HashSet<Identifier> GenericOf(HomeState state)
    {
        if (!state.Joins.HasFlags) return NoIdentifiers;
        var generic = new HashSet<Identifier>();
        foreach (var (key, identifier) in state.Ledger.Identifiers)
            if (state.Joins.IsInert(key) == true) generic.Add(identifier);
        return generic;
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
        HomeState state, IProfilePartition partition)
    {
        var owned = new Dictionary<ResolvedProfile, List<LedgerGroup>>(ReferenceEqualityComparer.Instance);
        foreach (var group in state.Ledger.Groups)
        {
            if (group.IsEmpty) continue;
            if (Attribution.Owner(group.Identifiers, partition, state.Policy) is not { } owner) continue;
            if (!owned.TryGetValue(owner, out var groups)) owned.Add(owner, groups = []);
            groups.Add(group);
        }
        return owned;
    }
}
