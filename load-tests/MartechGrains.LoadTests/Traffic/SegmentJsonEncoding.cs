using System.Text.Json.Nodes;
using MartechGrains.Protocol.Types.V1;


namespace MartechGrains.LoadTests.Traffic;

/// <summary>Writes generated events as JSON lines in Segment's shape.</summary>
public static class SegmentJsonEncoding
{
    private static readonly string[] ZeroDecimalCurrencies = ["JPY"];

    /// <summary>One event on one line.</summary>
    public static string Line(TrafficEvent made)
    {
        var type = TypeOf(made.Class);
        var line = new JsonObject { ["type"] = type, ["messageId"] = made.EventId, ["timestamp"] = made.EventTime };
        if (made.ValueOf(Namespaces.UserId) is { } userId)
            line["userId"] = userId;
        if (made.ValueOf(Namespaces.AnonymousId) is { } anonymousId)
            line["anonymousId"] = anonymousId;
        if (type == "track")
            line["event"] = SegmentNames.Of(made.Class);
        if (type is "page" or "screen")
            line["name"] = "Shop";
        if (PropertiesOf(made) is { Count: > 0 } properties)
            line["properties"] = properties;
        if (made.Traits is { } traits)
        {
            var declared = new JsonObject();
            foreach (var (name, value) in traits.OrderBy(trait => trait.Key, StringComparer.Ordinal))
                declared[name] = value;
            line["traits"] = declared;
        }

        if (ExternalIdsOf(made) is { Count: > 0 } externalIds)
            line["context"] = new JsonObject { ["externalIds"] = externalIds };
        return line.ToJsonString();
    }

    private static string TypeOf(EventClass eventClass) => eventClass switch
    {
        EventClass.PageViewed => "page",
        EventClass.ScreenViewed => "screen",
        EventClass.Identified => "identify",
        _ => "track",
    };

    private static JsonObject PropertiesOf(TrafficEvent made)
    {
        var properties = new JsonObject();
        if (made.Product is { } product)
            properties["product_id"] = $"sku-{product}";
        if (made is { AmountMinorUnits: { } amount, CurrencyCode: { } currency })
        {
            properties["order_id"] = made.EventId;
            properties["revenue"] = ZeroDecimalCurrencies.Contains(currency) ? amount : amount / 100m;
            properties["currency"] = currency;
            properties["quantity"] = made.Units;
        }

        return properties;
    }

    private static JsonArray ExternalIdsOf(TrafficEvent made)
    {
        var externalIds = new JsonArray();
        foreach (var identifier in made.Identifiers)
        {
            if (identifier.Namespace is Namespaces.UserId or Namespaces.AnonymousId)
                continue;
            externalIds.Add(new JsonObject
            {
                ["id"] = identifier.Value,
                ["type"] = identifier.Namespace,
                ["collection"] = "users",
                ["encoding"] = "none",
            });
        }

        return externalIds;
    }
}
