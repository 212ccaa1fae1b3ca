using System.Buffers;
using System.Text.Json;
using Google.Protobuf.Reflection;

namespace MartechGrains.Server.Errors;

/// <summary>
/// Writes a JSON object that fits its message so that the framework reads it as the protobuf rules for JSON want it:
/// <c>null</c> is an absent field, also where that is a list; and the paths of field masks are taken as they are.
/// </summary>
internal static class JsonForm
{
    /// <summary>The object as the framework is to see it.</summary>
    /// <param name="value">The object, which <see cref="JsonShape"/> finds no fault with.</param>
    /// <param name="message">What it is to be read as.</param>
    public static ReadOnlyMemory<byte> Of(JsonElement value, MessageDescriptor message)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(output)) Write(json, value, message);
        return output.WrittenMemory;
    }

    /// <summary>Whether a text has to be written anew: whether it may have an absent field, or a mask.</summary>
    public static bool IsNeeded(ReadOnlySpan<byte> text, MessageDescriptor message) =>
        text.IndexOf("null"u8) >= 0 || message.Fields.InDeclarationOrder().Any(MessageFields.IsMask);

    private static void Write(Utf8JsonWriter json, JsonElement value, MessageDescriptor message)
    {
        json.WriteStartObject();
        foreach (var member in value.EnumerateObject())
        {
            if (member.Value.ValueKind == JsonValueKind.Null) continue;
            json.WritePropertyName(member.Name);
            var field = message.FieldOf(member.Name)!;
            if (field.IsRepeated)
            {
                json.WriteStartArray();
                foreach (var item in member.Value.EnumerateArray()) WriteOne(json, item, field);
                json.WriteEndArray();
            }
            else
            {
                WriteOne(json, member.Value, field);
            }
        }

        json.WriteEndObject();
    }

    private static void WriteOne(Utf8JsonWriter json, JsonElement value, FieldDescriptor field)
    {
        if (field.IsMask()) json.WriteStringValue(MaskText.Protect(value.GetString()!));
        else if (value.ValueKind == JsonValueKind.Object) Write(json, value, field.MessageType);
        else value.WriteTo(json);
    }
}
