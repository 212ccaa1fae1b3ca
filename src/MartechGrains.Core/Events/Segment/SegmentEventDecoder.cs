using System.Text.Json;
using MartechGrains.Core.Events.Cleaning;
using MartechGrains.Core.Events.Json;

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
        if (JsonPayload.ParseObject(json, "", out var document) is { } fault)
            return Reject(fault, "", json, context);
        using (document)
            return Decode(document!.RootElement, json, context);
    }

    private static DecodedEvent Decode(JsonElement root, ReadOnlyMemory<byte> raw, ReceivedContext context)
    {
        EventFault? fault = null;
        var eventId = ReadMessageId(root, ref fault);
        var draft = ReadDraft(root, raw, eventId, ref fault);
        return fault is null ? EventCleaning.Clean(draft, context) : Reject(fault, eventId, raw, context);
    }

    private static string ReadMessageId(JsonElement root, ref EventFault? fault)
    {
        var text = JsonMembers.ReadText(root, "messageId", "messageId", ref fault) ?? "";
        if (text.Length <= EventLimits.MaxMessageIdLength && EventCleaning.IsValidEventId(text))
            return text;
        fault ??= new EventFault(
            QuarantineCodes.InvalidEventId, "messageId", "string",
            $"Send an id of at most {EventLimits.MaxMessageIdLength} characters, without control characters.");
        return "";
    }

    private static EventDraft ReadDraft(
        JsonElement root, ReadOnlyMemory<byte> raw, string eventId, ref EventFault? fault)
    {
        var type = ReadType(root, ref fault);
        var (name, nameField) = ReadName(root, type, ref fault);
        RequireFields(root, type, ref fault);
        var traits = JsonMembers.ReadObject(root, "traits", "traits", ref fault);
        var context = JsonMembers.ReadObject(root, "context", "context", ref fault);
        var contextTraits = JsonMembers.ReadObject(context, "traits", "context.traits", ref fault);
        var (channel, channelField) = SegmentChannel.Of(root, context, type);
        return new EventDraft
        {
            EventId = eventId,
            Type = type,
            Name = name,
            NameField = nameField,
            Timestamp = JsonMembers.ReadTime(root, "timestamp", ref fault),
            OriginalTimestamp = JsonMembers.ReadTime(root, "originalTimestamp", ref fault),
            SentAt = JsonMembers.ReadTime(root, "sentAt", ref fault)?.Milliseconds,
            Identifiers = new SegmentIdentifiers(root, type).Read(ref fault),
            Channel = channel,
            ChannelField = channelField,
            Properties = JsonMembers.ReadObject(root, "properties", "properties", ref fault),
            Traits = ReadTraits(root, type, traits, contextTraits),
            Consents = ReadConsents(context, ref fault),
            Raw = raw,
        };
    }

    private static EventType ReadType(JsonElement root, ref EventFault? fault)
    {
        var text = JsonMembers.ReadText(root, "type", "type", ref fault);
        EventType? known = text?.ToUpperInvariant() switch
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
            fault ??= new EventFault(
                QuarantineCodes.UnknownEventType, "type", text is null ? "missing" : "string",
                "Send one of identify, track, page, screen, group, alias.");
        }

        return known.GetValueOrDefault();
    }

    private static (string Name, string Field) ReadName(JsonElement root, EventType type, ref EventFault? fault)
    {
        switch (type)
        {
            case EventType.Track:
                const string remedy = "Send the event's name, such as \"Order Completed\".";
                return (Require(root, "event", remedy, ref fault), "event");
            case EventType.Page or EventType.Screen:
                var name = JsonMembers.ReadText(root, "name", "name", ref fault);
                return name is null ? (type == EventType.Page ? "page" : "screen", "type") : (name, "name");
            case EventType.Identify:
                return ("identify", "type");
            case EventType.Group:
                return ("group", "type");
            default:
                return ("alias", "type");
        }
    }

    private static void RequireFields(JsonElement root, EventType type, ref EventFault? fault)
    {
        if (type == EventType.Group)
            _ = Require(root, "groupId", "Send the id of the group or account.", ref fault);
        if (type != EventType.Alias)
            return;
        _ = Require(root, "previousId", "Send the name the person went by before.", ref fault);
        _ = Require(root, "userId", "Send the name the person goes by now.", ref fault);
    }

    private static string Require(JsonElement root, string name, string remedy, ref EventFault? fault)
    {
        var text = JsonMembers.ReadText(root, name, name, ref fault);
        if (text is null)
            fault ??= new EventFault(QuarantineCodes.MissingField, name, "missing", remedy);
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

    private static List<RawConsent> ReadConsents(JsonElement context, ref EventFault? fault)
    {
        const string path = "context.consent.categoryPreferences";
        var found = new List<RawConsent>();
        var consent = JsonMembers.ReadObject(context, "consent", "context.consent", ref fault);
        var preferences = JsonMembers.ReadObject(consent, "categoryPreferences", path, ref fault);
        if (preferences.ValueKind != JsonValueKind.Object)
            return found;
        foreach (var preference in preferences.EnumerateObject())
        {
            // A fault names no category that is no purpose: it may be any text.
            var isPurpose = ConsentStatement.ReadPurpose(preference.Name) is not null;
            var field = isPurpose ? $"{path}.{preference.Name}" : path;
            if (preference.Value.ValueKind is JsonValueKind.True or JsonValueKind.False)
                found.Add(new RawConsent(preference.Name, preference.Value.GetBoolean(), field));
            else if (preference.Value.ValueKind != JsonValueKind.Null)
                fault ??= JsonMembers.WrongType(field, preference.Value, "true or false");
        }

        return found;
    }

    private static DecodedEvent.Rejected Reject(
        EventFault fault, string eventId, ReadOnlyMemory<byte> raw, ReceivedContext context) =>
        new(new QuarantineReason(fault, context.Source, eventId, raw));
}
