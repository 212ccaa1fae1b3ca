using MartechGrains.Core.Time;

namespace MartechGrains.Core.Events.Cleaning;

/// <summary>What is known about an event besides its payload.</summary>
public sealed record ReceivedContext
{
    /// <summary>The registered source that sent it; never empty.</summary>
    public required string Source { get; init; }

    /// <summary>When it was received.</summary>
    public required IngestTime ReceivedAt { get; init; }

    /// <summary>Normalisation of identifiers under the policy in force.</summary>
    public required NormaliseIdentifier Normalise { get; init; }

    /// <summary>ISO 4217 code, in upper case, of amounts whose event names no currency.</summary>
    public string DefaultCurrency { get; init; } = "USD";

    /// <summary>
    /// Whether the source's <c>timestamp</c> is told by its clients' own clocks, so that a <c>sentAt</c> in the past
    /// proves a slow one. Never so for files, replays and servers, whose old times are honest.
    /// </summary>
    public bool IsClientClock { get; init; }

    /// <summary>
    /// Id for an event that has none of its own, from a transport that numbers its items, such as a topic's partition
    /// and offset. Null: the id is then made from the content, so that sending it again changes nothing.
    /// </summary>
    public string? FallbackEventId { get; init; }
}
