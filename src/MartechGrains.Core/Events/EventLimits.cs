using MartechGrains.Core.Identity.Policy;

namespace MartechGrains.Core.Events;

/// <summary>
/// Bounds of what one event, and one batch of events, may carry. Sizes are in bytes unless said otherwise.
/// </summary>
public static class EventLimits
{
    /// <summary>Largest event, as its producer wrote it.</summary>
    public const int MaxEventBytes = 32 * 1024;

    /// <summary>Largest batch, decompressed.</summary>
    public const int MaxBatchBytes = 500 * 1024;

    /// <summary>Most events in one batch.</summary>
    public const int MaxBatchEvents = 2_500;

    /// <summary>
    /// Largest <c>context</c> a batch may declare for all its events; it is copied into each of them.
    /// </summary>
    public const int MaxBatchContextBytes = 4 * 1024;

    /// <summary>Deepest nesting of objects and arrays in an event.</summary>
    public const int MaxDepth = 32;

    /// <summary>Longest name of a source, in characters.</summary>
    public const int MaxSourceLength = SurvivorshipPolicy.MaxSourceLength;

    /// <summary>Longest event id of any source, in UTF-8.</summary>
    public const int MaxEventIdBytes = 256;

    /// <summary>Longest <c>messageId</c> of a Segment event, in characters.</summary>
    public const int MaxMessageIdLength = 100;

    /// <summary>Longest event name, in characters.</summary>
    public const int MaxNameLength = 256;

    /// <summary>Most identifiers an event may give, repetitions included.</summary>
    public const int MaxIdentifiers = 50;

    /// <summary>Most traits of one event.</summary>
    public const int MaxTraits = 256;

    /// <summary>Largest value of a trait, as compact JSON.</summary>
    public const int MaxTraitBytes = 8 * 1024;

    /// <summary>Deepest nesting of objects and arrays in a trait's value.</summary>
    public const int MaxTraitDepth = 16;

    /// <summary>Most consent statements of one event, repetitions included.</summary>
    public const int MaxConsents = 64;

    /// <summary>Largest amount, in minor units.</summary>
    public const long MaxAmountMinor = 1_000_000_000_000_000;

    /// <summary>Most units of one event, and of one of its lines.</summary>
    public const long MaxUnits = 1_000_000_000;

    /// <summary>Earliest event time: 1990-01-01T00:00:00Z in milliseconds since 1970 UTC.</summary>
    public const long MinEventTime = 631_152_000_000;

    /// <summary>
    /// Last instant that can be written at all: the end of the year 9999, in milliseconds since 1970 UTC.
    /// </summary>
    public const long MaxTime = 253_402_300_799_999;

    /// <summary>How far an event time may be ahead of the time of receipt, in milliseconds.</summary>
    public const long MaxAheadMilliseconds = 5 * 60 * 1000;
}
