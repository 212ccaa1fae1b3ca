using System.Collections.Immutable;
using MartechGrains.Core.Curation;
using MartechGrains.Core.Events;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Identity.Comparison;
using MartechGrains.Core.Pointers;
using MartechGrains.Grains.Registry;
using MartechGrains.Grains.Routing;

namespace MartechGrains.Grains.Curation;

/// <summary>What a draft comes to.</summary>
/// <param name="Identifiers">The identifiers of the decision; empty where it is refused.</param>
/// <param name="Refusal">What speaks against it; null where nothing does.</param>
/// <param name="Evidence">What it was checked by; null where it was not.</param>
public sealed record DecisionPlan(
    ImmutableArray<Identifier> Identifiers, DecisionRefusal? Refusal, FoundEvidence? Evidence);

/// <summary>What would come of a decision.</summary>
/// <param name="Refusal">Why it would not be made; null where it would be.</param>
/// <param name="Difference">What it would change; null where that is not known beforehand.</param>
/// <param name="Truncated">Whether more homes are concerned than were looked at.</param>
public sealed record DecisionOutlook(DecisionRefusal? Refusal, ProfileDifference? Difference, bool Truncated);

/// <summary>Checks drafts by the evidence that there is. Nothing is written.</summary>
public sealed class DecisionPlanner(
    PolicyCache policies, DecisionEvidenceReader evidence, ProtocolGrains grains, IdentifierKeyDerivation derivation)
{
    /// <summary>Checks a draft.</summary>
    /// <param name="draft">The draft; its identifiers are normalised.</param>
    /// <param name="allowUnknown">Whether it may name identifiers that no event has carried.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="GrainReloadException">A home could not be read: ask again.</exception>
    public async Task<DecisionPlan> PlanAsync(
        DecisionDraft draft, bool allowUnknown, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(draft);
        if (draft.Kind == OperatorDecisionKind.SourceRetraction) return new DecisionPlan([], null, null);
        var found = await evidence.ReadAsync(
            [.. draft.Identifiers.Select(derivation.Derive)], cancellationToken);
        if (draft.Kind == OperatorDecisionKind.EventRetraction) return PlanRetraction(draft, found);
        if (!allowUnknown && await UnknownAsync(draft, found, cancellationToken) is { } unknown)
            return new DecisionPlan([], unknown, found);
        if (draft.Kind == OperatorDecisionKind.LinkableValue)
            return await PlanLinkableAsync(draft.Identifiers[0], found, cancellationToken);
        var (identifiers, refusal) = DraftChecks.Check(draft, found.Input());
        return new DecisionPlan(identifiers, refusal, found);
    }

    /// <summary>Tells what would come of a draft.</summary>
    /// <inheritdoc cref="PlanAsync"/>
    public async Task<DecisionOutlook> PreviewAsync(
        DecisionDraft draft, bool allowUnknown, CancellationToken cancellationToken)
    {
        var plan = await PlanAsync(draft, allowUnknown, cancellationToken);
        if (plan.Refusal is not null
            || draft.Kind is OperatorDecisionKind.EventRetraction or OperatorDecisionKind.SourceRetraction)
            return new DecisionOutlook(plan.Refusal, null, false);
        var found = draft.Kind == OperatorDecisionKind.LinkableValue
            ? await evidence.ReadCarriersAsync(derivation.Derive(draft.Identifiers[0]), cancellationToken)
            : plan.Evidence!;
        var difference = DraftChecks.Difference(draft.Kind, plan.Identifiers, found.Input());
        return new DecisionOutlook(null, difference, found.Truncated || difference.Truncated);
    }

    private static DecisionPlan PlanRetraction(DecisionDraft draft, FoundEvidence found) =>
        found.IdentifiersOf(EventHash.Of(draft.Source, draft.EventId)) is { } identifiers
            ? new DecisionPlan(identifiers, null, found)
            : new DecisionPlan([], new DecisionRefusal(
                DecisionRefusalReason.EventNotFound,
                "the identifiers lead to no event of this source and id; name one that it carried and that links"),
                found);

    /// <summary>An identifier that links nothing may be carried by others than the home its row names.</summary>
    private async Task<DecisionRefusal?> UnknownAsync(
        DecisionDraft draft, FoundEvidence found, CancellationToken cancellationToken)
    {
        for (var i = 0; i < draft.Identifiers.Length; i++)
        {
            var key = derivation.Derive(draft.Identifiers[i]);
            if (found.Carries(key)
                || (await evidence.ReadCarriersAsync(key, cancellationToken)).Carries(key)) continue;
            return new DecisionRefusal(
                DecisionRefusalReason.UnknownIdentifier,
                $"no event has carried identifier {i + 1} of {draft.Identifiers.Length}; correct it, or allow unknown "
                + "identifiers");
        }
        return null;
    }

    private async Task<DecisionPlan> PlanLinkableAsync(
        Identifier value, FoundEvidence found, CancellationToken cancellationToken)
    {
        var status = (await grains.Identifier(derivation.Derive(value)).Read(cancellationToken)).Value;
        if (status is { Decisions.Length: >= PointerState.MaxDecisions })
            return new DecisionPlan([], new DecisionRefusal(
                DecisionRefusalReason.TooMany,
                $"the value has {PointerState.MaxDecisions} decisions, which is as many as it may have"), found);
        var links = status is null
            ? !policies.InForce.IsBlocked(value)
            : !status.Inert || status.Decisions.Any(static decision => decision.Undone is null);
        return links
            ? new DecisionPlan([], new DecisionRefusal(
                DecisionRefusalReason.AlreadyLinkable, "the value links already; there is nothing to decide"), found)
            : new DecisionPlan([value], null, found);
    }
}
