using System.Collections.Immutable;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Identity.Comparison;
using MartechGrains.Core.Identity.Resolution;

namespace MartechGrains.Core.Curation;

/// <summary>What becomes of a draft about links: the identifiers that decide it, or what speaks against it.</summary>
public static class DraftChecks
{
    /// <summary>Stands for the decision in question; no real one has an empty id.</summary>
    private const string Hypothetical = "";

    /// <summary>Checks a must-link, cannot-link or unmerge.</summary>
    /// <param name="draft">The draft.</param>
    /// <param name="input">The evidence of all homes that hold its identifiers.</param>
    /// <returns>
    /// The identifiers of the decision, the first to be paired with each other one; none where it is refused.
    /// </returns>
    public static (ImmutableArray<Identifier> Identifiers, DecisionRefusal? Refusal) Check(
        DecisionDraft draft, ResolverInput input)
    {
        ArgumentNullException.ThrowIfNull(draft);
        ArgumentNullException.ThrowIfNull(input);
        if (draft.Identifiers is [var one, var other] && one == other)
            return ([], new DecisionRefusal(
                DecisionRefusalReason.SameIdentifier, "both identifiers are the same; name two"));
        return draft.Kind switch
        {
            OperatorDecisionKind.CannotLink => (draft.Identifiers, null),
            OperatorDecisionKind.MustLink => CheckMustLink(draft, input),
            OperatorDecisionKind.Unmerge => CheckUnmerge(draft, input),
            _ => throw new InvalidOperationException($"A draft of kind {draft.Kind} is not about links."),
        };
    }

    /// <summary>What a decision about links or a value would change.</summary>
    /// <param name="kind">What it is.</param>
    /// <param name="identifiers">Its identifiers, as <see cref="Check"/> gives them; for a linkable value it.</param>
    /// <param name="input">As for <see cref="Check"/>; for a linkable value the evidence of all who carry it.</param>
    public static ProfileDifference Difference(
        OperatorDecisionKind kind, ImmutableArray<Identifier> identifiers, ResolverInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (kind == OperatorDecisionKind.LinkableValue) return DecisionChecks.Linkable(input, identifiers[0]);
        var pairs = identifiers.Skip(1)
            .Select(other => new IdentityDecision(Hypothetical, new IdentifierPair(identifiers[0], other)));
        var known = input.Decisions;
        var decided = kind == OperatorDecisionKind.MustLink
            ? new IdentityDecisions(known.MustLinks.Concat(pairs), known.CannotLinks, known.LinkableValues)
            : new IdentityDecisions(known.MustLinks, known.CannotLinks.Concat(pairs), known.LinkableValues);
        return ProfileDifference.Of(input.Resolve(), (input with { Decisions = decided }).Resolve());
    }

    private static (ImmutableArray<Identifier>, DecisionRefusal?) CheckMustLink(
        DecisionDraft draft, ResolverInput input)
    {
        var check = DecisionChecks.MustLink(input, draft.Identifiers[0], draft.Identifiers[1]);
        var problem = check.Outcome switch
        {
            MustLinkOutcome.Joins or MustLinkOutcome.AlreadyTogether => null,
            MustLinkOutcome.Refused => $"{check.Refusal!.Pair.Obstacle}, and this would join two that may not meet, "
                + $"over {WayOf(check.Refusal.Witness)}; limits and cannot-links beat must-links",
            MustLinkOutcome.Blocked => "an end is a blocked value; make it linkable first",
            _ => throw new InvalidOperationException($"A must-link of two joined identifiers is {check.Outcome}."),
        };
        return problem is null
            ? (draft.Identifiers, null)
            : ([], new DecisionRefusal(DecisionRefusalReason.MustLinkRefused, problem, check.Refusal));
    }

    private static (ImmutableArray<Identifier>, DecisionRefusal?) CheckUnmerge(
        DecisionDraft draft, ResolverInput input)
    {
        var resolution = input.Resolve();
        var check = draft.Identifiers is [var one, var other]
            ? DecisionChecks.Unmerge(resolution, one, other)
            : DecisionChecks.Unmerge(resolution, draft.Identifiers[0]);
        return check.Outcome switch
        {
            UnmergeOutcome.Parts => ([draft.Identifiers[0], .. check.CannotLinks.Select(Other)], null),
            UnmergeOutcome.AlreadyApart => ([], new DecisionRefusal(
                DecisionRefusalReason.AlreadyApart,
                "there is nothing to part: no profile holds it together. To keep it so, make a cannot-link")),
            UnmergeOutcome.HeldByMustLinks => ([], new DecisionRefusal(
                DecisionRefusalReason.HeldByMustLink,
                $"must-link {check.Latest!.Value.Id} holds the profile together; undo it instead")),
            UnmergeOutcome.TooLarge => ([], new DecisionRefusal(
                DecisionRefusalReason.TooMany,
                $"the profile has more than {DecisionChecks.MaxCannotLinks} other identifiers; part it first by an "
                + "unmerge of two")),
            _ => throw new InvalidOperationException($"An unmerge of two identifiers is {check.Outcome}."),
        };

        Identifier Other(IdentifierPair pair) =>
            pair.First == draft.Identifiers[0] ? pair.Second : pair.First;
    }

    /// <summary>The namespaces that a witness goes over, from the one that may not meet to the other.</summary>
    private static string WayOf(Witness witness) => string.Join(
        " - ", witness.FromFirst.Reverse().Concat(witness.FromSecond).Select(static step => step.Namespace));
}
