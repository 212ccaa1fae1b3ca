using System.Collections.Immutable;
using System.Runtime.InteropServices;
using MartechGrains.Core.Events;
using MartechGrains.Core.Homes.Messages;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Time;

namespace MartechGrains.Grains.Serialization;

[GenerateSerializer]
[Alias("martechgrains.wire.fact")]
internal readonly record struct FactSurrogate(
    [property: Id(0)] EventClass Class,
    [property: Id(1)] Channel Channel,
    [property: Id(2)] long Units,
    [property: Id(3)] long AmountMinor,
    [property: Id(4)] string Currency);

[RegisterConverter]
internal sealed class FactConverter : IConverter<Fact, FactSurrogate>
{
    public Fact ConvertFromSurrogate(in FactSurrogate surrogate) =>
        new(surrogate.Class, surrogate.Channel, surrogate.Units, surrogate.AmountMinor, surrogate.Currency);

    public FactSurrogate ConvertToSurrogate(in Fact value) =>
        new(value.Class, value.Channel, value.Units, value.AmountMinor, value.Currency);
}

[GenerateSerializer]
[Alias("martechgrains.wire.traitValue")]
internal readonly record struct TraitValueSurrogate([property: Id(0)] string Name, [property: Id(1)] string Json);

[RegisterConverter]
internal sealed class TraitValueConverter : IConverter<TraitValue, TraitValueSurrogate>
{
    public TraitValue ConvertFromSurrogate(in TraitValueSurrogate surrogate) =>
        new(surrogate.Name, surrogate.Json);

    public TraitValueSurrogate ConvertToSurrogate(in TraitValue value) => new(value.Name, value.Json);
}

[GenerateSerializer]
[Alias("martechgrains.wire.consentStatement")]
internal readonly record struct ConsentStatementSurrogate(
    [property: Id(0)] string Purpose,
    [property: Id(1)] bool IsGranted);

[RegisterConverter]
internal sealed class ConsentStatementConverter : IConverter<ConsentStatement, ConsentStatementSurrogate>
{
    public ConsentStatement ConvertFromSurrogate(in ConsentStatementSurrogate surrogate) =>
        new(surrogate.Purpose, surrogate.IsGranted);

    public ConsentStatementSurrogate ConvertToSurrogate(in ConsentStatement value) =>
        new(value.Purpose, value.IsGranted);
}

[GenerateSerializer]
[Alias("martechgrains.wire.sourceField")]
internal readonly record struct SourceFieldSurrogate([property: Id(0)] string Output, [property: Id(1)] string Field);

[RegisterConverter]
internal sealed class SourceFieldConverter : IConverter<SourceField, SourceFieldSurrogate>
{
    public SourceField ConvertFromSurrogate(in SourceFieldSurrogate surrogate) =>
        new(surrogate.Output, surrogate.Field);

    public SourceFieldSurrogate ConvertToSurrogate(in SourceField value) => new(value.Output, value.Field);
}

[GenerateSerializer]
[Alias("martechgrains.wire.canonicalEvent")]
internal readonly record struct CanonicalEventSurrogate(
    [property: Id(0)] string Source,
    [property: Id(1)] string EventId,
    [property: Id(2)] EventTime EventTime,
    [property: Id(3)] ImmutableArray<Identifier> Identifiers,
    [property: Id(4)] Fact Fact,
    [property: Id(5)] string Name,
    [property: Id(6)] ImmutableArray<TraitValue> Traits,
    [property: Id(7)] ImmutableArray<SourceField> SourceFields,
    [property: Id(8)] int CleaningVersion,
    [property: Id(9)] ulong ContentHash,
    [property: Id(10)] byte[] Raw,
    [property: Id(11)] ImmutableArray<ConsentStatement> Consents);

[RegisterConverter]
internal sealed class CanonicalEventConverter : IConverter<CanonicalEvent, CanonicalEventSurrogate>
{
    public CanonicalEvent ConvertFromSurrogate(in CanonicalEventSurrogate surrogate) => new()
    {
        Source = surrogate.Source,
        EventId = surrogate.EventId,
        EventTime = surrogate.EventTime,
        Identifiers = surrogate.Identifiers,
        Fact = surrogate.Fact,
        Name = surrogate.Name,
        Traits = surrogate.Traits,
        // A silo that does not know them yet leaves them out.
        Consents = surrogate.Consents.IsDefault ? [] : surrogate.Consents,
        SourceFields = surrogate.SourceFields,
        CleaningVersion = surrogate.CleaningVersion,
        ContentHash = surrogate.ContentHash,
        Raw = surrogate.Raw,
    };

    public CanonicalEventSurrogate ConvertToSurrogate(in CanonicalEvent value) =>
        new(
            value.Source, value.EventId, value.EventTime, value.Identifiers, value.Fact, value.Name, value.Traits,
            value.SourceFields, value.CleaningVersion, value.ContentHash, ArrayOf(value.Raw), value.Consents);

    private static byte[] ArrayOf(ReadOnlyMemory<byte> bytes) =>
        MemoryMarshal.TryGetArray(bytes, out var segment)
        && segment is { Offset: 0, Array: { } whole } && whole.Length == segment.Count
            ? whole
            : bytes.ToArray();
}

[GenerateSerializer]
[Alias("martechgrains.wire.routedEvent")]
internal readonly record struct RoutedEventSurrogate(
    [property: Id(0)] CanonicalEvent Event,
    [property: Id(1)] ImmutableArray<IdentifierKey> Keys,
    [property: Id(2)] ImmutableArray<IdentifierKey> Linkable);

[RegisterConverter]
internal sealed class RoutedEventConverter : IConverter<RoutedEvent, RoutedEventSurrogate>
{
    public RoutedEvent ConvertFromSurrogate(in RoutedEventSurrogate surrogate) =>
        new(surrogate.Event, surrogate.Keys, surrogate.Linkable);

    public RoutedEventSurrogate ConvertToSurrogate(in RoutedEvent value) =>
        new(value.Event, value.Keys, value.Linkable);
}
