using MartechGrains.Core.Curation;
using MartechGrains.Core.Time;
using MartechGrains.Protocol.Identity.V1;
using MartechGrains.Protocol.Types.V1;
using MartechGrains.Server.Errors;
using MartechGrains.Server.Messages;
using CoreIdentifier = MartechGrains.Core.Identity.Identifier;
using OperatorAct = MartechGrains.Core.Curation.OperatorAct;
using WireIdentifier = MartechGrains.Protocol.Types.V1.Identifier;

namespace MartechGrains.Server.Identity;

/// <summary>Reads what requests want decided, by whom and why; faults are thrown as typed errors.</summary>
internal sealed class DecisionRequests(ProfileKeys keys)
{
    /// <summary>Longest request id, in characters.</summary>
    public const int MaxIdLength = 128;

    /// <summary>Longest source and event id, in characters.</summary>
    public const int MaxSourceLength = 256;

    /// <summary>Most identifiers by which an event is looked for.</summary>
    public const int MaxIdentifiers = 50;

    /// <summary>The draft of a subject.</summary>
    public DecisionDraft Draft(DecisionSubject? subject) => subject?.SubjectCase switch
    {
        DecisionSubject.SubjectOneofCase.MustLink => Of(
            OperatorDecisionKind.MustLink, ("subject.must_link.a", subject.MustLink.A),
            ("subject.must_link.b", subject.MustLink.B)),
        DecisionSubject.SubjectOneofCase.CannotLink => Of(
            OperatorDecisionKind.CannotLink, ("subject.cannot_link.a", subject.CannotLink.A),
            ("subject.cannot_link.b", subject.CannotLink.B)),
        DecisionSubject.SubjectOneofCase.Unmerge when subject.Unmerge.From is { } from => Of(
            OperatorDecisionKind.Unmerge, ("subject.unmerge.identifier", subject.Unmerge.Identifier),
            ("subject.unmerge.from", from)),
        DecisionSubject.SubjectOneofCase.Unmerge => Of(
            OperatorDecisionKind.Unmerge, ("subject.unmerge.identifier", subject.Unmerge.Identifier)),
        DecisionSubject.SubjectOneofCase.EventRetraction => Of(subject.EventRetraction),
        DecisionSubject.SubjectOneofCase.SourceRetraction => new DecisionDraft(
            OperatorDecisionKind.SourceRetraction, [],
            Text("subject.source_retraction.source", subject.SourceRetraction.Source, MaxSourceLength)),
        DecisionSubject.SubjectOneofCase.LinkableValue => Of(
            OperatorDecisionKind.LinkableValue, ("subject.linkable_value.value", subject.LinkableValue.Value)),
        _ => throw Failures.Exception(Failures.BadField(
            ErrorReason.InvalidField, "subject", "say what is to be decided: exactly one kind of subject")),
    };

    /// <summary>Who acts, and why.</summary>
    public static OperatorAct Act(string actor, string reason, IngestTime now) => new(
        Text("actor", actor, OperatorAct.MaxByLength), Text("reason", reason, OperatorAct.MaxReasonLength), now);

    /// <summary>The id that a request gives its decision.</summary>
    public static DecisionId Id(string requestId) => DecisionId.Of(Text("request_id", requestId, MaxIdLength));

    /// <summary>The decision that a request names.</summary>
    public static DecisionId Named(string decisionId) => DecisionId.TryParse(decisionId, out var id)
        ? id
        : throw Failures.Exception(Failures.BadField(
            ErrorReason.InvalidField, "decision_id",
            "a decision id has 32 hexadecimal digits, as Decision.decision_id gives it"));

    private DecisionDraft Of(EventRetraction retraction)
    {
        const string field = "subject.event_retraction";
        if (retraction.Identifiers.Count is 0 or > MaxIdentifiers)
            throw Failures.Exception(Failures.BadField(
                ErrorReason.InvalidField, $"{field}.identifiers",
                $"give 1 to {MaxIdentifiers} identifiers that the event carried: they lead to it"));
        var draft = Of(
            OperatorDecisionKind.EventRetraction,
            [.. retraction.Identifiers.Select((identifier, i) => ($"{field}.identifiers[{i}]", identifier))]);
        return draft with
        {
            Source = Text($"{field}.source", retraction.Source, MaxSourceLength),
            EventId = Text($"{field}.event_id", retraction.EventId, MaxSourceLength),
        };
    }

    private DecisionDraft Of(
        OperatorDecisionKind kind, params (string Field, WireIdentifier? Identifier)[] identifiers) =>
        new(kind, [.. identifiers.Select(one => Read(one.Field, one.Identifier))]);

    private CoreIdentifier Read(string field, WireIdentifier? identifier) =>
        keys.Read(identifier, field, out CoreIdentifier normalised) is { } bad
            ? throw Failures.Exception(bad)
            : normalised;

    private static string Text(string field, string text, int longest) =>
        string.IsNullOrWhiteSpace(text) || text.Length > longest
            ? throw Failures.Exception(Failures.BadField(
                ErrorReason.InvalidField, field, $"give 1 to {longest} characters, not blanks alone"))
            : text;
}
