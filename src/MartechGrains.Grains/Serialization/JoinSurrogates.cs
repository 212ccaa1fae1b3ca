using System.Collections.Immutable;
using MartechGrains.Core.Homes.Messages;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Pointers;

namespace MartechGrains.Grains.Serialization;

[GenerateSerializer]
[Alias("martechgrains.wire.neighbour")]
internal readonly record struct NeighbourSurrogate(
    [property: Id(0)] string Namespace,
    [property: Id(1)] IdentifierKey Identifier);

[RegisterConverter]
internal sealed class NeighbourConverter : IConverter<Neighbour, NeighbourSurrogate>
{
    public Neighbour ConvertFromSurrogate(in NeighbourSurrogate surrogate) =>
        new(surrogate.Namespace, surrogate.Identifier);

    public NeighbourSurrogate ConvertToSurrogate(in Neighbour value) => new(value.Namespace, value.Identifier);
}

[GenerateSerializer]
[Alias("martechgrains.wire.neighbourReport")]
internal readonly record struct NeighbourReportSurrogate(
    [property: Id(0)] HomeId Home,
    [property: Id(1)] int Version,
    [property: Id(2)] ImmutableArray<Neighbour> Neighbours,
    [property: Id(3)] ImmutableArray<HomeId> Superseded);

[RegisterConverter]
internal sealed class NeighbourReportConverter : IConverter<NeighbourReport, NeighbourReportSurrogate>
{
    public NeighbourReport ConvertFromSurrogate(in NeighbourReportSurrogate surrogate) =>
        new(surrogate.Home, surrogate.Version, surrogate.Neighbours, surrogate.Superseded);

    public NeighbourReportSurrogate ConvertToSurrogate(in NeighbourReport value) =>
        new(value.Home, value.Version, value.Neighbours, value.Superseded);
}

[GenerateSerializer]
[Alias("martechgrains.wire.valueRule")]
internal readonly record struct ValueRuleSurrogate(
    [property: Id(0)] int PolicyVersion,
    [property: Id(1)] int? GenericAfter,
    [property: Id(2)] bool Blocked);

[RegisterConverter]
internal sealed class ValueRuleConverter : IConverter<ValueRule, ValueRuleSurrogate>
{
    public ValueRule ConvertFromSurrogate(in ValueRuleSurrogate surrogate) =>
        new(surrogate.PolicyVersion, surrogate.GenericAfter, surrogate.Blocked);

    public ValueRuleSurrogate ConvertToSurrogate(in ValueRule value) =>
        new(value.PolicyVersion, value.GenericAfter, value.Blocked);
}

[GenerateSerializer]
[Alias("martechgrains.wire.openJoin")]
internal readonly record struct OpenJoinSurrogate(
    [property: Id(0)] IdentifierKey Identifier,
    [property: Id(1)] bool Member,
    [property: Id(2)] bool Carrier,
    [property: Id(3)] NeighbourReport? Report,
    [property: Id(4)] ValueRule Rule);

[RegisterConverter]
internal sealed class OpenJoinConverter : IConverter<OpenJoin, OpenJoinSurrogate>
{
    public OpenJoin ConvertFromSurrogate(in OpenJoinSurrogate surrogate) =>
        new(surrogate.Identifier, surrogate.Member, surrogate.Carrier, surrogate.Report, surrogate.Rule);

    public OpenJoinSurrogate ConvertToSurrogate(in OpenJoin value) =>
        new(value.Identifier, value.Member, value.Carrier, value.Report, value.Rule);
}

[GenerateSerializer]
[Alias("martechgrains.wire.joinRequest")]
internal readonly record struct JoinRequestSurrogate([property: Id(0)] HomeId Home, [property: Id(1)] OpenJoin Join);

[RegisterConverter]
internal sealed class JoinRequestConverter : IConverter<JoinRequest, JoinRequestSurrogate>
{
    public JoinRequest ConvertFromSurrogate(in JoinRequestSurrogate surrogate) => new(surrogate.Home, surrogate.Join);

    public JoinRequestSurrogate ConvertToSurrogate(in JoinRequest value) => new(value.Home, value.Join);
}

[GenerateSerializer]
[Alias("martechgrains.wire.joinReply")]
internal readonly record struct JoinReplySurrogate(
    [property: Id(0)] HomeId Home,
    [property: Id(1)] long Epoch,
    [property: Id(2)] bool Inert,
    [property: Id(3)] bool Uniting,
    [property: Id(4)] ImmutableArray<HomeId> ToDo);

[RegisterConverter]
internal sealed class JoinReplyConverter : IConverter<JoinReply, JoinReplySurrogate>
{
    public JoinReply ConvertFromSurrogate(in JoinReplySurrogate surrogate) =>
        new(surrogate.Home, surrogate.Epoch, surrogate.Inert, surrogate.Uniting, surrogate.ToDo);

    public JoinReplySurrogate ConvertToSurrogate(in JoinReply value) =>
        new(value.Home, value.Epoch, value.Inert, value.Uniting, value.ToDo);
}

[GenerateSerializer]
[Alias("martechgrains.wire.joinConfirmation")]
internal readonly record struct JoinConfirmationSurrogate(
    [property: Id(0)] IdentifierKey Identifier,
    [property: Id(1)] bool Member,
    [property: Id(2)] bool Carrier,
    [property: Id(3)] long Epoch,
    [property: Id(4)] bool Inert,
    [property: Id(5)] NeighbourReport? Report);

[RegisterConverter]
internal sealed class JoinConfirmationConverter : IConverter<JoinConfirmation, JoinConfirmationSurrogate>
{
    public JoinConfirmation ConvertFromSurrogate(in JoinConfirmationSurrogate surrogate) =>
        new(
            surrogate.Identifier, surrogate.Member, surrogate.Carrier, surrogate.Epoch,
            surrogate.Inert, surrogate.Report);

    public JoinConfirmationSurrogate ConvertToSurrogate(in JoinConfirmation value) =>
        new(value.Identifier, value.Member, value.Carrier, value.Epoch, value.Inert, value.Report);
}
