using System.Collections.Immutable;
using MartechGrains.Core.Facts;
using MartechGrains.Core.Features;
using MartechGrains.Core.Homes.State;
using MartechGrains.Core.Homes.Views;
using MartechGrains.Core.Identity.Resolution;
using MartechGrains.Core.Time;
using MartechGrains.Grains.Registry;

namespace MartechGrains.Grains.Lineage;

/// <summary>
/// Explains values by replaying the journal through the very definitions that answer lookups. Order is event time, so
/// an explanation does not depend on arrival.
/// </summary>
public sealed class ValueExplainer(HistoryReader histories, PolicyCache policies)
{
    /// <summary>The events that count for a profile, and the merges that brought them.</summary>
    public async Task<ProfileHistory> ReadAsync(HomeView home, ProfileView profile, CancellationToken cancellationToken)
    {
        var versions = await policies.WithVersionAsync(home.PolicyVersion, cancellationToken);
        var history = await histories.ReadAsync(home.Home, home.Seq, cancellationToken);
        var owners = new Dictionary<IdentifierSet, bool>();
        var events = ImmutableArray.CreateBuilder<JournaledEvent>();
        foreach (var journaled in history.Events)
        {
            var set = new IdentifierSet(journaled.Applied.Keys);
            if (!owners.TryGetValue(set, out var counts))
            {
                var owner = Attribution.Owner(
                    journaled.Event.Identifiers, home.Resolution, versions.Of(home.PolicyVersion));
                owners.Add(set, counts = owner is not null && owner.Anchor == profile.Resolved.Anchor);
            }
            if (counts) events.Add(journaled);
        }
        return new ProfileHistory(events.DrainToImmutable(), [.. history.Merges]);
    }

    /// <summary>The values that a feature's name stands for in a profile: itself, or one per currency.</summary>
    /// <exception cref="UnknownFeatureException">The name is not in the catalogue.</exception>
    public static ImmutableArray<FeatureName> NamesOf(string name, ProfileView profile)
    {
        if (FeatureCatalog.Current.Find(name) is not { Parameter: FeatureParameter.Currency } feature)
            return [FeatureName.Parse(name)];
        return
        [
            .. FeatureEvaluation.Evaluate(profile.Facts, EvaluationMoment.Live(default), new FeatureSet(1, [feature]))
                .Select(static value => FeatureName.Parse(value.Name)),
        ];
    }

    /// <summary>Explains a feature at a moment.</summary>
    public static ValueExplanation Feature(
        string name, ImmutableArray<FeatureName> names, ProfileView profile, ProfileHistory history, EventTime asOf)
    {
        var moment = EvaluationMoment.Live(asOf);
        var contributions = ImmutableArray.CreateBuilder<ValueContribution>();
        for (var i = history.Events.Length - 1; i >= 0; i--)
        {
            if (names.Any(static feature => feature.Feature == FeatureCatalog.Current.Find("first_seen"))
                && i > 0) continue;
            foreach (var feature in names)
            {
                if (TermOf(NameOf(feature), history.Events[i], moment) is not { } term) continue;
                contributions.Add(new ValueContribution(
                    history.Events[i], i, term.Type == FeatureType.Timestamp ? null : term));
                break;
            }
        }
        return new ValueExplanation(
            $"features.{name}",
            [.. names.Select(feature => FeatureEvaluation.Evaluate(NameOf(feature), profile.Facts, moment))],
            null,
            contributions.DrainToImmutable());
    }

    /// <summary>
    /// Explains a trait by the policy of its home: all declarations of it, the survivor first; null where there is
    /// none.
    /// </summary>
    public ValueExplanation? Trait(string name, HomeView home, ProfileHistory history)
    {
        var policy = policies.Known.Of(home.PolicyVersion).Survivorship;
        var rule = policy.RuleOf(name);
        var declared = new List<(RatedTrait Trait, ValueContribution Contribution)>();
        for (var i = 0; i < history.Events.Length; i++)
        {
            var declaring = history.Events[i].Event;
            foreach (var trait in declaring.Traits)
            {
                if (trait.Name != name) continue;
                var rated = new RatedTrait(
                    new DeclaredTrait(declaring.Origin, trait.Json), policy.TierOf(declaring.Source));
                declared.Add((rated, new ValueContribution(history.Events[i], i, null)));
            }
        }
        if (declared.Count == 0) return null;
        declared.Sort((one, other) => Survivorship.Compare(rule, other.Trait, one.Trait));
        var criterion = Survivorship.Criterion(
            rule, declared[0].Trait, declared.Count > 1 ? declared[1].Trait : null);
        return new ValueExplanation(
            $"traits.{name}",
            [],
            new TraitExplanation(
                rule, home.PolicyVersion, criterion, [.. declared.Select(static one => one.Trait)]),
            [.. declared.Select(static one => one.Contribution)]);
    }

    /// <summary>
    /// The values before and after each contribution: over all the profile's events that come before it in event-time
    /// order, and over the same and it. <paramref name="page"/> is newest first, as are the results.
    /// </summary>
    public static ImmutableArray<(ImmutableArray<FeatureValue> Before, ImmutableArray<FeatureValue> After)> Replay(
        ImmutableArray<FeatureName> names, IReadOnlyList<ValueContribution> page, ProfileHistory history,
        EventTime asOf)
    {
        var moment = EvaluationMoment.Live(asOf);
        var group = new FactGroup();
        var folded = 0;
        var steps = new List<(ImmutableArray<FeatureValue>, ImmutableArray<FeatureValue>)>(page.Count);
        for (var i = page.Count - 1; i >= 0; i--)
        {
            for (; folded < page[i].Index; folded++) group.Add(RowOf(history.Events[folded]));
            var before = Evaluate();
            group.Add(RowOf(history.Events[folded++]));
            steps.Add((before, Evaluate()));
        }
        steps.Reverse();
        return [.. steps];

        ImmutableArray<FeatureValue> Evaluate()
        {
            var view = group.Snapshot();
            return [.. names.Select(name => FeatureEvaluation.Evaluate(NameOf(name), [view], moment))];
        }
    }

    private static string NameOf(FeatureName name) =>
        name.Parameter.Length == 0 ? name.Feature.Id : $"{name.Feature.Id}.{name.Parameter}";

    private static FeatureScalar? TermOf(string name, JournaledEvent journaled, EvaluationMoment moment)
    {
        var alone = FactGroup.FromRows([RowOf(journaled)]).Snapshot();
        var explanation = FeatureEvaluation.Explain(name, [alone], moment);
        return explanation.Contributions.Count == 0 ? null : explanation.Contributions[0].Term;
    }

    private static FactRow RowOf(JournaledEvent journaled) => new(
        journaled.Event.EventTime, journaled.Event.Hash, journaled.Event.ContentHash, journaled.Event.Fact,
        journaled.Row.Seq);
}
