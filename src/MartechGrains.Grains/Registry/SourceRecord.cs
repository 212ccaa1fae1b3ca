using System.Collections.Immutable;
using MartechGrains.Core.Time;

namespace MartechGrains.Grains.Registry;

/// <summary>A source as servers registered it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="FirstRegistered">When a server first knew it.</param>
/// <param name="LastRegistered">When a server last started with it.</param>
/// <param name="WriteKeyHashes">SHA-256 of its write keys, as lower-case hexadecimal digits, sorted.</param>
[GenerateSerializer]
[Immutable]
[Alias("martechgrains.registry.source")]
public sealed record SourceRecord(
    [property: Id(0)] string Name,
    [property: Id(1)] IngestTime FirstRegistered,
    [property: Id(2)] IngestTime LastRegistered,
    [property: Id(3)] ImmutableArray<string> WriteKeyHashes)
{
    /// <summary>Most write keys of one source.</summary>
    public const int MaxWriteKeys = 64;

    /// <summary>The record after a registration.</summary>
    /// <exception cref="ArgumentException">More than <see cref="MaxWriteKeys"/> write keys.</exception>
    public static SourceRecord Register(
        SourceRecord? known, string name, ImmutableArray<string> writeKeyHashes, IngestTime now)
    {
        ImmutableArray<string> hashes = [.. writeKeyHashes.Distinct().Order(StringComparer.Ordinal)];
        if (hashes.Length > MaxWriteKeys)
            throw new ArgumentException($"A source has at most {MaxWriteKeys} write keys.", nameof(writeKeyHashes));
        return new SourceRecord(
            name, known?.FirstRegistered ?? now, IngestTime.Max(now, known?.LastRegistered ?? now), hashes);
    }
}
