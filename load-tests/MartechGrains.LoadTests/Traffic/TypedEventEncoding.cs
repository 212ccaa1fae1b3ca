using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using MartechGrains.Protocol.Ingest.V1;
using MartechGrains.Protocol.Types.V1;


namespace MartechGrains.LoadTests.Traffic;

/// <summary>Writes generated events as the ingest service takes them.</summary>
public static class TypedEventEncoding
{
    /// <summary>One serialised <see cref="IngestEventsRequest"/> of consecutive events.</summary>
    /// <param name="at">The traffic.</param>
    /// <param name="first">Index of the first event.</param>
    /// <param name="count">How many events.</param>
    public static byte[] Batch(Func<long, TrafficEvent> at, long first, int count)
    {
        var request = new IngestEventsRequest();
        for (var index = first; index < first + count; index++)
            request.Events.Add(new Event { Typed = Typed(at(index)) });
        return request.ToByteArray();
    }

    /// <summary>One event.</summary>
    public static TypedEvent Typed(TrafficEvent made)
    {
        var typed = new TypedEvent
        {
            EventId = made.EventId,
            EventTime = Timestamp.FromDateTimeOffset(made.EventTime),
            EventClass = made.Class,
            Name = SegmentNames.Of(made.Class),
            Channel = made.Channel,
        };
        foreach (var identifier in made.Identifiers)
            typed.Identifiers.Add(new Identifier { Namespace = identifier.Namespace, Value = identifier.Value });
        if (made.Product is { } product)
        {
            typed.PropertiesJson = ByteString.CopyFromUtf8(
                string.Create(CultureInfo.InvariantCulture, $"{{\"product_id\":\"sku-{product}\"}}"));
        }

        if (made.AmountMinorUnits is { } amount)
            typed.Amount = new Money { CurrencyCode = made.CurrencyCode, MinorUnits = amount };
        if (made.Units is { } units)
            typed.Units = units;
        if (made.Traits is { } traits)
            typed.TraitsJson = ByteString.CopyFrom(System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(traits));
        return typed;
    }
}
