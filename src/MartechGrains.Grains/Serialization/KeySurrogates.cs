using MartechGrains.Core.Events;
using MartechGrains.Core.Identity;

namespace MartechGrains.Grains.Serialization;

[GenerateSerializer]
[Alias("martechgrains.wire.identifierKey")]
internal readonly record struct IdentifierKeySurrogate([property: Id(0)] UInt128 Bits);

[RegisterConverter]
internal sealed class IdentifierKeyConverter : IConverter<IdentifierKey, IdentifierKeySurrogate>
{
    public IdentifierKey ConvertFromSurrogate(in IdentifierKeySurrogate surrogate) =>
        new(surrogate.Bits);

    public IdentifierKeySurrogate ConvertToSurrogate(in IdentifierKey value) => new(value.Bits);
}

[GenerateSerializer]
[Alias("martechgrains.wire.homeId")]
internal readonly record struct HomeIdSurrogate([property: Id(0)] IdentifierKey Founder);

[RegisterConverter]
internal sealed class HomeIdConverter : IConverter<HomeId, HomeIdSurrogate>
{
    public HomeId ConvertFromSurrogate(in HomeIdSurrogate surrogate) =>
        new(surrogate.Founder);

    public HomeIdSurrogate ConvertToSurrogate(in HomeId value) => new(value.Founder);
}

[GenerateSerializer]
[Alias("martechgrains.wire.eventHash")]
internal readonly record struct EventHashSurrogate([property: Id(0)] UInt128 Bits);

[RegisterConverter]
internal sealed class EventHashConverter : IConverter<EventHash, EventHashSurrogate>
{
    public EventHash ConvertFromSurrogate(in EventHashSurrogate surrogate) =>
        new(surrogate.Bits);

    public EventHashSurrogate ConvertToSurrogate(in EventHash value) => new(value.Bits);
}

[GenerateSerializer]
[Alias("martechgrains.wire.identifier")]
internal readonly record struct IdentifierSurrogate([property: Id(0)] string Namespace, [property: Id(1)] string Value);

[RegisterConverter]
internal sealed class IdentifierConverter : IConverter<Identifier, IdentifierSurrogate>
{
    public Identifier ConvertFromSurrogate(in IdentifierSurrogate surrogate) =>
        new(surrogate.Namespace, surrogate.Value);

    public IdentifierSurrogate ConvertToSurrogate(in Identifier value) => new(value.Namespace, value.Value);
}
