using MartechGrains.Core.Events;
using MartechGrains.Core.Identity;

namespace MartechGrains.Grains.Serialization;

[GenerateSerializer]
[Alias("martechgrains.wire.identifierKey")]
internal struct IdentifierKeySurrogate
{
    [Id(0)]
    public UInt128 Bits;
}

[RegisterConverter]
internal sealed class IdentifierKeyConverter : IConverter<IdentifierKey, IdentifierKeySurrogate>
{
    public IdentifierKey ConvertFromSurrogate(in IdentifierKeySurrogate surrogate) =>
        new(surrogate.Bits);

    public IdentifierKeySurrogate ConvertToSurrogate(in IdentifierKey value) =>
        new() { Bits = value.Bits };
}

[GenerateSerializer]
[Alias("martechgrains.wire.homeId")]
internal struct HomeIdSurrogate
{
    [Id(0)]
    public IdentifierKey Founder;
}

[RegisterConverter]
internal sealed class HomeIdConverter : IConverter<HomeId, HomeIdSurrogate>
{
    public HomeId ConvertFromSurrogate(in HomeIdSurrogate surrogate) =>
        new(surrogate.Founder);

    public HomeIdSurrogate ConvertToSurrogate(in HomeId value) =>
        new() { Founder = value.Founder };
}

[GenerateSerializer]
[Alias("martechgrains.wire.eventHash")]
internal struct EventHashSurrogate
{
    [Id(0)]
    public UInt128 Bits;
}

[RegisterConverter]
internal sealed class EventHashConverter : IConverter<EventHash, EventHashSurrogate>
{
    public EventHash ConvertFromSurrogate(in EventHashSurrogate surrogate) =>
        new(surrogate.Bits);

    public EventHashSurrogate ConvertToSurrogate(in EventHash value) =>
        new() { Bits = value.Bits };
}

[GenerateSerializer]
[Alias("martechgrains.wire.identifier")]
internal struct IdentifierSurrogate
{
    [Id(0)]
    public string Namespace;

    [Id(1)]
    public string Value;
}

[RegisterConverter]
internal sealed class IdentifierConverter : IConverter<Identifier, IdentifierSurrogate>
{
    public Identifier ConvertFromSurrogate(in IdentifierSurrogate surrogate) =>
        new(surrogate.Namespace, surrogate.Value);

    public IdentifierSurrogate ConvertToSurrogate(in Identifier value) =>
        new() { Namespace = value.Namespace, Value = value.Value };
}
