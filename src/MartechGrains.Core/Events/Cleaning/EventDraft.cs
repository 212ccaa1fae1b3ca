using System.Text.Json;
using MartechGrains.Core.Time;

namespace MartechGrains.Core.Events.Cleaning;

/// <summary>
/// An event as a decoder read it from its wire form, before cleaning. Every door (Segment's JSON, gRPC, a topic) makes
/// one of these and hands it to <see cref="EventCleaning.Clean"/>, so that all of them mean the same by the same event.
/// </summary>
public sealed record EventDraft
{
    /// <summary>The source's id; empty where it gave none.</summary>
    public string EventId { get; init; } = "";

    /// <summary>Path of the id in the payload.</summary>
    public string EventIdField { get; init; } = "messageId";

    /// <summary>What the producer called.</summary>
    public required EventType Type { get; init; }

    /// <summary>The event's name; never empty.</summary>
    public required string Name { get; init; }

    /// <summary>Path of the name in the payload.</summary>
    public string NameField { get; init; } = "event";

    /// <summary>When it happened as the producer asserts.</summary>
    public EventTime? Timestamp { get; init; }

    /// <summary>Path of <see cref="Timestamp"/> in the payload.</summary>
    public string TimestampField { get; init; } = "timestamp";

    /// <summary>
    /// When it happened by the device's own clock, for producers that leave the correction to the receiver.
    /// </summary>
    public EventTime? OriginalTimestamp { get; init; }

    /// <summary>
    /// When it was sent by the same clock, in milliseconds since 1970 UTC; only used to recognise a wrong clock.
    /// </summary>
    public long? SentAt { get; init; }

    /// <summary>Whether the time that counts was written without saying how far it is from UTC.</summary>
    public bool IsLocalTime { get; init; }

    /// <summary>All identifiers, in any order, repetitions allowed.</summary>
    public IReadOnlyList<RawIdentifier> Identifiers { get; init; } = [];

    /// <summary>Through what, as far as the decoder knows; an event name of a message overrides it.</summary>
    public Channel Channel { get; init; }

    /// <summary>Path <see cref="Channel"/> was read from; empty where unknown.</summary>
    public string ChannelField { get; init; } = "";

    /// <summary>
    /// The properties as a JSON object, from which facts are derived; undefined where there are none.
    /// </summary>
    public JsonElement Properties { get; init; }

    /// <summary>
    /// What is wrong with the properties where something else is in their place: no reason to lose an event, unless it
    /// is about money.
    /// </summary>
    public EventFault? WrongProperties { get; init; }

    /// <summary>
    /// Facts the producer states in typed form; what it leaves out is derived from name and properties.
    /// </summary>
    public StatedFact Stated { get; init; }

    /// <summary>Traits declared about the person, each name once.</summary>
    public IReadOnlyList<RawTrait> Traits { get; init; } = [];

    /// <summary>Consent statements, in any order, repetitions allowed.</summary>
    public IReadOnlyList<RawConsent> Consents { get; init; } = [];

    /// <summary>What the decoder left out (<c>ignored.CODE</c>) or coerced (<c>coerced.HOW</c>).</summary>
    public IReadOnlyList<SourceField> Notes { get; init; } = [];

    /// <summary>The event's bytes as they arrived.</summary>
    public required ReadOnlyMemory<byte> Raw { get; init; }
}

/// <summary>One identifier as the source gave it.</summary>
/// <param name="Namespace">The namespace.</param>
/// <param name="Value">The value; empty and white space count as not given.</param>
/// <param name="Field">Its path in the payload.</param>
/// <param name="IsIncidental">
/// Whether the event can do without it where it names somebody else: if such a value does not fit its namespace it is
/// left out, and the lineage says so; any other refuses the event.
/// </param>
/// <param name="Wrong">What is wrong where it is no text at all; null for nothing.</param>
public readonly record struct RawIdentifier(
    string Namespace, string Value, string Field, bool IsIncidental = false, EventFault? Wrong = null);

/// <summary>One trait as the source gave it.</summary>
/// <param name="Name">The trait's name.</param>
/// <param name="Value">Its value; null clears the trait.</param>
/// <param name="Field">Its path in the payload.</param>
public readonly record struct RawTrait(string Name, JsonElement Value, string Field)
{
    /// <summary>Traits by name, ordinally; the list itself where it is so already.</summary>
    internal static IReadOnlyList<RawTrait> Sorted(IReadOnlyList<RawTrait> traits)
    {
        for (var i = 1; i < traits.Count; i++)
        {
            if (string.CompareOrdinal(traits[i - 1].Name, traits[i].Name) > 0)
                return [.. traits.OrderBy(static trait => trait.Name, StringComparer.Ordinal)];
        }

        return traits;
    }
}

/// <summary>One consent statement as the source gave it.</summary>
/// <param name="Purpose">The purpose, in any case.</param>
/// <param name="IsGranted">Whether it was granted; if not, it was denied.</param>
/// <param name="Field">Its path in the payload.</param>
public readonly record struct RawConsent(string Purpose, bool IsGranted, string Field);

/// <summary>Facts in typed form.</summary>
/// <param name="Class">What happened; null derives it from the event's name.</param>
/// <param name="Units">Units; null derives them.</param>
/// <param name="AmountMinor">The amount in minor units of <paramref name="Currency"/>; null derives it.</param>
/// <param name="Currency">ISO 4217 code; must be set where <paramref name="AmountMinor"/> is.</param>
public readonly record struct StatedFact(
    EventClass? Class = null, long? Units = null, long? AmountMinor = null, string? Currency = null);
