using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;

namespace MartechGrains.Core.Events.Json;

/// <summary>
/// Reads bytes as JSON that all later steps can rely on: valid UTF-8, bounded depth, no half characters.
/// </summary>
public static class JsonPayload
{
    /// <summary>How the lineage of an event says that its text was mended.</summary>
    public const string MendedNote = SourceField.Coerced + "half_character_to_replacement";

    /// <summary>Parses one JSON object of at most <see cref="EventLimits.MaxDepth"/> levels.</summary>
    /// <param name="json">The bytes; must not change while the document lives.</param>
    /// <param name="field">Path the bytes stand for in faults; may be empty.</param>
    /// <param name="document">The document, to be disposed of; null where the result is a fault.</param>
    /// <param name="isMended">
    /// Whether an escape named half a character, as clients write that cut a text within an emoji: U+FFFD stands there
    /// in the document.
    /// </param>
    /// <returns>Null, or why the bytes cannot be used.</returns>
    public static EventFault? ParseObject(
        ReadOnlyMemory<byte> json, string field, out JsonDocument? document, out bool isMended)
    {
        (document, isMended) = (null, false);
        if (!Utf8.IsValid(json.Span))
            return Malformed(field, "invalid UTF-8", "Encode the text as UTF-8.");
        if (!TryParse(json, field, out var parsed, out var fault))
            return fault;
        if (parsed.RootElement.ValueKind != JsonValueKind.Object)
        {
            var kind = KindOf(parsed.RootElement);
            parsed.Dispose();
            return Malformed(field, kind, "Send one JSON object.");
        }

        if (json.Span.IndexOf("\\u"u8) >= 0 && HalfCharacters.Mend(json.Span) is { } mended)
        {
            isMended = true;
            parsed.Dispose();
            parsed = JsonDocument.Parse(mended, new JsonDocumentOptions { MaxDepth = EventLimits.MaxDepth });
        }

        document = parsed;
        return null;
    }

    /// <summary>The word for a value's kind in faults.</summary>
    public static string KindOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        JsonValueKind.String => "string",
        JsonValueKind.Number => "number",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        JsonValueKind.Null => "null",
        _ => "missing",
    };

    private static bool TryParse(
        ReadOnlyMemory<byte> json,
        string field,
        [NotNullWhen(true)] out JsonDocument? document,
        [NotNullWhen(false)] out EventFault? fault)
    {
        document = null;
        fault = null;
        try
        {
            document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = EventLimits.MaxDepth });
            return true;
        }
        catch (JsonException broken)
        {
            fault = Diagnose(json.Span, field, broken);
            return false;
        }
    }

    private static EventFault Diagnose(ReadOnlySpan<byte> json, string field, JsonException broken)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = json.Length + 1 });
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray
                    && reader.CurrentDepth >= EventLimits.MaxDepth)
                    return Malformed(field, "nesting too deep", $"Nest at most {EventLimits.MaxDepth} levels.");
            }
        }
        catch (JsonException)
        {
            // The first failure, below, says where.
            return At(field, broken);
        }

        return At(field, broken);
    }

    /// <summary>The fault of bytes that are not JSON, with the place where reading stopped.</summary>
    internal static EventFault At(string field, JsonException broken)
    {
        var place = string.Create(
            CultureInfo.InvariantCulture,
            $"Send valid JSON; reading stopped in line {broken.LineNumber + 1}, byte {broken.BytePositionInLine}.");
        return Malformed(field, "malformed JSON", place);
    }

    private static EventFault Malformed(string field, string kind, string remedy) =>
        new(QuarantineCodes.MalformedPayload, field, kind, remedy);
}
