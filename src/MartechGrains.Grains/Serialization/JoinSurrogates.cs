using System.Collections.Immutable;
using MartechGrains.Core.Homes.Messages;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Pointers;

namespace MartechGrains.Grains.Serialization;

[GenerateSerializer]
[Alias("martechgrains.wire.neighbour")]
internal struct NeighbourSurrogate
{
    [Id(0)]
    public string Namespace;

    [Id(1)]
    public IdentifierKey Identifier;
}

[RegisterConverter]
internal sealed class NeighbourConverter : IConverter<Neighbour, NeighbourSurrogate>
{
    public Neighbour ConvertFromSurrogate(in NeighbourSurrogate surrogate) =>
        new(surrogate.Namespace, surrogate.Identifier);

    public NeighbourSurrogate ConvertToSurrogate(in Neighbour value) =>
        new() { Namespace = value.Namespace, Identifier = value.Identifier };
}

[GenerateSerializer]
[Alias("martechgrains.wire.neighbourReport")]
internal struct NeighbourReportSurrogate
{
    [Id(0)]
    public HomeId Home;

    [Id(1)]
    public int Version;

    [Id(2)]
    public ImmutableArray<Neighbour> Neighbours;

    [Id(3)]
    public ImmutableArray<HomeId> Superseded;
}

[RegisterConverter]
internal sealed class NeighbourReportConverter : IConverter<NeighbourReport, NeighbourReportSurrogate>
{
    public NeighbourReport ConvertFromSurrogate(in NeighbourReportSurrogate surrogate) =>
        new(surrogate.Home, surrogate.Version, surrogate.Neighbours, surrogate.Superseded);

    public NeighbourReportSurrogate ConvertToSurrogate(in NeighbourReport value) =>
        new()
        {
            Home = value.Home,
            Version = value.Version,
            Neighbours = value.Neighbours,
            Superseded = value.Superseded,
        };
}

[GenerateSerializer]
[Alias("martechgrains.wire.valueRule")]
internal struct ValueRuleSurrogate
{
    [Id(0)]
    public int PolicyVersion;

    [Id(1)]
    public int? GenericAfter;

    [Id(2)]
    public bool Blocked;
}

[RegisterConverter]
internal sealed class ValueRuleConverter : IConverter<ValueRule, ValueRuleSurrogate>
{
    public ValueRule ConvertFromSurrogate(in ValueRuleSurrogate surrogate) =>
        new(surrogate.PolicyVersion, surrogate.GenericAfter, surrogate.Blocked);

    public ValueRuleSurrogate ConvertToSurrogate(in ValueRule value) =>
        new() { PolicyVersion = value.PolicyVersion, GenericAfter = value.GenericAfter, Blocked = value.Blocked };
}

[GenerateSerializer]
[Alias("martechgrains.wire.openJoin")]
internal struct OpenJoinSurrogate
{
    [Id(0)]
    public IdentifierKey Identifier;

    [Id(1)]
    public bool Member;

    [Id(2)]
    public bool Carrier;

    [Id(3)]
    public NeighbourReport? Report;

    [Id(4)]
    public ValueRule Rule;
}

[RegisterConverter]
internal sealed class OpenJoinConverter : IConverter<OpenJoin, OpenJoinSurrogate>
{
    public OpenJoin ConvertFromSurrogate(in OpenJoinSurrogate surrogate) =>
        new(surrogate.Identifier, surrogate.Member, surrogate.Carrier, surrogate.Report, surrogate.Rule);

    public OpenJoinSurrogate ConvertToSurrogate(in OpenJoin value) =>
        new()
        {
            Identifier = value.Identifier,
            Member = value.Member,
            Carrier = value.Carrier,
            Report = value.Report,
            Rule = value.Rule,
        };
}

[GenerateSerializer]
[Alias("martechgrains.wire.joinRequest")]
internal struct JoinRequestSurrogate
{
    [Id(0)]
    public HomeId Home;

    [Id(1)]
    public OpenJoin Join;
}

[RegisterConverter]
internal sealed class JoinRequestConverter : IConverter<JoinRequest, JoinRequestSurrogate>
{
    public JoinRequest ConvertFromSurrogate(in JoinRequestSurrogate surrogate) => new(surrogate.Home, surrogate.Join);

    public JoinRequestSurrogate ConvertToSurrogate(in JoinRequest value) =>
        new() { Home = value.Home, Join = value.Join };
}

[GenerateSerializer]
[Alias("martechgrains.wire.joinReply")]
internal struct JoinReplySurrogate
{
    [Id(0)]
    public HomeId Home;

    [Id(1)]
    public long Epoch;

    [Id(2)]
    public bool Inert;

    [Id(3)]
    public bool Uniting;

    [Id(4)]
    public ImmutableArray<HomeId> ToDo;
}

[RegisterConverter]
internal sealed class JoinReplyConverter : IConverter<JoinReply, JoinReplySurrogate>
{
    public JoinReply ConvertFromSurrogate(in JoinReplySurrogate surrogate) =>
        new(surrogate.Home, surrogate.Epoch, surrogate.Inert, surrogate.Uniting, surrogate.ToDo);

    public JoinReplySurrogate ConvertToSurrogate(in JoinReply value) =>
        new()
        {
            Home = value.Home,
            Epoch = value.Epoch,
            Inert = value.Inert,
            Uniting = value.Uniting,
            ToDo = value.ToDo,
        };
}

[GenerateSerializer]
[Alias("martechgrains.wire.joinConfirmation")]
internal struct JoinConfirmationSurrogate
{
    [Id(0)]
    public IdentifierKey Identifier;

    [Id(1)]
    public bool Member;

    [Id(2)]
    public bool Carrier;

    [Id(3)]
    public long Epoch;

    [Id(4)]
    public bool Inert;

    [Id(5)]
    public NeighbourReport? Report;
}

[RegisterConverter]
internal sealed class JoinConfirmationConverter : IConverter<JoinConfirmation, JoinConfirmationSurrogate>
{
    public JoinConfirmation ConvertFromSurrogate(in JoinConfirmationSurrogate surrogate) =>
        new(
            surrogate.Identifier, surrogate.Member, surrogate.Carrier, surrogate.Epoch,
            surrogate.Inert, surrogate.Report);

    public JoinConfirmationSurrogate ConvertToSurrogate(in JoinConfirmation value) =>
        new()
        {
            Identifier = value.Identifier,
            Member = value.Member,
            Carrier = value.Carrier,
            Epoch = value.Epoch,
            Inert = value.Inert,
            Report = value.Report,
        };
}
