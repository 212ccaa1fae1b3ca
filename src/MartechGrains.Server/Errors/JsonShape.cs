using System.Globalization;
using System.Text.Json;
using Google.Protobuf.Reflection;
using MartechGrains.Core.Events;
using MartechGrains.Core.Events.Json;

namespace MartechGrains.Server.Errors;

/// <summary>
/// Finds what in a JSON object does not fit the message it is to be read as, by the protobuf rules for JSON. Members
/// that the message does not have are refused, not passed over: they are what the sender has misspelt.
/// </summary>
internal static class JsonShape
{
    private const string Code = "INVALID_FIELD";

    /// <summary>Looks through a value.</summary>
    /// <param name="value">The value.</param>
    /// <param name="message">What it is to be read as.</param>
    /// <param name="path">Its path in the request; empty for the whole.</param>
    /// <returns>The first fault, in the order of the text, or null.</returns>
    public static EventFault? Find(JsonElement value, MessageDescriptor message, string path)
    {
        if (value.ValueKind != JsonValueKind.Object) return Unfit(value, path, "an object");
        var chosen = new HashSet<OneofDescriptor>();
        foreach (var member in value.EnumerateObject())
        {
            if (message.FieldOf(member.Name) is not { } field) return Unknown(message, path);
            if (member.Value.ValueKind == JsonValueKind.Null) continue;
            if (field.RealContainingOneof is { } oneof && !chosen.Add(oneof)) return Ambiguous(oneof, path);
            var name = path.Length == 0 ? member.Name : $"{path}.{member.Name}";
            var fault = field.IsRepeated
                ? FindInArray(member.Value, field, name)
                : FindInOne(member.Value, field, name);
            if (fault is not null) return fault;
        }

        return null;
    }

    private static EventFault? FindInArray(JsonElement value, FieldDescriptor field, string path)
    {
        if (value.ValueKind != JsonValueKind.Array) return Unfit(value, path, "an array");
        var index = 0;
        foreach (var item in value.EnumerateArray())
        {
            if (FindInOne(item, field, $"{path}[{index++}]") is { } fault) return fault;
        }

        return null;
    }

    private static EventFault? FindInOne(JsonElement value, FieldDescriptor field, string path)
    {
        if (field.IsOfObjects())
            return Find(value, field.MessageType, path);
        return Missed(value, field) is { } wanted ? Unfit(value, path, wanted) : null;
    }

    /// <summary>What the field would take, where the value is not that.</summary>
    private static string? Missed(JsonElement value, FieldDescriptor field) => field.FieldType switch
    {
        FieldType.Message when field.IsTime() =>
            IsTime(value) ? null : "a time with an offset, such as \"2026-01-31T12:00:00Z\"",
        FieldType.Message or FieldType.String => IsText(value) ? null : "a string",
        FieldType.Bytes => IsBase64(value) ? null : "a string in Base64",
        FieldType.Enum => IsOf(field.EnumType, value) ? null : $"a name of {field.EnumType.Name}",
        FieldType.Int64 => IsInteger(value) ? null : "a whole number",
        // Of no body so far; the framework refuses what does not fit.
        _ => null,
    };

    private static bool IsText(JsonElement value) => value.ValueKind == JsonValueKind.String;

    private static bool IsTime(JsonElement value) => IsText(value) && value.TryGetDateTimeOffset(out _);

    private static bool IsBase64(JsonElement value) => IsText(value) && value.TryGetBytesFromBase64(out _);

    private static bool IsOf(EnumDescriptor type, JsonElement value) => value.ValueKind == JsonValueKind.Number
        ? value.TryGetInt32(out _)
        : IsText(value) && type.FindValueByName(value.GetString()!) is not null;

    private static bool IsInteger(JsonElement value) => value.ValueKind == JsonValueKind.Number
        ? value.TryGetInt64(out _)
        : IsText(value) && long.TryParse(value.GetString(), NumberStyles.Integer, CultureInfo.InvariantCulture, out _);

    private static EventFault Unfit(JsonElement value, string path, string wanted) =>
        new(Code, path, JsonPayload.KindOf(value), $"Send {wanted}.");

    private static EventFault Unknown(MessageDescriptor message, string path) => new(
        Code, path, "a member of no known name",
        $"Send no others than {Names(message.Fields.InDeclarationOrder())}.");

    private static EventFault Ambiguous(OneofDescriptor oneof, string path) =>
        new(Code, path, "several values where one counts", $"Send one of {Names(oneof.Fields)}.");

    private static string Names(IEnumerable<FieldDescriptor> fields) =>
        string.Join(", ", fields.Select(static field => field.JsonName));
}
