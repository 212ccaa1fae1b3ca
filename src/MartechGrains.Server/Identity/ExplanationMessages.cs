using Google.Protobuf.WellKnownTypes;
using MartechGrains.Core.Curation;
using MartechGrains.Core.Events;
using MartechGrains.Core.Homes.Views;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Identity.Explanations;
using MartechGrains.Core.Identity.Resolution;
using MartechGrains.Grains.Lineage;
using MartechGrains.Protocol.Identity.V1;
using MartechGrains.Protocol.Types.V1;
using MartechGrains.Server.Activation;
using CoreIdentifier = MartechGrains.Core.Identity.Identifier;
using Decision = MartechGrains.Core.Curation.Decision;
using OperatorAct = MartechGrains.Core.Curation.OperatorAct;

namespace MartechGrains.Server.Identity;

/// <summary>Links, and explanations of who is who, as the protos give them.</summary>
internal static class ExplanationMessages
{
    public static ExplainLinkResponse Of(CoreIdentifier a, CoreIdentifier b, LinkExplanation explanation)
    {
        var response = new ExplainLinkResponse
        {
            A = ProfileMessages.Of(a),
            B = ProfileMessages.Of(b),
            Truncated = explanation.Context.Truncated
                || (explanation.Together?.Truncated ?? explanation.Apart!.Truncated),
        };
        if (explanation.Together is { } together)
        {
            response.Together = new Together { ProfileId = explanation.Profile!.Id.ToString() };
            response.Together.Path.Add(together.Path.Select(step => Of(step, explanation.Context)));
        }
        else
        {
            response.Apart = Of(explanation.Apart!, explanation);
        }
        response.Decisions.Add(explanation.Context.Decisions.Select(Of));
        return response;
    }

    public static ExplainProfileResponse Of(ProfileExplanation explanation)
    {
        var story = explanation.Story;
        var response = new ExplainProfileResponse
        {
            Profile = Of(explanation.Profile),
            Truncated = story.Truncated || explanation.Context.Truncated,
        };
        response.Links.Add(story.Uniting.Select(accepted => Linked(accepted, explanation.Context))
            .Concat(story.Refusals.Select(refusal => Linked(refusal, explanation.Context)))
            .OrderBy(static link => link.Order));
        response.Decisions.Add(explanation.Context.Decisions.Select(Of)
            .Concat(explanation.Linkable.Select(static one => Of(one.Identifier, one.Decision)))
            .OrderBy(static decision => decision.DecisionId, StringComparer.Ordinal));
        return response;
    }

    public static GraphProfile Of(ProfileView profile)
    {
        var message = new GraphProfile
        {
            ProfileId = profile.Id.ToString(),
            Anchor = ProfileMessages.Of(profile.Resolved.Anchor),
        };
        message.Identifiers.Add(profile.Resolved.Identifiers.Select(ProfileMessages.Of));
        return message;
    }

    public static Link Of(AcceptedPair accepted)
    {
        var link = Of(accepted.Pair, accepted.Times, accepted.MustLink);
        link.Order = accepted.Order + 1;
        return link;
    }

    public static Link Of(Refusal refusal)
    {
        var refused = refusal.Pair;
        var link = Of(refused.Pair, refused.Times, refused.MustLink);
        link.State = Link.Types.State.Refused;
        link.Reason = refused.Obstacle;
        link.Order = refused.Order + 1;
        if (refused.CannotLink is { } decision)
        {
            link.CannotLinkId = decision;
        }
        else
        {
            link.BrokenLimit = new BrokenLimit
            {
                Namespace = refused.LimitNamespace!,
                MaxPerProfile = refused.Limit!.Value,
                Within = refused.LimitWindow is { } within
                    ? Duration.FromTimeSpan(TimeSpan.FromMilliseconds(within)) : null,
            };
        }
        // From the one that may not meet, to the pair, across it, to the other.
        link.WitnessPath.Add(refusal.Witness.FromFirst.Reverse().Select(ProfileMessages.Of));
        link.WitnessPath.Add(refusal.Witness.FromSecond.Select(ProfileMessages.Of));
        return link;
    }

    private static Apart Of(WhyApart apart, LinkExplanation explanation)
    {
        var message = new Apart { Cause = (Apart.Types.Cause)apart.Cause };
        message.Ends.Add(apart.Ends.Select(end => Of(end, explanation)));
        message.RefusedLinks.Add(apart.Refusals.Select(refusal => Linked(refusal, explanation.Context)));
        message.Between.Add(apart.Between.Select(end => Of(end, explanation)));
        return message;
    }

    private static InertIdentifier Of(ApartEnd end, LinkExplanation explanation)
    {
        var message = new InertIdentifier
        {
            Identifier = ProfileMessages.Of(end.Identifier),
            Cause = end.Cause switch
            {
                EndCause.Blocked => InertIdentifier.Types.Cause.Blocked,
                EndCause.Generic => InertIdentifier.Types.Cause.Generic,
                EndCause.Unconfirmed => InertIdentifier.Types.Cause.Unconfirmed,
                EndCause.Unseen => InertIdentifier.Types.Cause.Unseen,
                _ => throw new ArgumentOutOfRangeException(nameof(end)),
            },
        };
        if (explanation.BlockedBy.TryGetValue(end.Identifier, out var rule))
            (message.RuleOwner, message.RuleRationale) = (rule.Owner, rule.Rationale);
        if (end.Cause == EndCause.Generic)
            message.GenericAfter = explanation.Policy.GenericAfter(end.Identifier.Namespace) ?? 0;
        return message;
    }

    private static Link Linked(AcceptedPair accepted, LinkContext context) =>
        Linked(Of(accepted), accepted.Pair, context);

    private static Link Linked(Refusal refusal, LinkContext context) =>
        Linked(Of(refusal), refusal.Pair.Pair, context);

    private static Link Linked(Link link, IdentifierPair pair, LinkContext context)
    {
        // Events with an inert end are no reason for a link that a decision makes.
        if (link.NewestEventTime is not null && context.Events.TryGetValue(pair, out var example))
            link.ExampleEvent = Of(example);
        return link;
    }

    private static Link Of(WhyStep step, LinkContext context)
    {
        var pair = new IdentifierPair(step.From, step.To);
        return Linked(Of(pair, step.Times, step.MustLink), pair, context);
    }

    /// <summary>A link that holds, without its place in the order.</summary>
    private static Link Of(IdentifierPair pair, LinkTimes? times, string? mustLink) => new()
    {
        A = ProfileMessages.Of(pair.First),
        B = ProfileMessages.Of(pair.Second),
        OldestEventTime = times is { } oldest ? FeatureMessages.Instant(oldest.Oldest) : null,
        NewestEventTime = times is { } newest ? FeatureMessages.Instant(newest.Newest) : null,
        State = Link.Types.State.Accepted,
        Reason = mustLink is null ? "" : $"must-link {mustLink}",
        MustLinkId = mustLink ?? "",
    };

    private static EventReference Of(EventOrigin origin) => new()
    {
        Source = origin.Source,
        EventId = origin.EventId,
        EventTime = FeatureMessages.Instant(origin.EventTime),
    };

    private static StandingDecision Of(Decision decision)
    {
        var kind = decision.Kind == DecisionKind.MustLink
            ? StandingDecision.Types.Kind.MustLink : StandingDecision.Types.Kind.CannotLink;
        var message = Of(decision.Id, kind, decision.Made);
        message.Identifiers.Add(decision.Identifiers.Take(Explanation.MaxItems).Select(ProfileMessages.Of));
        return message;
    }

    private static StandingDecision Of(CoreIdentifier value, LinkableDecision decision)
    {
        var message = Of(decision.Id, StandingDecision.Types.Kind.LinkableValue, decision.Made);
        message.Identifiers.Add(ProfileMessages.Of(value));
        return message;
    }

    private static StandingDecision Of(DecisionId id, StandingDecision.Types.Kind kind, OperatorAct made) => new()
    {
        DecisionId = id.ToString(),
        Kind = kind,
        MadeBy = made.By,
        Reason = made.Reason,
        MadeAt = FeatureMessages.Instant(made.At),
    };
}
