using System.Collections.Immutable;
using MartechGrains.Core.Curation;
using MartechGrains.Core.Homes.Messages;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Time;

namespace MartechGrains.Grains.Serialization;

[GenerateSerializer]
[Alias("martechgrains.wire.decisionId")]
internal readonly record struct DecisionIdSurrogate([property: Id(0)] UInt128 Bits);

[RegisterConverter]
internal sealed class DecisionIdConverter : IConverter<DecisionId, DecisionIdSurrogate>
{
    public DecisionId ConvertFromSurrogate(in DecisionIdSurrogate surrogate) => new(surrogate.Bits);

    public DecisionIdSurrogate ConvertToSurrogate(in DecisionId value) => new(value.Bits);
}

[GenerateSerializer]
[Alias("martechgrains.wire.operatorAct")]
internal readonly record struct OperatorActSurrogate(
    [property: Id(0)] string By,
    [property: Id(1)] string Reason,
    [property: Id(2)] IngestTime At);

[RegisterConverter]
internal sealed class OperatorActConverter : IConverter<OperatorAct, OperatorActSurrogate>
{
    public OperatorAct ConvertFromSurrogate(in OperatorActSurrogate surrogate) =>
        new(surrogate.By, surrogate.Reason, surrogate.At);

    public OperatorActSurrogate ConvertToSurrogate(in OperatorAct value) => new(value.By, value.Reason, value.At);
}

[GenerateSerializer]
[Alias("martechgrains.wire.decision")]
internal readonly record struct DecisionSurrogate(
    [property: Id(0)] DecisionId Id,
    [property: Id(1)] DecisionKind Kind,
    [property: Id(2)] ImmutableArray<Identifier> Identifiers,
    [property: Id(3)] ImmutableArray<IdentifierKey> Keys,
    [property: Id(4)] string Source,
    [property: Id(5)] string EventId,
    [property: Id(6)] OperatorAct Made,
    [property: Id(7)] OperatorAct? Undone);

[RegisterConverter]
internal sealed class DecisionConverter : IConverter<Decision, DecisionSurrogate>
{
    public Decision ConvertFromSurrogate(in DecisionSurrogate surrogate) =>
        new(
            surrogate.Id, surrogate.Kind, surrogate.Identifiers, surrogate.Keys, surrogate.Source,
            surrogate.EventId, surrogate.Made, surrogate.Undone);

    public DecisionSurrogate ConvertToSurrogate(in Decision value) =>
        new(value.Id, value.Kind, value.Identifiers, value.Keys, value.Source, value.EventId, value.Made, value.Undone);
}

[GenerateSerializer]
[Alias("martechgrains.wire.routedDecision")]
internal readonly record struct RoutedDecisionSurrogate(
    [property: Id(0)] Decision Decision,
    [property: Id(1)] ImmutableArray<IdentifierKey> Members);

[RegisterConverter]
internal sealed class RoutedDecisionConverter : IConverter<RoutedDecision, RoutedDecisionSurrogate>
{
    public RoutedDecision ConvertFromSurrogate(in RoutedDecisionSurrogate surrogate) =>
        new(surrogate.Decision, surrogate.Members);

    public RoutedDecisionSurrogate ConvertToSurrogate(in RoutedDecision value) => new(value.Decision, value.Members);
}

[GenerateSerializer]
[Alias("martechgrains.wire.linkableDecision")]
internal readonly record struct LinkableDecisionSurrogate(
    [property: Id(0)] DecisionId Id,
    [property: Id(1)] OperatorAct Made,
    [property: Id(2)] OperatorAct? Undone);

[RegisterConverter]
internal sealed class LinkableDecisionConverter : IConverter<LinkableDecision, LinkableDecisionSurrogate>
{
    public LinkableDecision ConvertFromSurrogate(in LinkableDecisionSurrogate surrogate) =>
        new(surrogate.Id, surrogate.Made, surrogate.Undone);

    public LinkableDecisionSurrogate ConvertToSurrogate(in LinkableDecision value) =>
        new(value.Id, value.Made, value.Undone);
}

[GenerateSerializer]
[Alias("martechgrains.wire.operatorDecision")]
internal readonly record struct OperatorDecisionSurrogate(
    [property: Id(0)] DecisionId Id,
    [property: Id(1)] OperatorDecisionKind Kind,
    [property: Id(2)] ImmutableArray<Identifier> Identifiers,
    [property: Id(3)] string Source,
    [property: Id(4)] string EventId,
    [property: Id(5)] OperatorAct Made,
    [property: Id(6)] OperatorAct? Undone,
    [property: Id(7)] long Affected);

[RegisterConverter]
internal sealed class OperatorDecisionConverter : IConverter<OperatorDecision, OperatorDecisionSurrogate>
{
    public OperatorDecision ConvertFromSurrogate(in OperatorDecisionSurrogate surrogate) =>
        new(
            surrogate.Id, surrogate.Kind, surrogate.Identifiers, surrogate.Source, surrogate.EventId, surrogate.Made,
            surrogate.Undone, surrogate.Affected);

    public OperatorDecisionSurrogate ConvertToSurrogate(in OperatorDecision value) =>
        new(
            value.Id, value.Kind, value.Identifiers, value.Source, value.EventId, value.Made, value.Undone,
            value.Affected);
}
