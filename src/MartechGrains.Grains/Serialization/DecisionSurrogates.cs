using System.Collections.Immutable;
using MartechGrains.Core.Curation;
using MartechGrains.Core.Homes.Messages;
using MartechGrains.Core.Identity;

namespace MartechGrains.Grains.Serialization;

[GenerateSerializer]
[Alias("martechgrains.wire.decisionId")]
internal struct DecisionIdSurrogate
{
    [Id(0)]
    public UInt128 Bits;
}

[RegisterConverter]
internal sealed class DecisionIdConverter : IConverter<DecisionId, DecisionIdSurrogate>
{
    public DecisionId ConvertFromSurrogate(in DecisionIdSurrogate surrogate) => new(surrogate.Bits);

    public DecisionIdSurrogate ConvertToSurrogate(in DecisionId value) => new() { Bits = value.Bits };
}

[GenerateSerializer]
[Alias("martechgrains.wire.operatorAct")]
internal struct OperatorActSurrogate
{
    [Id(0)]
    public string By;

    [Id(1)]
    public string Reason;

    [Id(2)]
    public long At;
}

[RegisterConverter]
internal sealed class OperatorActConverter : IConverter<OperatorAct, OperatorActSurrogate>
{
    public OperatorAct ConvertFromSurrogate(in OperatorActSurrogate surrogate) =>
        new(surrogate.By, surrogate.Reason, surrogate.At);

    public OperatorActSurrogate ConvertToSurrogate(in OperatorAct value) =>
        new() { By = value.By, Reason = value.Reason, At = value.At };
}

[GenerateSerializer]
[Alias("martechgrains.wire.decision")]
internal struct DecisionSurrogate
{
    [Id(0)]
    public DecisionId Id;

    [Id(1)]
    public DecisionKind Kind;

    [Id(2)]
    public ImmutableArray<Identifier> Identifiers;

    [Id(3)]
    public ImmutableArray<IdentifierKey> Keys;

    [Id(4)]
    public string Source;

    [Id(5)]
    public string EventId;

    [Id(6)]
    public OperatorAct Made;

    [Id(7)]
    public OperatorAct? Undone;
}

[RegisterConverter]
internal sealed class DecisionConverter : IConverter<Decision, DecisionSurrogate>
{
    public Decision ConvertFromSurrogate(in DecisionSurrogate surrogate) =>
        new(
            surrogate.Id, surrogate.Kind, surrogate.Identifiers, surrogate.Keys, surrogate.Source,
            surrogate.EventId, surrogate.Made, surrogate.Undone);

    public DecisionSurrogate ConvertToSurrogate(in Decision value) =>
        new()
        {
            Id = value.Id,
            Kind = value.Kind,
            Identifiers = value.Identifiers,
            Keys = value.Keys,
            Source = value.Source,
            EventId = value.EventId,
            Made = value.Made,
            Undone = value.Undone,
        };
}

[GenerateSerializer]
[Alias("martechgrains.wire.routedDecision")]
internal struct RoutedDecisionSurrogate
{
    [Id(0)]
    public Decision Decision;

    [Id(1)]
    public ImmutableArray<IdentifierKey> Members;
}

[RegisterConverter]
internal sealed class RoutedDecisionConverter : IConverter<RoutedDecision, RoutedDecisionSurrogate>
{
    public RoutedDecision ConvertFromSurrogate(in RoutedDecisionSurrogate surrogate) =>
        new(surrogate.Decision, surrogate.Members);

    public RoutedDecisionSurrogate ConvertToSurrogate(in RoutedDecision value) =>
        new() { Decision = value.Decision, Members = value.Members };
}

[GenerateSerializer]
[Alias("martechgrains.wire.linkableDecision")]
internal struct LinkableDecisionSurrogate
{
    [Id(0)]
    public DecisionId Id;

    [Id(1)]
    public OperatorAct Made;

    [Id(2)]
    public OperatorAct? Undone;
}

[RegisterConverter]
internal sealed class LinkableDecisionConverter : IConverter<LinkableDecision, LinkableDecisionSurrogate>
{
    public LinkableDecision ConvertFromSurrogate(in LinkableDecisionSurrogate surrogate) =>
        new(surrogate.Id, surrogate.Made, surrogate.Undone);

    public LinkableDecisionSurrogate ConvertToSurrogate(in LinkableDecision value) =>
        new() { Id = value.Id, Made = value.Made, Undone = value.Undone };
}

[GenerateSerializer]
[Alias("martechgrains.wire.operatorDecision")]
internal struct OperatorDecisionSurrogate
{
    [Id(0)]
    public DecisionId Id;

    [Id(1)]
    public OperatorDecisionKind Kind;

    [Id(2)]
    public ImmutableArray<Identifier> Identifiers;

    [Id(3)]
    public string Source;

    [Id(4)]
    public string EventId;

    [Id(5)]
    public OperatorAct Made;

    [Id(6)]
    public OperatorAct? Undone;

    [Id(7)]
    public long Affected;
}

[RegisterConverter]
internal sealed class OperatorDecisionConverter : IConverter<OperatorDecision, OperatorDecisionSurrogate>
{
    public OperatorDecision ConvertFromSurrogate(in OperatorDecisionSurrogate surrogate) =>
        new(
            surrogate.Id, surrogate.Kind, surrogate.Identifiers, surrogate.Source, surrogate.EventId, surrogate.Made,
            surrogate.Undone, surrogate.Affected);

    public OperatorDecisionSurrogate ConvertToSurrogate(in OperatorDecision value) =>
        new()
        {
            Id = value.Id,
            Kind = value.Kind,
            Identifiers = value.Identifiers,
            Source = value.Source,
            EventId = value.EventId,
            Made = value.Made,
            Undone = value.Undone,
            Affected = value.Affected,
        };
}
