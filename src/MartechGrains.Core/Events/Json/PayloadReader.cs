using System.Runtime.InteropServices;
using System.Text.Json;
using MartechGrains.Core.Time;

namespace MartechGrains.Core.Events.Json;

/// <summary>
/// Reads members of one event's payload. A null member counts as absent. A field that the event does not need is left
/// out where it cannot be read, and what says the same in another type is taken as it is meant; both are noted for the
/// event's lineage. Of the faults of fields that are needed the first is kept.
/// </summary>
internal sealed class PayloadReader
{
    /// <summary>Most notes of one event: those beyond it are not noted one by one.</summary>
    public const int MaxNotes = 64;

    private const int MaxNumberLength = 64;

    private List<SourceField>? _notes;

    /// <summary>Why the event cannot be read; null for no reason so far.</summary>
    public EventFault? Fault { get; private set; }

    /// <summary>What was left out (<c>ignored.CODE</c>) and what was coerced (<c>coerced.HOW</c>), each once.</summary>
    public IReadOnlyList<SourceField> Notes => _notes ?? (IReadOnlyList<SourceField>)[];

    /// <summary>The event cannot be read.</summary>
    public void Refuse(EventFault fault) => Fault ??= fault;

    /// <summary>A field is left out for a fault.</summary>
    public void Ignore(EventFault fault) => Note(SourceField.LeftOut(fault));

    /// <summary>A field was taken as something else than it is.</summary>
    public void Coerce(string how, string field) => Note(new SourceField(SourceField.Coerced + how, field));

    /// <summary>Something else is to be said of the reading.</summary>
    public void Note(SourceField note)
    {
        _notes ??= [];
        if (_notes.Contains(note)) return;
        if (_notes.Count < MaxNotes - 1) _notes.Add(note);
        else if (_notes.Count < MaxNotes) _notes.Add(new SourceField("ignored.MORE", ""));
    }

    /// <summary>Reads a text that the event can do without; null where there is none.</summary>
    public string? Text(JsonElement owner, string name, string field)
    {
        var text = Text(owner, name, field, out var wrong);
        if (wrong is not null) Ignore(wrong);
        return text;
    }

    /// <summary>Reads a text; null where it is absent, empty or only white space.</summary>
    /// <param name="owner">The object it is in.</param>
    /// <param name="name">The member's name.</param>
    /// <param name="field">Its path.</param>
    /// <param name="wrong">What is wrong where there is something else; null else.</param>
    public string? Text(JsonElement owner, string name, string field, out EventFault? wrong)
    {
        wrong = null;
        if (!JsonMembers.TryGet(owner, name, out var value)) return null;
        if (value.ValueKind == JsonValueKind.String)
        {
            var text = value.GetString();
            return string.IsNullOrWhiteSpace(text) ? null : text;
        }

        if (value.ValueKind == JsonValueKind.Number && WholeNumber(value) is { } digits)
        {
            Coerce("number_to_text", field);
            return digits;
        }

        wrong = JsonMembers.WrongType(field, value, "a string");
        return null;
    }

    /// <summary>Reads an object; undefined where it is absent or cannot be read. An empty array is one (PHP).</summary>
    public JsonElement Object(JsonElement owner, string name, string field)
    {
        var found = Object(owner, name, field, out var wrong);
        if (wrong is not null) Ignore(wrong);
        return found;
    }

    /// <summary>Reads an object, or says what is wrong with what is there.</summary>
    public JsonElement Object(JsonElement owner, string name, string field, out EventFault? wrong)
    {
        wrong = null;
        if (!JsonMembers.TryGet(owner, name, out var value) || IsBlank(value)) return default;
        if (value.ValueKind == JsonValueKind.Object) return value;
        if (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 0)
        {
            Coerce("empty_array_to_object", field);
            return default;
        }

        wrong = JsonMembers.WrongType(field, value, "an object");
        return default;
    }

    /// <summary>Reads an ISO 8601 instant; null where it is absent or empty, or cannot be read.</summary>
    /// <param name="owner">The object it is in.</param>
    /// <param name="name">The member's name, which is its path.</param>
    /// <param name="wrong">What is wrong with what is there; null for nothing.</param>
    /// <param name="hasOffset">Whether it says how far it is from UTC.</param>
    public static EventTime? Time(JsonElement owner, string name, out EventFault? wrong, out bool hasOffset)
    {
        (wrong, hasOffset) = (null, false);
        if (!JsonMembers.TryGet(owner, name, out var value) || IsBlank(value)) return null;
        if (value.ValueKind != JsonValueKind.String)
        {
            wrong = JsonMembers.WrongType(name, value, "an ISO 8601 string, such as \"2026-01-31T12:00:00.000Z\"");
            return null;
        }

        if (IsoTimestamp.TryParse(value.GetString(), out var time, out hasOffset)) return new EventTime(time);
        wrong = new EventFault(
            QuarantineCodes.InvalidEventTime, name, "unreadable time",
            "Send ISO 8601 with an offset, such as \"2026-01-31T12:00:00.000Z\".");
        return null;
    }

    /// <summary>Whether a value is a text without a character: many producers write that for nothing.</summary>
    public static bool IsBlank(JsonElement value) =>
        value.ValueKind == JsonValueKind.String && string.IsNullOrWhiteSpace(value.GetString());

    /// <summary>The digits of a whole number as they stand; null for one that has another spelling.</summary>
    private static string? WholeNumber(JsonElement value)
    {
        var text = JsonMarshal.GetRawUtf8Value(value);
        var digits = text[0] == (byte)'-' ? text[1..] : text;
        return text.Length > MaxNumberLength || digits.ContainsAnyExceptInRange((byte)'0', (byte)'9')
            ? null
            : System.Text.Encoding.ASCII.GetString(text);
    }
}
