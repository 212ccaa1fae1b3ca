using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Collections;
using MartechGrains.Core.Events;
using MartechGrains.Core.Events.Cleaning;
using MartechGrains.Core.Events.Json;
using MartechGrains.Protocol.Ingest.V1;
using MartechGrains.Server.Messages;
using Channel = MartechGrains.Core.Events.Channel;
using EventClass = MartechGrains.Core.Events.EventClass;
using Wire = MartechGrains.Protocol.Types.V1;

namespace MartechGrains.Server.Ingress.Grpc;

/// <summary>
/// Decodes one event in typed form. Pure: a function of the message and the context, which never throws on a message
/// that protobuf has read. The event's raw bytes are those of its <see cref="TypedEvent"/>.
/// </summary>
internal static class TypedEventDecoder
{
    // As many as are looked for one by one, which for more would cost their square.
    private const int FewTraits = 8;

    // One more than are allowed: the fault names the first that is too many.
    private static readonly string[] IdentifierFields =
        [.. Enumerable.Range(0, EventLimits.MaxIdentifiers + 1).Select(static i => $"identifiers[{i}]")];

    private static readonly string[] ConsentFields =
        [.. Enumerable.Range(0, EventLimits.MaxConsents + 1).Select(static i => $"consents[{i}].purpose")];

    /// <summary>Decodes one event.</summary>
    /// <param name="typed">The event; not changed.</param>
    /// <param name="context">What is known besides.</param>
    public static DecodedEvent Decode(TypedEvent typed, ReceivedContext context)
    {
        ArgumentNullException.ThrowIfNull(typed);
        ArgumentNullException.ThrowIfNull(context);
        var raw = new byte[typed.CalculateSize()];
        typed.WriteTo(raw);
        if (raw.Length > EventLimits.MaxEventBytes) return Reject(EventCleaning.TooLarge(), typed, raw, context);
        if (Check(typed) is { } fault) return Reject(fault, typed, raw, context);
        JsonDocument? properties = null;
        JsonDocument? traits = null;
        try
        {
            SourceField[] notes = [];
            if ((ReadJson(typed.PropertiesJson, "properties_json", ref notes, out properties)
                ?? ReadJson(typed.TraitsJson, "traits_json", ref notes, out traits)) is { } broken)
                return Reject(broken, typed, raw, context);
            return EventCleaning.Clean(Draft(typed, raw, properties, traits, notes), context);
        }
        finally
        {
            properties?.Dispose();
            traits?.Dispose();
        }
    }

    private static EventFault? Check(TypedEvent typed)
    {
        if (typed.EventId.Length == 0)
        {
            return new EventFault(
                QuarantineCodes.InvalidEventId, "event_id", "missing", "Send the source's own id for the event.");
        }

        if (!Moments.IsReadable(typed.EventTime))
        {
            return new EventFault(
                QuarantineCodes.InvalidEventTime, "event_time", typed.EventTime is null ? "missing" : "unreadable time",
                "Send when it happened, with nanos from 0 to 999,999,999.");
        }

        if ((int)typed.EventClass is < 0 or > TypedEventNames.LastClass)
            return Unknown("event_class", "Send a known class, or leave it out and send a name.");
        if ((int)typed.Channel is < 0 or > (int)Wire.Channel.Store)
            return Unknown("channel", "Send a known channel, or leave it out.");
        if (typed.EventClass == Wire.EventClass.Unspecified && string.IsNullOrWhiteSpace(typed.Name))
        {
            return new EventFault(
                QuarantineCodes.MissingField, "name", "missing", "Send the event's class, its name, or both.");
        }

        if (typed.Identifiers.Count == 0)
        {
            return new EventFault(
                QuarantineCodes.NoIdentifier, "identifiers", "missing",
                "Send at least one identifier of the person, such as a user_id.");
        }

        return CheckConsents(typed.Consents);
    }

    private static EventFault? CheckConsents(RepeatedField<Protocol.Ingest.V1.ConsentStatement> consents)
    {
        for (var i = 0; i < consents.Count; i++)
        {
            if (consents[i].Choice is not (Wire.ConsentChoice.Granted or Wire.ConsentChoice.Denied))
                return Unknown($"consents[{i}].choice", "Send whether it is granted or denied.");
        }

        return null;
    }

    private static EventDraft Draft(
        TypedEvent typed, ReadOnlyMemory<byte> raw, JsonDocument? properties, JsonDocument? traits,
        SourceField[] notes)
    {
        EventClass? stated = typed.EventClass == Wire.EventClass.Unspecified ? null : (EventClass)typed.EventClass;
        return new EventDraft
        {
            EventId = typed.EventId,
            EventIdField = "event_id",
            Type = EventType.Track,
            Name = typed.Name.Length > 0 || stated is null ? typed.Name : TypedEventNames.Of(stated.Value),
            NameField = "name",
            Timestamp = Moments.Read(typed.EventTime),
            TimestampField = "event_time",
            Identifiers = ReadIdentifiers(typed.Identifiers),
            Channel = (Channel)typed.Channel,
            ChannelField = "channel",
            Properties = properties?.RootElement ?? default,
            Stated = new StatedFact(
                stated, typed.HasUnits ? typed.Units : null, typed.Amount?.MinorUnits, typed.Amount?.CurrencyCode),
            Traits = traits is null ? [] : ReadTraits(traits.RootElement),
            Consents = ReadConsents(typed.Consents),
            Notes = notes,
            Raw = raw,
        };
    }

    private static RawIdentifier[] ReadIdentifiers(RepeatedField<Wire.Identifier> identifiers)
    {
        var read = new RawIdentifier[Math.Min(identifiers.Count, IdentifierFields.Length)];
        for (var i = 0; i < read.Length; i++)
            read[i] = new RawIdentifier(identifiers[i].Namespace, identifiers[i].Value, IdentifierFields[i]);
        return read;
    }

    private static RawConsent[] ReadConsents(RepeatedField<Protocol.Ingest.V1.ConsentStatement> consents)
    {
        if (consents.Count == 0)
            return [];
        var read = new RawConsent[Math.Min(consents.Count, ConsentFields.Length)];
        for (var i = 0; i < read.Length; i++)
        {
            var isGranted = consents[i].Choice == Wire.ConsentChoice.Granted;
            read[i] = new RawConsent(consents[i].Purpose, isGranted, ConsentFields[i]);
        }

        return read;
    }

    private static EventFault? ReadJson(
        ByteString json, string field, ref SourceField[] notes, out JsonDocument? document)
    {
        document = null;
        if (json.IsEmpty) return null;
        var fault = JsonPayload.ParseObject(json.Memory, field, out document, out var isMended);
        if (isMended) notes = [.. notes, new SourceField(JsonPayload.MendedNote, field)];
        return fault;
    }

    private static IReadOnlyList<RawTrait> ReadTraits(JsonElement traits)
    {
        var count = traits.GetPropertyCount();
        if (count > FewTraits) return ReadManyTraits(traits);
        var found = new List<RawTrait>(count);
        foreach (var member in traits.EnumerateObject())
        {
            var read = new RawTrait(member.Name, member.Value, $"traits.{member.Name}");
            var same = 0;
            while (same < found.Count && found[same].Name != read.Name) same++;
            if (same == found.Count) found.Add(read);
            else found[same] = read;
        }

        return found;
    }

    private static IReadOnlyList<RawTrait> ReadManyTraits(JsonElement traits)
    {
        var found = new Dictionary<string, RawTrait>(StringComparer.Ordinal);
        foreach (var member in traits.EnumerateObject())
            found[member.Name] = new RawTrait(member.Name, member.Value, $"traits.{member.Name}");
        return [.. found.Values];
    }

    private static EventFault Unknown(string field, string remedy) =>
        new(QuarantineCodes.OutOfRange, field, "number of no known value", remedy);

    private static DecodedEvent.Rejected Reject(
        EventFault fault, TypedEvent typed, ReadOnlyMemory<byte> raw, ReceivedContext context)
    {
        var eventId = EventCleaning.IsValidEventId(typed.EventId) ? typed.EventId : "";
        return new DecodedEvent.Rejected(new QuarantineReason(fault, context.Source, eventId, raw));
    }
}
