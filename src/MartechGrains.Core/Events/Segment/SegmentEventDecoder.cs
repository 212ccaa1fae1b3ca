using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MartechGrains.Core.Events.Cleaning;
using MartechGrains.Core.Events.Json;
using MartechGrains.Core.Time;

namespace MartechGrains.Core.Events.Segment;

/// <summary>
/// Decodes one event in Segment's JSON shape (<c>identify</c>, <c>track</c>, <c>page</c>, <c>screen</c>, <c>group</c>,
/// <c>alias</c>), as Segment's and RudderStack's SDKs send it. Pure: never throws on any bytes.
/// <list type="bullet">
/// <item>Required: a <c>type</c>; for <c>track</c> an <c>event</c>; for <c>group</c> a <c>groupId</c>; for <c>alias</c>
/// <c>userId</c> and <c>previousId</c>; at least one identifier that is not blocked.</item>
/// <item>Traits of the person come from <c>identify</c> only: <c>traits</c>, then <c>context.traits</c> for what is not
/// there. A group's traits describe the group; its <c>groupId</c> is kept as the trait of that name.</item>
/// <item>Consent comes from <c>context.consent.categoryPreferences</c>, in every type of event: a category is a
/// purpose, true grants it and false denies it.</item>
/// <item>The identifiers are those of <see cref="SegmentIdentifiers"/>, the time that of <c>EventClock</c>.</item>
/// </list>
/// </summary>
public static class SegmentEventDecoder
{
    /// <summary>Decodes the bytes of one event.</summary>
    /// <param name="json">One JSON object. It becomes the event's raw payload and must not change afterwards.</param>
    /// <param name="context">What is known besides.</param>
    public static DecodedEvent Decode(ReadOnlyMemory<byte> json, ReceivedContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (json.Length > EventLimits.MaxEventBytes)
            return Reject(EventCleaning.TooLarge(), "", json, context);
        if (JsonPayload.ParseObject(json, "", out var document, out var isMended) is { } fault)
            return Reject(fault, "", json, context);
        var reader = new PayloadReader();
        if (isMended) reader.Note(new SourceField(JsonPayload.MendedNote, ""));
        using (document)
            return Decode(document!.RootElement, json, reader, context);
    }

    private static DecodedEvent Decode(
        JsonElement root, ReadOnlyMemory<byte> raw, PayloadReader reader, ReceivedContext context)
    {
        var (eventId, eventIdField) = ReadMessageId(root, reader);
        var draft = ReadDraft(root, raw, eventId, eventIdField, reader);
        return reader.Fault is null
            ? EventCleaning.Clean(draft, context)
            : Reject(reader.Fault, eventId, raw, context);
    }

    /// <summary>
    /// An id that cannot be kept as it is stands for itself by its hash: it still counts once, and no other with it.
    /// </summary>
    private static (string Id, string Field) ReadMessageId(JsonElement root, PayloadReader reader)
    {
        const string field = "messageId";
        var text = reader.Text(root, field, field) ?? "";
        return text.Length <= EventLimits.MaxMessageIdLength && EventCleaning.IsValidEventId(text)
            ? (text, field)
            : (HashOf(text), $"sha256({field})");
    }

    private static string HashOf(string id) =>
        $"sha256-id-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)))}";

    private static EventDraft ReadDraft(
        JsonElement root, ReadOnlyMemory<byte> raw, string eventId, string eventIdField, PayloadReader reader)
    {
        var type = ReadType(root, reader);
        var (name, nameField) = ReadName(root, type, reader);
        RequireFields(root, type, reader);
        var traits = reader.Object(root, "traits", "traits");
        var context = reader.Object(root, "context", "context");
        var contextTraits = reader.Object(context, "traits", "context.traits");
        var (channel, channelField) = SegmentChannel.Of(root, context, type);
        var properties = reader.Object(root, "properties", "properties", out var wrongProperties);
        var identifiers = new SegmentIdentifiers(root, traits, context, contextTraits, type, reader).Read();
        var consents = ReadConsents(context, reader);
        var times = ReadTimes(root, reader);
        return new EventDraft
        {
            EventId = eventId,
            EventIdField = eventIdField,
            Type = type,
            Name = name,
            NameField = nameField,
            Timestamp = times.Timestamp,
            OriginalTimestamp = times.Original,
            SentAt = times.SentAt?.Milliseconds,
            IsLocalTime = times.IsLocal,
            Identifiers = identifiers,
            Channel = channel,
            ChannelField = channelField,
            Properties = properties,
            WrongProperties = wrongProperties,
            Traits = ReadTraits(root, type, traits, contextTraits),
            Consents = consents,
            Notes = reader.Notes,
            Raw = raw,
        };
    }

    /// <summary>The times; of those that cannot be read, only the one that would count costs the event.</summary>
    private static (EventTime? Timestamp, EventTime? Original, EventTime? SentAt, bool IsLocal) ReadTimes(
        JsonElement root, PayloadReader reader)
    {
        var timestamp = PayloadReader.Time(root, "timestamp", out var wrongTimestamp, out var hasOffset);
        if (wrongTimestamp is not null) reader.Refuse(wrongTimestamp);
        var original = PayloadReader.Time(root, "originalTimestamp", out var wrongOriginal, out var originalHasOffset);
        if (wrongOriginal is not null && timestamp is null) reader.Refuse(wrongOriginal);
        else if (wrongOriginal is not null) reader.Ignore(wrongOriginal);
        var sentAt = PayloadReader.Time(root, "sentAt", out var wrongSentAt, out _);
        if (sentAt is { Milliseconds: < EventLimits.MinEventTime })
            wrongSentAt = new EventFault(QuarantineCodes.EventTimeTooOld, "sentAt", "time before 1990", "");
        if (wrongSentAt is not null)
        {
            reader.Ignore(wrongSentAt);
            sentAt = null;
        }

        var isLocal = timestamp is not null ? !hasOffset : original is not null && !originalHasOffset;
        return (timestamp, original, sentAt, isLocal);
    }

    private static EventType ReadType(JsonElement root, PayloadReader reader)
    {
        if (JsonMembers.TryGet(root, "type", out var stated) && stated.ValueKind != JsonValueKind.String)
            reader.Refuse(JsonMembers.WrongType("type", stated, "a string"));
        var text = reader.Text(root, "type", "type", out _);
        EventType? known = text?.Trim().ToUpperInvariant() switch
        {
            "TRACK" => EventType.Track,
            "IDENTIFY" => EventType.Identify,
            "PAGE" => EventType.Page,
            "SCREEN" => EventType.Screen,
            "GROUP" => EventType.Group,
            "ALIAS" => EventType.Alias,
            _ => null,
        };
        if (known is null)
        {
            reader.Refuse(new EventFault(
                QuarantineCodes.UnknownEventType, "type", text is null ? "missing" : "string",
                "Send one of identify, track, page, screen, group, alias."));
        }

        return known.GetValueOrDefault();
    }

    private static (string Name, string Field) ReadName(JsonElement root, EventType type, PayloadReader reader)
    {
        switch (type)
        {
            case EventType.Track:
                const string remedy = "Send the event's name, such as \"Order Completed\".";
                return (Fit(Require(root, "event", remedy, reader), "event", reader), "event");
            case EventType.Page or EventType.Screen:
                var name = reader.Text(root, "name", "name");
                return name is null
                    ? (type == EventType.Page ? "page" : "screen", "type")
                    : (Fit(name, "name", reader), "name");
            case EventType.Identify:
                return ("identify", "type");
            case EventType.Group:
                return ("group", "type");
            default:
                return ("alias", "type");
        }
    }

    /// <summary>A name as long as names may be, and without control characters.</summary>
    private static string Fit(string name, string field, PayloadReader reader)
    {
        if (EventCleaning.HasControl(name))
        {
            reader.Coerce("control_characters_to_blanks", field);
            name = string.Create(name.Length, name, static (output, from) =>
            {
                for (var i = 0; i < output.Length; i++) output[i] = char.IsControl(from[i]) ? ' ' : from[i];
            });
        }

        if (name.Length <= EventLimits.MaxNameLength) return name;
        reader.Coerce("cut", field);
        var end = EventLimits.MaxNameLength;
        return name[..(char.IsHighSurrogate(name[end - 1]) ? end - 1 : end)];
    }

    private static void RequireFields(JsonElement root, EventType type, PayloadReader reader)
    {
        if (type == EventType.Group)
            _ = Require(root, "groupId", "Send the id of the group or account.", reader);
        if (type != EventType.Alias)
            return;
        _ = Require(root, "previousId", "Send the name the person went by before.", reader);
        _ = Require(root, "userId", "Send the name the person goes by now.", reader);
    }

    private static string Require(JsonElement root, string name, string remedy, PayloadReader reader)
    {
        var text = reader.Text(root, name, name, out var wrong);
        if (text is null)
            reader.Refuse(wrong ?? new EventFault(QuarantineCodes.MissingField, name, "missing", remedy));
        return text ?? "";
    }

    private static List<RawTrait> ReadTraits(
        JsonElement root, EventType type, JsonElement traits, JsonElement contextTraits)
    {
        var found = new Dictionary<string, RawTrait>(StringComparer.Ordinal);
        if (type == EventType.Group && root.TryGetProperty("groupId", out var groupId))
            found["groupId"] = new RawTrait("groupId", groupId, "groupId");
        if (type != EventType.Identify)
            return [.. found.Values];
        Add(contextTraits, "context.traits");
        Add(traits, "traits");
        return [.. found.Values.OrderBy(trait => trait.Name, StringComparer.Ordinal)];

        void Add(JsonElement source, string path)
        {
            if (source.ValueKind != JsonValueKind.Object)
                return;
            foreach (var member in source.EnumerateObject())
                found[member.Name] = new RawTrait(member.Name, member.Value, $"{path}.{member.Name}");
        }
    }

    private static List<RawConsent> ReadConsents(JsonElement context, PayloadReader reader)
    {
        const string path = "context.consent.categoryPreferences";
        var found = new List<RawConsent>();
        var consent = reader.Object(context, "consent", "context.consent");
        var preferences = reader.Object(consent, "categoryPreferences", path);
        if (preferences.ValueKind != JsonValueKind.Object)
            return found;
        foreach (var preference in preferences.EnumerateObject())
        {
            // A fault names no category that is no purpose: it may be any text.
            var isPurpose = ConsentStatement.ReadPurpose(preference.Name) is not null;
            var field = isPurpose ? $"{path}.{preference.Name}" : path;
            if (ReadChoice(preference.Value, field, reader) is { } isGranted)
                found.Add(new RawConsent(preference.Name, isGranted, field));
        }

        return found;
    }

    private static bool? ReadChoice(JsonElement value, string field, PayloadReader reader)
    {
        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False) return value.GetBoolean();
        if (value.ValueKind == JsonValueKind.Null || PayloadReader.IsBlank(value)) return null;
        bool? stated = value.ValueKind switch
        {
            JsonValueKind.String => value.GetString()!.Trim().ToUpperInvariant() switch
            {
                "TRUE" => true,
                "FALSE" => false,
                _ => null,
            },
            JsonValueKind.Number when value.TryGetInt32(out var number) && number is 0 or 1 => value.GetInt32() == 1,
            _ => null,
        };
        if (stated is null) reader.Ignore(JsonMembers.WrongType(field, value, "true or false"));
        else reader.Coerce($"{JsonPayload.KindOf(value)}_to_boolean", field);
        return stated;
    }

    private static DecodedEvent.Rejected Reject(
        EventFault fault, string eventId, ReadOnlyMemory<byte> raw, ReceivedContext context) =>
        new(new QuarantineReason(fault, context.Source, eventId, raw));
}
