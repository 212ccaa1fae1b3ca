using MartechGrains.Core.Curation;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Identity.Resolution;
using MartechGrains.Definitions;
using Xunit;

namespace MartechGrains.Core.Tests.Curation;

public class DraftChecksTests
{
    private static readonly Identifier Ada = new("user_id", "ada");
    private static readonly Identifier Eve = new("user_id", "eve");
    private static readonly Identifier Mail = new("email", "ada@example.com");
    private static readonly Identifier Phone = new("device_id", "phone-1");

    private static ResolverInput Input(params Identifier[][] sets) => new(
        [.. sets.Select(static (set, i) => new EvidenceSet([.. set.Order()], new(i + 1), new(i + 1)))],
        IdentityDecisions.None, DefaultPolicy.Load());

    private static DecisionDraft Draft(OperatorDecisionKind kind, params Identifier[] identifiers) =>
        new(kind, [.. identifiers]);

    private static OperatorDecision Made(DecisionDraft draft, params Identifier[] identifiers) => new(
        DecisionId.Of("r"), draft.Kind, [.. identifiers], draft.Source, draft.EventId,
        new OperatorAct("a", "b", new(1)));

    [Fact]
    public void A_must_link_across_a_limit_is_refused_with_the_limit_and_the_way_in_namespaces_only()
    {
        var (identifiers, refusal) = DraftChecks.Check(
            Draft(OperatorDecisionKind.MustLink, Ada, Eve), Input([Ada, Mail], [Eve]));
        Assert.Empty(identifiers);
        Assert.Equal(DecisionRefusalReason.MustLinkRefused, refusal!.Reason);
        Assert.Contains("a profile has at most 1 user_id", refusal.Problem, StringComparison.Ordinal);
        Assert.Contains("user_id - user_id", refusal.Problem, StringComparison.Ordinal);
        Assert.DoesNotContain("ada", refusal.Problem, StringComparison.Ordinal);
        Assert.Equal([Ada], refusal.Witness!.Witness.FromFirst.AsEnumerable());
    }

    [Fact]
    public void An_unmerge_of_one_pairs_it_with_all_others_and_its_difference_leaves_it_alone()
    {
        var input = Input([Ada, Mail], [Mail, Phone]);
        var (identifiers, refusal) = DraftChecks.Check(Draft(OperatorDecisionKind.Unmerge, Mail), input);
        Assert.Null(refusal);
        Assert.Equal([Mail, Phone, Ada], identifiers.AsEnumerable());
        var difference = DraftChecks.Difference(OperatorDecisionKind.Unmerge, identifiers, input);
        Assert.Equal([Phone, Mail, Ada], Assert.Single(difference.Before).Identifiers.AsEnumerable());
        Assert.Equal(3, difference.After.Length);
    }

    [Fact]
    public void An_unmerge_that_a_must_link_holds_names_it_and_one_of_what_is_apart_is_refused()
    {
        var held = Input([Ada], [Phone]) with
        {
            Decisions = new IdentityDecisions([new IdentityDecision("m1", new IdentifierPair(Ada, Phone))], []),
        };
        var (_, refusal) = DraftChecks.Check(Draft(OperatorDecisionKind.Unmerge, Ada, Phone), held);
        Assert.Equal(DecisionRefusalReason.HeldByMustLink, refusal!.Reason);
        Assert.Contains("m1", refusal.Problem, StringComparison.Ordinal);
        (_, refusal) = DraftChecks.Check(Draft(OperatorDecisionKind.Unmerge, Ada), Input([Ada], [Phone]));
        Assert.Equal(DecisionRefusalReason.AlreadyApart, refusal!.Reason);
        (_, refusal) = DraftChecks.Check(Draft(OperatorDecisionKind.CannotLink, Ada, Ada), held);
        Assert.Equal(DecisionRefusalReason.SameIdentifier, refusal!.Reason);
    }

    [Fact]
    public void A_repeated_draft_is_told_from_another_one()
    {
        var link = Draft(OperatorDecisionKind.MustLink, Ada, Phone);
        Assert.True(link.IsMadeBy(Made(link, Ada, Phone)));
        Assert.True(link.IsMadeBy(Made(link, Phone, Ada)));
        Assert.False(link.IsMadeBy(Made(link, Ada, Mail)));
        Assert.False(link.IsMadeBy(Made(link with { Kind = OperatorDecisionKind.CannotLink }, Ada, Phone)));

        var unmerge = Draft(OperatorDecisionKind.Unmerge, Mail);
        Assert.True(unmerge.IsMadeBy(Made(unmerge, Mail, Ada, Phone)));
        Assert.False(unmerge.IsMadeBy(Made(unmerge, Ada, Mail, Phone)));

        var retraction = new DecisionDraft(OperatorDecisionKind.EventRetraction, [Mail], "web", "1");
        Assert.True(retraction.IsMadeBy(Made(retraction, Mail, Ada)));
        Assert.False(retraction.IsMadeBy(Made(retraction with { EventId = "2" }, Mail, Ada)));
        Assert.False(retraction.IsMadeBy(Made(retraction, Ada)));
    }
}
