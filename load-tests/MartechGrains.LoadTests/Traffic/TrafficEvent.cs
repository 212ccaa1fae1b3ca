using MartechGrains.Protocol.Types.V1;
using Identifier = MartechGrains.Core.Identity.Identifier;

namespace MartechGrains.LoadTests.Traffic;

/// <summary>One event of the generated traffic, before it is encoded.</summary>
public sealed record TrafficEvent
{
    /// <summary>Names the event within its source; a repeated event has that of its original.</summary>
    public required string EventId { get; init; }

    /// <summary>When it happened, whole milliseconds.</summary>
    public required DateTimeOffset EventTime { get; init; }

    /// <summary>What happened.</summary>
    public required EventClass Class { get; init; }

    /// <summary>Through what it happened.</summary>
    public required Channel Channel { get; init; }

    /// <summary>Whose it is, at least one.</summary>
    public required IReadOnlyList<Identifier> Identifiers { get; init; }

    /// <summary>The person who really acted; not sent, for tests only.</summary>
    public required int Person { get; init; }

    /// <summary>Number of the product concerned, where one is.</summary>
    public int? Product { get; init; }

    /// <summary>Revenue in minor units of <see cref="CurrencyCode"/>, of an order.</summary>
    public long? AmountMinorUnits { get; init; }

    /// <summary>ISO 4217 code, of an order.</summary>
    public string? CurrencyCode { get; init; }

    /// <summary>Units of an order.</summary>
    public int? Units { get; init; }

    /// <summary>What the person declares, of an identify call.</summary>
    public IReadOnlyDictionary<string, string>? Traits { get; init; }

    /// <summary>The value of one namespace, or null.</summary>
    public string? ValueOf(string identifierNamespace)
    {
        foreach (var identifier in Identifiers)
        {
            if (string.Equals(identifier.Namespace, identifierNamespace, StringComparison.Ordinal))
                return identifier.Value;
        }

        return null;
    }
}

/// <summary>The namespaces the traffic uses.</summary>
public static class Namespaces
{
    /// <summary>A browser.</summary>
    public const string AnonymousId = "anonymous_id";

    /// <summary>A login.</summary>
    public const string UserId = "user_id";

    /// <summary>An e-mail address.</summary>
    public const string Email = "email";

    /// <summary>A phone or tablet with the app.</summary>
    public const string DeviceId = "device_id";

    /// <summary>A number of the shop's order system.</summary>
    public const string CustomerNumber = "customer_number";
}
