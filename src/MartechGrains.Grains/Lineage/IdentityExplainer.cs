using System.Collections.Immutable;
using MartechGrains.Core.Curation;
using MartechGrains.Core.Homes.State;
using MartechGrains.Core.Homes.Views;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Identity.Explanations;
using MartechGrains.Core.Identity.Policy;
using MartechGrains.Definitions;
using MartechGrains.Grains.Adoption;
using MartechGrains.Grains.Homes;
using MartechGrains.Grains.Registry;
using MartechGrains.Grains.Routing;

namespace MartechGrains.Grains.Lineage;

/// <summary>
/// Explains who is who by the very resolutions that lookups answer from; what these leave out (inert values, who
/// decided what, events) is read from the journals.
/// </summary>
public sealed class IdentityExplainer(
    ProfileReader reader, HomeLoader loader, LinkEventFinder events, ProtocolGrains grains, IGrainFactory factory,
    PolicyCache policies)
{
    /// <summary>The identifier with the home that speaks for it; null where nothing has ever named it.</summary>
    public async Task<KnownIdentifier?> FindAsync(
        Identifier identifier, IdentifierKey key, CancellationToken cancellationToken)
    {
        if (await reader.FindHomeAsync(key, cancellationToken) is not { } home) return null;
        // A blocked value, or one whose events are all retracted, is in no profile.
        var isKnown = home.Find(key) is not null
            || (await LoadAsync(home, cancellationToken)).Ledger.Identifiers.ContainsKey(key);
        return isKnown ? new KnownIdentifier(identifier, key, home) : null;
    }

    /// <summary>Why two different identifiers are one person, or why not.</summary>
    public async Task<LinkExplanation> ExplainAsync(
        KnownIdentifier one, KnownIdentifier other, CancellationToken cancellationToken)
    {
        var (here, there) = Homes(one, other);
        if (ReferenceEquals(here, there)
            && Explanation.Why(here.Resolution, one.Identifier, other.Identifier) is { } together)
            return await TogetherAsync(together, here, one, cancellationToken);
        var mine = await EvidenceAsync(here, cancellationToken);
        var theirs = ReferenceEquals(here, there) ? mine : await EvidenceAsync(there, cancellationToken);
        var apart = ReferenceEquals(here, there)
            ? Explanation.WhyNot(here.Resolution, mine.Known.Policy, one.Identifier, other.Identifier)!
            : Explanation.WhyNot(mine.Known, one.Identifier, theirs.Known, other.Identifier);
        apart = Explanation.WithInertBetween(apart, mine.Known, one.Identifier, theirs.Known, other.Identifier);
        var asked = new IdentifierPair(one.Identifier, other.Identifier);
        var ids = apart.Refusals.SelectMany(static refusal => new[] { refusal.Pair.CannotLink, refusal.Pair.MustLink });
        var (decisions, truncated) = Named([mine.State, theirs.State], ids, asked);
        return new LinkExplanation(
            null, apart, null, mine.Known.Policy,
            await BlockedByAsync(apart, here, there),
            new LinkContext(
                await events.FindAsync(
                    here, apart.Refusals.Select(static refusal => refusal.Pair.Pair).ToHashSet(), cancellationToken),
                decisions, truncated));
    }

    /// <summary>How a profile of a home came about.</summary>
    public async Task<ProfileExplanation> ExplainAsync(
        HomeView home, ProfileView profile, CancellationToken cancellationToken)
    {
        var story = Explanation.How(home.Resolution, profile.Resolved.Anchor)!;
        var state = await LoadAsync(home, cancellationToken);
        var (decisions, truncated) = Named(
            [state], story.MustLinks.Concat(story.CannotLinks).Select(static one => one.Id), null);
        var (linkable, isCut) = await LinkableAsync(profile, state, cancellationToken);
        var pairs = story.Uniting.Select(static one => one.Pair)
            .Concat(story.Refusals.Select(static refusal => refusal.Pair.Pair)).ToHashSet();
        return new ProfileExplanation(
            profile, story, linkable,
            new LinkContext(await events.FindAsync(home, pairs, cancellationToken), decisions, truncated || isCut));
    }

    /// <summary>
    /// The homes that explain the two: the same one, if either knows both. The second was read later, so that it has
    /// taken in what the first may have moved into it meanwhile.
    /// </summary>
    private static (HomeView Here, HomeView There) Homes(KnownIdentifier one, KnownIdentifier other) =>
        other.Home.Find(one.Key) is not null || one.Home.Home == other.Home.Home ? (other.Home, other.Home)
        : one.Home.Find(other.Key) is not null ? (one.Home, one.Home)
        : (one.Home, other.Home);

    private async Task<LinkExplanation> TogetherAsync(
        WhyTogether why, HomeView home, KnownIdentifier one, CancellationToken cancellationToken)
    {
        var (decisions, truncated) = why.Path.Any(static step => step.MustLink is not null)
            ? Named([await LoadAsync(home, cancellationToken)], why.Path.Select(static step => step.MustLink), null)
            : ([], false);
        var pairs = why.Path.Select(static step => new IdentifierPair(step.From, step.To)).ToHashSet();
        return new LinkExplanation(
            why, null, home.Find(one.Key), await PolicyOfAsync(home, cancellationToken),
            ImmutableDictionary<Identifier, PolicyRule>.Empty,
            new LinkContext(await events.FindAsync(home, pairs, cancellationToken), decisions, truncated));
    }

    /// <summary>The decisions of these ids, and those in force about the pair; by id.</summary>
    private static (ImmutableArray<Decision> Decisions, bool Truncated) Named(
        IEnumerable<HomeState> states, IEnumerable<string?> ids, IdentifierPair? asked)
    {
        var named = ids.OfType<string>().ToHashSet();
        Decision[] decisions =
        [
            .. states.SelectMany(static state => state.Decisions.All)
                .Where(decision => decision.Kind != DecisionKind.Retraction
                    && (named.Contains(decision.Id.ToString()) || (decision.Undone is null && asked is { } pair
                        && decision.Pairs.Any(one => one.Pair == pair))))
                .DistinctBy(static decision => decision.Id).OrderBy(static decision => decision.Id),
        ];
        return ([.. decisions.Take(Explanation.MaxItems)], decisions.Length > Explanation.MaxItems);
    }

    /// <summary>Decisions that values link are kept at the values; only one that was told of may have any.</summary>
    private async Task<(ImmutableArray<(Identifier, LinkableDecision)> Decisions, bool Truncated)> LinkableAsync(
        ProfileView profile, HomeState state, CancellationToken cancellationToken)
    {
        int[] told =
        [
            .. Enumerable.Range(0, profile.Keys.Length)
                .Where(i => state.Joins.IsInert(profile.Keys[i]) is false).Take(Explanation.MaxItems + 1),
        ];
        var linkable = ImmutableArray.CreateBuilder<(Identifier, LinkableDecision)>();
        foreach (var i in told.Take(Explanation.MaxItems))
        {
            var status = (await grains.Identifier(profile.Keys[i]).Read(cancellationToken)).Value;
            foreach (var decision in status?.Decisions ?? [])
                if (decision.Undone is null) linkable.Add((profile.Resolved.Identifiers[i], decision));
        }
        return (linkable.ToImmutable(), told.Length > Explanation.MaxItems);
    }

    private async Task<ImmutableDictionary<Identifier, PolicyRule>> BlockedByAsync(
        WhyApart apart, HomeView here, HomeView there)
    {
        Identifier[] blocked =
        [
            .. apart.Ends.Concat(apart.Between).Where(static end => end.Cause == EndCause.Blocked)
                .Select(static end => end.Identifier),
        ];
        var rules = ImmutableDictionary.CreateBuilder<Identifier, PolicyRule>();
        if (blocked.Length == 0) return rules.ToImmutable();
        foreach (var version in new[] { here.PolicyVersion, there.PolicyVersion }.Distinct())
        {
            var definition = await PolicyRegistry.ReadDefinitionAsync(factory, version);
            foreach (var identifier in blocked)
                if (definition.RuleThatBlocks(identifier) is { } rule) rules.TryAdd(identifier, rule);
        }
        return rules.ToImmutable();
    }

    private async Task<(HomeState State, HomeEvidence Known)> EvidenceAsync(
        HomeView home, CancellationToken cancellationToken)
    {
        var state = await LoadAsync(home, cancellationToken);
        return (state, new HomeEvidence(
            home.Resolution, await PolicyOfAsync(home, cancellationToken),
            [.. state.Ledger.Groups.Where(static group => !group.IsEmpty).Select(static group => group.Identifiers)]));
    }

    private async Task<HomeState> LoadAsync(HomeView home, CancellationToken cancellationToken) =>
        await loader.LoadAsync(home.Home, cancellationToken);

    private async Task<IdentityPolicy> PolicyOfAsync(HomeView home, CancellationToken cancellationToken) =>
        (await policies.WithVersionAsync(home.PolicyVersion, cancellationToken)).Of(home.PolicyVersion);
}
