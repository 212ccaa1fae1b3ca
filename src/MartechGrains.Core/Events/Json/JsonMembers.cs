using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using MartechGrains.Core.Time;

namespace MartechGrains.Core.Events.Json;

/// <summary>Reads members of payload objects. A null member counts as absent; another type than asked for is a
/// fault, of which the first is kept.</summary>
internal static class JsonMembers
{
    /// <summary>Finds a member that is neither absent nor null.</summary>
    public static bool TryGet(JsonElement owner, string name, out JsonElement value)
    {
        value = default;
        return owner.ValueKind == JsonValueKind.Object
            && owner.TryGetProperty(name, out value)
            && value.ValueKind != JsonValueKind.Null;
    }

    /// <summary>Reads a text; null where it is absent, empty or only white space.</summary>
    public static string? ReadText(JsonElement owner, string name, string field, ref EventFault? fault)
    {
        if (!TryGet(owner, name, out var value))
            return null;
        if (value.ValueKind != JsonValueKind.String)
        {
            fault ??= WrongType(field, value, "a string");
            return null;
        }

        var text = value.GetString();
        return string.IsNullOrWhiteSpace(text) ? null : text;
    }

    /// <summary>Reads an object; undefined where it is absent.</summary>
    public static JsonElement ReadObject(JsonElement owner, string name, string field, ref EventFault? fault)
    {
        if (!TryGet(owner, name, out var value))
            return default;
        if (value.ValueKind == JsonValueKind.Object)
            return value;
        fault ??= WrongType(field, value, "an object");
        return default;
    }

    /// <summary>Reads an ISO 8601 instant; null where it is absent.</summary>
    public static EventTime? ReadTime(JsonElement owner, string name, ref EventFault? fault)
    {
        if (!TryGet(owner, name, out var value))
            return null;
        if (value.ValueKind != JsonValueKind.String)
            fault ??= WrongType(name, value, "an ISO 8601 string, such as \"2026-01-31T12:00:00.000Z\"");
        else if (IsoTimestamp.TryParse(value.GetString(), out var time))
            return new EventTime(time);
        fault ??= new EventFault(
            QuarantineCodes.InvalidEventTime, name, "unreadable time",
            "Send ISO 8601 with an offset, such as \"2026-01-31T12:00:00.000Z\".");
        return null;
    }

    /// <summary>Whether a member is there and is text; for fields of which other types are no mistake.</summary>
    public static bool TryGetText(JsonElement owner, string name, [NotNullWhen(true)] out string? text)
    {
        text = TryGet(owner, name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        return !string.IsNullOrWhiteSpace(text);
    }

    /// <summary>The fault of a value of another type.</summary>
    public static EventFault WrongType(string field, JsonElement found, string wanted) =>
        new(QuarantineCodes.WrongType, field, JsonPayload.KindOf(found), $"Send {wanted}, or leave the field out.");
}
