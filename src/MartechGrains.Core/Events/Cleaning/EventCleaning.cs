using System.Buffers;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using MartechGrains.Core.Events.Json;
using MartechGrains.Core.Identity;

namespace MartechGrains.Core.Events.Cleaning;

/// <summary>
/// Makes a canonical event of a draft, or says why it cannot be one. The same for every door, pure and deterministic.
/// What the identity policy limits (values per namespace) and what a source's contract adds is checked after it.
/// </summary>
public static class EventCleaning
{
    /// <summary>
    /// Version of these rules; recorded with every event. Raise it when the same draft would give another event.
    /// </summary>
    public const int Version = 3;

    private const int MaxKeptCapacity = 16 * 1024;
    private const string TraitLeftOut = SourceField.Ignored + QuarantineCodes.OutOfRange;

    private static readonly FrozenDictionary<string, string> UsualIdentifiers = new[]
    {
        "user_id", "anonymous_id", "email", "phone", "device_id", "account_id", "customer_number",
    }.ToFrozenDictionary(static name => name, static name => "identifier." + name);

    // Only ever hold one event's, while it is cleaned.
    [ThreadStatic]
    private static ImmutableArray<SourceField>.Builder? _lineage;

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _json;

    /// <summary>Cleans one draft.</summary>
    /// <param name="draft">The event as a decoder read it.</param>
    /// <param name="context">What is known besides.</param>
    public static DecodedEvent Clean(EventDraft draft, ReceivedContext context)
    {
        ArgumentNullException.ThrowIfNull(draft);
        ArgumentNullException.ThrowIfNull(context);
        var lineage = _lineage ??= ImmutableArray.CreateBuilder<SourceField>();
        lineage.Clear();
        lineage.AddRange(draft.Notes);
        if (CheckEnvelope(draft) is { } envelopeFault)
            return Reject(draft, context, envelopeFault);
        if (EventClock.Read(draft, context, out var time, out var timeField, out var correction) is { } timeFault)
            return Reject(draft, context, timeFault);
        lineage.Add(new("event_time", timeField));
        if (correction != 0)
            lineage.Add(new("event_time.corrected", MinutesOf(correction)));
        if (new FactReading(draft, context.DefaultCurrency, lineage).Read(out var fact) is { } factFault)
            return Reject(draft, context, factFault);
        var traits = ReadTraits(draft.Traits, lineage);
        if (ConsentReading.Read(draft.Consents, lineage, out var consents) is { } consentFault)
            return Reject(draft, context, consentFault);
        if (ReadIdentifiers(draft.Identifiers, context.Normalise, lineage, out var identifiers) is { } idFault)
            return Reject(draft, context, idFault);
        var digest = ContentDigest.Of(draft, consents);
        return new DecodedEvent.Accepted(new CanonicalEvent
        {
            Source = context.Source,
            EventId = ReadEventId(draft, context, digest, lineage),
            EventTime = time,
            Identifiers = identifiers,
            Fact = fact,
            Name = draft.Name,
            Traits = traits,
            Consents = consents,
            SourceFields = lineage.ToImmutable(),
            CleaningVersion = Version,
            ContentHash = digest.First64,
            Raw = draft.Raw,
        });
    }

    /// <summary>Whether a text can be an event id: not too long, no control characters. The empty one can.</summary>
    public static bool IsValidEventId(string eventId)
    {
        ArgumentNullException.ThrowIfNull(eventId);
        return eventId.Length <= EventLimits.MaxEventIdBytes
            && Encoding.UTF8.GetByteCount(eventId) <= EventLimits.MaxEventIdBytes
            && !HasControl(eventId);
    }

    internal static bool HasControl(ReadOnlySpan<char> text) =>
        text.IndexOfAnyInRange('\u0000', '\u001f') >= 0 || text.IndexOfAnyInRange('\u007f', '\u009f') >= 0;

    private static EventFault? CheckEnvelope(EventDraft draft)
    {
        if (draft.Raw.Length > EventLimits.MaxEventBytes)
            return TooLarge();
        if (!IsValidEventId(draft.EventId))
        {
            return new EventFault(
                QuarantineCodes.InvalidEventId, draft.EventIdField, "string",
                $"Send an id of at most {EventLimits.MaxEventIdBytes} bytes, without control characters.");
        }

        if (draft.Name.Length is 0 or > EventLimits.MaxNameLength || HasControl(draft.Name))
        {
            return new EventFault(
                QuarantineCodes.OutOfRange, draft.NameField, "string",
                $"Send a name of 1 to {EventLimits.MaxNameLength} characters, without control characters.");
        }

        return null;
    }

    /// <summary>The fault of an event that is too large.</summary>
    public static EventFault TooLarge() => new(
        QuarantineCodes.EventTooLarge, "", "object", $"Send at most {EventLimits.MaxEventBytes} bytes per event.");

    private static string ReadEventId(
        EventDraft draft, ReceivedContext context, ContentDigest digest, ImmutableArray<SourceField>.Builder lineage)
    {
        var (id, field) = draft.EventId.Length > 0 ? (draft.EventId, draft.EventIdField)
            : context.FallbackEventId is { Length: > 0 } fallback ? (fallback, "transport")
            : (digest.ToEventId(), "sha256(content)");
        lineage.Add(new("event_id", field));
        return id;
    }

    private static string MinutesOf(long correction) =>
        string.Create(CultureInfo.InvariantCulture, $"sentAt {correction / EventClock.Minute:+0;-0} min");

    /// <summary>Traits that cannot be kept are left out: no event is lost for what is said beside it.</summary>
    private static ImmutableArray<TraitValue> ReadTraits(
        IReadOnlyList<RawTrait> raw, ImmutableArray<SourceField>.Builder lineage)
    {
        if (raw.Count == 0)
            return [];
        var values = ImmutableArray.CreateBuilder<TraitValue>(raw.Count);
        var json = _json ??= new ArrayBufferWriter<byte>();
        foreach (var trait in RawTrait.Sorted(raw))
        {
            if (values.Count == EventLimits.MaxTraits || !TryWrite(trait, json))
            {
                // A name that is none is no part of a path.
                var field = IsName(trait.Name) ? trait.Field : "traits";
                var note = new SourceField(TraitLeftOut, field);
                if (!lineage.Contains(note))
                    lineage.Add(note);
                if (values.Count == EventLimits.MaxTraits)
                    break;
                continue;
            }

            values.Add(new TraitValue(trait.Name, Encoding.UTF8.GetString(json.WrittenSpan)));
            lineage.Add(new($"trait.{trait.Name}", trait.Field));
        }

        if (json.Capacity > MaxKeptCapacity)
            _json = null;
        return values.DrainToImmutable();
    }

    private static bool TryWrite(RawTrait trait, ArrayBufferWriter<byte> json)
    {
        json.ResetWrittenCount();
        if (!IsName(trait.Name) || CanonicalJson.Depth(trait.Value) > EventLimits.MaxTraitDepth)
            return false;
        CanonicalJson.Write(trait.Value, json);
        return json.WrittenCount <= EventLimits.MaxTraitBytes;
    }

    private static bool IsName(string name) =>
        name.Length is > 0 and <= TraitValue.MaxNameLength && !HasControl(name);

    private static EventFault? ReadIdentifiers(
        IReadOnlyList<RawIdentifier> raw,
        NormaliseIdentifier normalise,
        ImmutableArray<SourceField>.Builder lineage,
        out ImmutableArray<Identifier> identifiers)
    {
        identifiers = [];
        if (raw.Count > EventLimits.MaxIdentifiers)
        {
            return new EventFault(
                QuarantineCodes.TooManyIdentifiers, raw[EventLimits.MaxIdentifiers].Field, "too many values",
                $"Send at most {EventLimits.MaxIdentifiers} identifiers: an event says that all are one person.");
        }

        var found = ImmutableArray.CreateBuilder<Identifier>(raw.Count);
        var isLinkable = false;
        EventFault? leftOut = null;
        foreach (var candidate in raw)
        {
            if (candidate.Wrong is null && string.IsNullOrWhiteSpace(candidate.Value))
                continue;
            var verdict = candidate.Wrong is null ? Normalise(candidate, normalise) : default;
            if ((candidate.Wrong ?? verdict.Fault) is { } fault)
            {
                if (!candidate.IsIncidental)
                    return fault with { Field = candidate.Field };
                leftOut ??= fault with { Field = candidate.Field };
                lineage.Add(SourceField.LeftOut(fault with { Field = candidate.Field }));
                continue;
            }

            isLinkable |= !verdict.IsBlocked;
            Add(verdict.Identifier, candidate.Field);
            if (verdict.Also is { } also)
                Add(also, candidate.Field);
        }

        if (found.Count == 0)
            return leftOut ?? NoIdentifier(raw);
        found.Sort();
        identifiers = found.DrainToImmutable();
        return isLinkable ? null : OnlyBlocked(raw);

        void Add(Identifier identifier, string field)
        {
            if (found.Contains(identifier))
                return;
            found.Add(identifier);
            lineage.Add(new(OutputOf(identifier), field));
        }
    }

    /// <summary>A value in which a character was lost may be several people's.</summary>
    private static IdentifierVerdict Normalise(RawIdentifier candidate, NormaliseIdentifier normalise) =>
        candidate.Value.Contains('\uFFFD', StringComparison.Ordinal)
            ? IdentifierVerdict.Invalid(
                QuarantineCodes.InvalidIdentifier, "broken character",
                "Send the whole value: a character of it was lost.")
            : normalise(candidate.Namespace, candidate.Value);

    private static string OutputOf(Identifier identifier) =>
        UsualIdentifiers.TryGetValue(identifier.Namespace, out var usual)
            ? usual
            : $"identifier.{identifier.Namespace}";

    private static EventFault NoIdentifier(IReadOnlyList<RawIdentifier> raw) => new(
        QuarantineCodes.NoIdentifier, raw.Count > 0 ? raw[0].Field : "userId",
        raw.Count > 0 ? "empty string" : "missing",
        "Send at least one identifier of the person, such as userId or anonymousId.");

    private static EventFault OnlyBlocked(IReadOnlyList<RawIdentifier> raw) => new(
        QuarantineCodes.OnlyBlockedIdentifiers, raw.First(id => !string.IsNullOrWhiteSpace(id.Value)).Field,
        "blocked value", "Send a value that names one person; placeholders such as \"null\" or zeros name nobody.");

    private static DecodedEvent.Rejected Reject(EventDraft draft, ReceivedContext context, EventFault fault)
    {
        var eventId = IsValidEventId(draft.EventId) ? draft.EventId : "";
        return new DecodedEvent.Rejected(new QuarantineReason(fault, context.Source, eventId, draft.Raw));
    }
}
