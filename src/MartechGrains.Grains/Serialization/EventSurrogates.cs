using System.Collections.Immutable;
using System.Runtime.InteropServices;
using MartechGrains.Core.Events;
using MartechGrains.Core.Homes.Messages;
using MartechGrains.Core.Identity;

namespace MartechGrains.Grains.Serialization;

[GenerateSerializer]
[Alias("martechgrains.wire.fact")]
internal struct FactSurrogate
{
    [Id(0)]
    public EventClass Class;

    [Id(1)]
    public Channel Channel;

    [Id(2)]
    public long Units;

    [Id(3)]
    public long AmountMinor;

    [Id(4)]
    public string Currency;
}

[RegisterConverter]
internal sealed class FactConverter : IConverter<Fact, FactSurrogate>
{
    public Fact ConvertFromSurrogate(in FactSurrogate surrogate) =>
        new(surrogate.Class, surrogate.Channel, surrogate.Units, surrogate.AmountMinor, surrogate.Currency);

    public FactSurrogate ConvertToSurrogate(in Fact value) =>
        new()
        {
            Class = value.Class,
            Channel = value.Channel,
            Units = value.Units,
            AmountMinor = value.AmountMinor,
            Currency = value.Currency,
        };
}

[GenerateSerializer]
[Alias("martechgrains.wire.traitValue")]
internal struct TraitValueSurrogate
{
    [Id(0)]
    public string Name;

    [Id(1)]
    public string Json;
}

[RegisterConverter]
internal sealed class TraitValueConverter : IConverter<TraitValue, TraitValueSurrogate>
{
    public TraitValue ConvertFromSurrogate(in TraitValueSurrogate surrogate) =>
        new(surrogate.Name, surrogate.Json);

    public TraitValueSurrogate ConvertToSurrogate(in TraitValue value) =>
        new() { Name = value.Name, Json = value.Json };
}

[GenerateSerializer]
[Alias("martechgrains.wire.consentStatement")]
internal struct ConsentStatementSurrogate
{
    [Id(0)]
    public string Purpose;

    [Id(1)]
    public bool IsGranted;
}

[RegisterConverter]
internal sealed class ConsentStatementConverter : IConverter<ConsentStatement, ConsentStatementSurrogate>
{
    public ConsentStatement ConvertFromSurrogate(in ConsentStatementSurrogate surrogate) =>
        new(surrogate.Purpose, surrogate.IsGranted);

    public ConsentStatementSurrogate ConvertToSurrogate(in ConsentStatement value) =>
        new() { Purpose = value.Purpose, IsGranted = value.IsGranted };
}

[GenerateSerializer]
[Alias("martechgrains.wire.sourceField")]
internal struct SourceFieldSurrogate
{
    [Id(0)]
    public string Output;

    [Id(1)]
    public string Field;
}

[RegisterConverter]
internal sealed class SourceFieldConverter : IConverter<SourceField, SourceFieldSurrogate>
{
    public SourceField ConvertFromSurrogate(in SourceFieldSurrogate surrogate) =>
        new(surrogate.Output, surrogate.Field);

    public SourceFieldSurrogate ConvertToSurrogate(in SourceField value) =>
        new() { Output = value.Output, Field = value.Field };
}

[GenerateSerializer]
[Alias("martechgrains.wire.canonicalEvent")]
internal struct CanonicalEventSurrogate
{
    [Id(0)]
    public string Source;

    [Id(1)]
    public string EventId;

    [Id(2)]
    public long EventTime;

    [Id(3)]
    public ImmutableArray<Identifier> Identifiers;

    [Id(4)]
    public Fact Fact;

    [Id(5)]
    public string Name;

    [Id(6)]
    public ImmutableArray<TraitValue> Traits;

    [Id(7)]
    public ImmutableArray<SourceField> SourceFields;

    [Id(8)]
    public int CleaningVersion;

    [Id(9)]
    public ulong ContentHash;

    [Id(10)]
    public byte[] Raw;

    [Id(11)]
    public ImmutableArray<ConsentStatement> Consents;
}

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

    public CanonicalEventSurrogate ConvertToSurrogate(in CanonicalEvent value) => new()
    {
        Source = value.Source,
        EventId = value.EventId,
        EventTime = value.EventTime,
        Identifiers = value.Identifiers,
        Fact = value.Fact,
        Name = value.Name,
        Traits = value.Traits,
        Consents = value.Consents,
        SourceFields = value.SourceFields,
        CleaningVersion = value.CleaningVersion,
        ContentHash = value.ContentHash,
        Raw = ArrayOf(value.Raw),
    };

    private static byte[] ArrayOf(ReadOnlyMemory<byte> bytes) =>
        MemoryMarshal.TryGetArray(bytes, out var segment)
        && segment is { Offset: 0, Array: { } whole } && whole.Length == segment.Count
            ? whole
            : bytes.ToArray();
}

[GenerateSerializer]
[Alias("martechgrains.wire.routedEvent")]
internal struct RoutedEventSurrogate
{
    [Id(0)]
    public CanonicalEvent Event;

    [Id(1)]
    public ImmutableArray<IdentifierKey> Keys;

    [Id(2)]
    public ImmutableArray<IdentifierKey> Linkable;
}

[RegisterConverter]
internal sealed class RoutedEventConverter : IConverter<RoutedEvent, RoutedEventSurrogate>
{
    public RoutedEvent ConvertFromSurrogate(in RoutedEventSurrogate surrogate) =>
        new(surrogate.Event, surrogate.Keys, surrogate.Linkable);

    public RoutedEventSurrogate ConvertToSurrogate(in RoutedEvent value) =>
        new() { Event = value.Event, Keys = value.Keys, Linkable = value.Linkable };
}
