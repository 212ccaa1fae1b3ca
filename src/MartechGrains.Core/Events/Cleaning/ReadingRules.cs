using System.Collections.Immutable;
using MartechGrains.Core.Time;

namespace MartechGrains.Core.Events.Cleaning;

/// <summary>How a deployment reads events, whatever door they come through.</summary>
public sealed record ReadingRules
{
    /// <summary>ISO 4217 code, in upper case, of amounts whose event names no currency.</summary>
    public string DefaultCurrency { get; init; } = "USD";

    /// <summary>
    /// Sources whose <c>timestamp</c> is told by their clients' own clocks; see
    /// <see cref="ReceivedContext.IsClientClock"/>.
    /// </summary>
    public ImmutableHashSet<string> ClientClocks { get; init; } = [];

    /// <summary>What is known of events of a source besides their payloads.</summary>
    public ReceivedContext ContextOf(string source, IngestTime receivedAt, NormaliseIdentifier normalise) => new()
    {
        Source = source,
        ReceivedAt = receivedAt,
        Normalise = normalise,
        DefaultCurrency = DefaultCurrency,
        IsClientClock = ClientClocks.Contains(source),
    };
}
