using MartechGrains.Protocol.Identity.V1;
using MartechGrains.Protocol.Ingest.V1;
using MartechGrains.Protocol.Types.V1;

namespace MartechGrains.EndToEnd.Tests.Decisions;

/// <summary>What operators ask for, in a few words.</summary>
internal static class Requests
{
    public const string Actor = "ada";
    public const string Reason = "a mistake at the counter";

    public static Identifier Name(string ns, string value) => new() { Namespace = ns, Value = value };

    public static DecisionSubject MustLink(Identifier a, Identifier b) =>
        new() { MustLink = new MustLink { A = a, B = b } };

    public static DecisionSubject CannotLink(Identifier a, Identifier b) =>
        new() { CannotLink = new CannotLink { A = a, B = b } };

    public static DecisionSubject Unmerge(Identifier identifier, Identifier? from = null) =>
        new() { Unmerge = new Unmerge { Identifier = identifier, From = from } };

    public static DecisionSubject Retract(string source, string eventId, params Identifier[] identifiers) =>
        new()
        {
            EventRetraction = new EventRetraction { Source = source, EventId = eventId, Identifiers = { identifiers } },
        };

    public static DecisionSubject Linkable(Identifier value) =>
        new() { LinkableValue = new LinkableValue { Value = value } };

    public static CreateDecisionRequest Create(string id, DecisionSubject? subject, bool allowUnknown = false) => new()
    {
        RequestId = id,
        Subject = subject,
        Actor = Actor,
        Reason = Reason,
        AllowUnknownIdentifiers = allowUnknown,
    };

    public static UndoDecisionRequest Undo(string id) =>
        new() { DecisionId = id, Actor = Actor, Reason = Reason };

    public static Event Visit(string id, params Identifier[] identifiers) => new()
    {
        Typed = new TypedEvent
        {
            EventId = id,
            EventTime = Google.Protobuf.WellKnownTypes.Timestamp.FromDateTime(
                new DateTime(2025, 1, 1, 0, 0, 0, DateTimeKind.Utc)),
            EventClass = EventClass.PageViewed,
            Name = "Visit",
            Identifiers = { identifiers },
        },
    };
}
