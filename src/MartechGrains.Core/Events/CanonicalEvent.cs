using System.Collections.Immutable;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Time;

namespace MartechGrains.Core.Events;

/// <summary>
/// An event after decoding, source contract and cleaning: everything later stages may look at.
/// All but <see cref="Raw"/> is a function of the payload and of <see cref="CleaningVersion"/>.
/// </summary>
public sealed record CanonicalEvent
{
    private KeptHash _hash;

    /// <summary>The registered source, such as <c>web</c>; never empty.</summary>
    public required string Source
    {
        get;
        init
        {
            field = value;
            _hash = default;
        }
    }

    /// <summary>The source's id for the event; (source, id) counts once.</summary>
    public required string EventId
    {
        get;
        init
        {
            field = value;
            _hash = default;
        }
    }

    /// <summary>When it happened.</summary>
    public required EventTime EventTime { get; init; }

    /// <summary>
    /// Normalised, distinct, in the order of <see cref="Identifier.CompareTo"/>; never empty. Blocked ones included.
    /// </summary>
    public required ImmutableArray<Identifier> Identifiers { get; init; }

    /// <summary>What it adds.</summary>
    public required Fact Fact { get; init; }

    /// <summary>
    /// The event's name as the source gave it (Segment's <c>event</c>, else its type); at most 256 characters.
    /// </summary>
    public required string Name { get; init; }

    /// <summary>Traits it declares, sorted by name, distinct.</summary>
    public ImmutableArray<TraitValue> Traits { get; init; } = [];

    /// <summary>What it says the person agreed to or refused, sorted, distinct.</summary>
    public ImmutableArray<ConsentStatement> Consents { get; init; } = [];

    /// <summary>
    /// Where each derived value came from: output, such as <c>fact.amount</c>, and the source field it was read from,
    /// such as <c>properties.revenue</c>.
    /// </summary>
    public ImmutableArray<SourceField> SourceFields { get; init; } = [];

    /// <summary>Version of the cleaning that made this event from its payload.</summary>
    public required int CleaningVersion { get; init; }

    /// <summary>
    /// First 64 bits of SHA-256 over the canonical content, without fields derived from arrival (received and sent
    /// times). Two deliveries of one (source, event id) with different hashes conflict.
    /// </summary>
    public required ulong ContentHash { get; init; }

    /// <summary>The payload as it arrived: one event's bytes.</summary>
    public required ReadOnlyMemory<byte> Raw { get; init; }

    /// <summary>The duplicate key; computed once.</summary>
    public EventHash Hash => _hash.Get(Source, EventId);

    /// <summary>Its place among all that is said of a person.</summary>
    public EventOrigin Origin => new(EventTime, Source, EventId);

    /// <summary>
    /// The hash, once somebody has asked for it. Several threads may ask at once: each computes the same bits, and
    /// sees the mark only after the bits. No part of what makes two events equal.
    /// </summary>
    private struct KeptHash : IEquatable<KeptHash>
    {
        private EventHash _hash;
        private bool _isKept;

        public EventHash Get(string source, string eventId)
        {
            if (!Volatile.Read(ref _isKept))
            {
                _hash = EventHash.Of(source, eventId);
                Volatile.Write(ref _isKept, true);
            }

            return _hash;
        }

        public readonly bool Equals(KeptHash other) => true;

        public override readonly bool Equals(object? obj) => obj is KeptHash;

        public override readonly int GetHashCode() => 0;
    }
}
