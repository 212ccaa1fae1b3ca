using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using MartechGrains.Core.Events;

namespace MartechGrains.Grains.Ingest;

/// <summary>
/// Counts by source what was not taken as it came, under the meter <see cref="MeterName"/>: fields of accepted events
/// that were left out or coerced, and events that went to quarantine.
/// </summary>
public static class IngestMetrics
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "MartechGrains.Ingest";

    /// <summary>Most sources that are counted by name; further ones count as <c>other</c>.</summary>
    public const int MaxSources = 256;

    private const string Other = "other";

    private static readonly Meter Meter = new(MeterName);

    private static readonly Counter<long> Fields = Meter.CreateCounter<long>(
        "martechgrains.ingest.fields", "{field}",
        "Fields of accepted events that were left out (ignored.CODE) or coerced (coerced.HOW), by source.");

    private static readonly Counter<long> Refused = Meter.CreateCounter<long>(
        "martechgrains.ingest.quarantined", "{event}", "Events that went to quarantine, by source and code.");

    private static readonly ConcurrentDictionary<string, KeyValuePair<string, object?>> Sources =
        new(StringComparer.Ordinal);

    internal static void Accepted(CanonicalEvent accepted)
    {
        foreach (var step in accepted.SourceFields)
            if (step.IsNote) Fields.Add(1, Source(accepted.Source), new("note", step.Output));
    }

    internal static void Quarantined(QuarantineReason reason) =>
        Refused.Add(1, Source(reason.Source), new("code", reason.Code));

    private static KeyValuePair<string, object?> Source(string source)
    {
        if (Sources.TryGetValue(source, out var known)) return known;
        var tag = new KeyValuePair<string, object?>("source", Sources.Count < MaxSources ? source : Other);
        if (Sources.Count < MaxSources) Sources.TryAdd(source, tag);
        return tag;
    }
}
