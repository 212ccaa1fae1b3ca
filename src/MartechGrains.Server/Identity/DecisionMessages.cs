using System.Globalization;
using Google.Rpc;
using MartechGrains.Core.Curation;
using MartechGrains.Core.Time;
using MartechGrains.Grains.Curation;
using MartechGrains.Journal.Contracts;
using MartechGrains.Protocol.Identity.V1;
using MartechGrains.Protocol.Types.V1;
using MartechGrains.Server.Activation;
using MartechGrains.Server.Errors;
using Decision = MartechGrains.Protocol.Identity.V1.Decision;
using InertValue = MartechGrains.Protocol.Identity.V1.InertValue;
using LinkableValue = MartechGrains.Protocol.Identity.V1.LinkableValue;
using OperatorAct = MartechGrains.Protocol.Identity.V1.OperatorAct;

namespace MartechGrains.Server.Identity;

/// <summary>Decisions as the protos give them, and where their pages end.</summary>
internal static class DecisionMessages
{
    public static Decision Of(DecisionStatus status)
    {
        var decision = status.Decision;
        return new Decision
        {
            DecisionId = decision.Id.ToString(),
            Subject = SubjectOf(decision),
            Made = Of(decision.Made),
            Undone = decision.Undone is { } undone ? Of(undone) : null,
            Finished = status.IsFinished,
            EventCount = decision.Affected,
            CannotLinkCount = decision.Kind == OperatorDecisionKind.Unmerge ? decision.Identifiers.Length - 1 : 0,
        };
    }

    public static InertValue Of(Grains.Curation.InertValue value) => new()
    {
        Value = new InertIdentifier
        {
            Identifier = ProfileMessages.Of(value.Identifier),
            Cause = value.IsBlocked ? InertIdentifier.Types.Cause.Blocked : InertIdentifier.Types.Cause.Generic,
        },
        CarrierCount = value.Carriers,
    };

    /// <summary>What a caller is told of a decision that is not made.</summary>
    public static Google.Rpc.Status Of(DecisionRefusal refusal) => refusal.Reason switch
    {
        DecisionRefusalReason.UnknownIdentifier or DecisionRefusalReason.EventNotFound =>
            Failures.NotFound(ReasonOf(refusal), refusal.Problem),
        DecisionRefusalReason.SameIdentifier or DecisionRefusalReason.TooMany =>
            Failures.BadField(ReasonOf(refusal), "subject", refusal.Problem),
        _ => Failures.Status(Code.FailedPrecondition, ReasonOf(refusal), refusal.Problem),
    };

    public static ErrorReason ReasonOf(DecisionRefusal refusal) => refusal.Reason switch
    {
        DecisionRefusalReason.UnknownIdentifier => ErrorReason.UnknownIdentifier,
        DecisionRefusalReason.MustLinkRefused => ErrorReason.MustLinkRefused,
        DecisionRefusalReason.AlreadyApart => ErrorReason.AlreadyApart,
        DecisionRefusalReason.HeldByMustLink => ErrorReason.HeldByMustLink,
        DecisionRefusalReason.AlreadyLinkable => ErrorReason.AlreadyLinkable,
        DecisionRefusalReason.EventNotFound => ErrorReason.EventNotFound,
        _ => ErrorReason.InvalidField,
    };

    /// <summary>Where a page ended, as text.</summary>
    public static string PlaceOf(DecisionCursor cursor) =>
        string.Create(CultureInfo.InvariantCulture, $"{cursor.At}.{cursor.Id}");

    /// <summary>Reads what <see cref="PlaceOf"/> wrote.</summary>
    public static DecisionCursor CursorOf(string place)
    {
        var parts = place.Split('.');
        return DecisionId.TryParse(parts[1], out var id)
            ? new DecisionCursor(new IngestTime(long.Parse(parts[0], CultureInfo.InvariantCulture)), id)
            : throw new FormatException("The page of decisions ended nowhere.");
    }

    private static DecisionSubject SubjectOf(OperatorDecision decision)
    {
        var identifiers = decision.Identifiers.Select(ProfileMessages.Of).ToArray();
        switch (decision.Kind)
        {
            case OperatorDecisionKind.MustLink:
                return new DecisionSubject { MustLink = new MustLink { A = identifiers[0], B = identifiers[1] } };
            case OperatorDecisionKind.CannotLink:
                return new DecisionSubject { CannotLink = new CannotLink { A = identifiers[0], B = identifiers[1] } };
            case OperatorDecisionKind.Unmerge:
                return new DecisionSubject
                {
                    Unmerge = new Unmerge
                    {
                        Identifier = identifiers[0],
                        From = identifiers.Length == 2 ? identifiers[1] : null,
                    },
                };
            case OperatorDecisionKind.EventRetraction:
                var retraction = new EventRetraction { Source = decision.Source, EventId = decision.EventId };
                retraction.Identifiers.Add(identifiers);
                return new DecisionSubject { EventRetraction = retraction };
            case OperatorDecisionKind.SourceRetraction:
                return new DecisionSubject { SourceRetraction = new SourceRetraction { Source = decision.Source } };
            case OperatorDecisionKind.LinkableValue:
                return new DecisionSubject { LinkableValue = new LinkableValue { Value = identifiers[0] } };
            default:
                throw new InvalidOperationException($"A decision of kind {decision.Kind} cannot be shown.");
        }
    }

    private static OperatorAct Of(Core.Curation.OperatorAct act) =>
        new() { Actor = act.By, Reason = act.Reason, Time = FeatureMessages.Instant(act.At) };
}
