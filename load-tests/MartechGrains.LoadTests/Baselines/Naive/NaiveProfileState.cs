namespace MartechGrains.LoadTests.Baselines.Naive;

/// <summary>All that the naive service knows of a person.</summary>
[GenerateSerializer]
[Alias("load.NaiveProfileState")]
public sealed class NaiveProfileState
{
    /// <summary>How many event ids are remembered; more would make every write larger.</summary>
    public const int MaxRecentEventIds = 200;

    /// <summary>Events by class.</summary>
    [Id(0)]
    public Dictionary<string, long> EventCounts { get; set; } = [];

    /// <summary>Revenue in minor units by currency.</summary>
    [Id(1)]
    public Dictionary<string, long> Revenue { get; set; } = [];

    /// <summary>What the person declared.</summary>
    [Id(2)]
    public Dictionary<string, string> Traits { get; set; } = [];

    /// <summary>Identifiers seen, as <c>namespace:value</c>.</summary>
    [Id(3)]
    public HashSet<string> Identifiers { get; set; } = [];

    /// <summary>The newest event ids, by which a repeated event is told.</summary>
    [Id(4)]
    public List<string> RecentEventIds { get; set; } = [];

    /// <summary>Event time of the first event.</summary>
    [Id(5)]
    public DateTime? FirstSeen { get; set; }

    /// <summary>Event time of the last event.</summary>
    [Id(6)]
    public DateTime? LastSeen { get; set; }
}

/// <summary>One event on its way to the grain.</summary>
[GenerateSerializer]
[Immutable]
[Alias("load.NaiveEvent")]
public sealed record NaiveEvent(
    [property: Id(0)] string EventId,
    [property: Id(1)] DateTime EventTime,
    [property: Id(2)] string Class,
    [property: Id(3)] string[] Identifiers,
    [property: Id(4)] string? CurrencyCode,
    [property: Id(5)] long MinorUnits,
    [property: Id(6)] string? TraitsJson);
