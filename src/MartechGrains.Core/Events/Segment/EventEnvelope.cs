using System.Text;
using System.Text.Json;

namespace MartechGrains.Core.Events.Segment;

/// <summary>
/// Where the members that a request may complete lie in the bytes of one object. Null members count as absent, and so
/// do a type and a context that are none.
/// </summary>
internal sealed class EventEnvelope
{
    private bool _isObject;
    private bool _hasMembers;
    private JsonRange _whole;

    /// <summary>Whether it has a <c>type</c>, of whatever name.</summary>
    public bool HasType { get; private set; }

    /// <summary>Its <c>sentAt</c>.</summary>
    public JsonRange? SentAt { get; private set; }

    /// <summary>Its <c>context</c>, if that is an object.</summary>
    public JsonRange? Context { get; private set; }

    /// <summary>Its <c>writeKey</c>, else empty.</summary>
    public string WriteKey { get; private set; } = "";

    /// <summary>Scans the value the reader stands on, to its end.</summary>
    public static EventEnvelope Scan(ref Utf8JsonReader reader)
    {
        var envelope = new EventEnvelope { _isObject = reader.TokenType == JsonTokenType.StartObject };
        var start = (int)reader.TokenStartIndex;
        if (!envelope._isObject)
            reader.Skip();
        else
        {
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                envelope.ReadMember(ref reader);
        }

        envelope._whole = new JsonRange(start, (int)reader.BytesConsumed);
        return envelope;
    }

    /// <summary>Whether the reader stands on the name of a member, in its usual spelling without escapes.</summary>
    public static bool IsNamed(ref Utf8JsonReader reader, ReadOnlySpan<byte> name) =>
        !reader.ValueIsEscaped && reader.ValueSpan.SequenceEqual(name);

    /// <summary>Reads one member, from its name to the end of its value.</summary>
    public void ReadMember(ref Utf8JsonReader reader)
    {
        _hasMembers = true;
        var isType = IsNamed(ref reader, "type"u8);
        var isSentAt = IsNamed(ref reader, "sentAt"u8);
        var isContext = IsNamed(ref reader, "context"u8);
        var isWriteKey = IsNamed(ref reader, "writeKey"u8);
        reader.Read();
        var kind = reader.TokenType;
        var start = (int)reader.TokenStartIndex;
        var isBlank = kind == JsonTokenType.String && reader.ValueSpan.IndexOfAnyExcept((byte)' ') < 0;
        if (isWriteKey && kind == JsonTokenType.String && !reader.ValueIsEscaped)
            WriteKey = Encoding.UTF8.GetString(reader.ValueSpan);
        reader.Skip();
        var range = new JsonRange(start, (int)reader.BytesConsumed);
        var isGiven = kind != JsonTokenType.Null;
        if (isType)
            HasType = kind == JsonTokenType.String && !isBlank;
        else if (isSentAt)
            SentAt = isGiven ? range : null;
        else if (isContext)
            Context = kind == JsonTokenType.StartObject ? range : null;
    }

    /// <summary>The object's bytes with what it lacks; a slice of the body where it lacks nothing.</summary>
    /// <param name="body">The bytes that were scanned.</param>
    /// <param name="additions">Members to append, without braces; they win over a null of the same name.</param>
    /// <param name="shared">The context of the whole batch.</param>
    public ReadOnlyMemory<byte> Complete(
        ReadOnlyMemory<byte> body, ReadOnlyMemory<byte> additions, SharedContext? shared)
    {
        var whole = body[_whole.Start.._whole.End];
        if (!_isObject || whole.Length > EventLimits.MaxEventBytes || (additions.IsEmpty && shared is null))
            return whole;
        var output = new List<byte>(whole.Length + additions.Length + (shared?.Length ?? 0));
        if (shared is not null && Context is { } own)
        {
            output.AddRange(body.Span[_whole.Start..own.Start]);
            shared.WriteMerged(body.Span[own.Start..own.End], output);
            output.AddRange(body.Span[own.End..(_whole.End - 1)]);
        }
        else
        {
            output.AddRange(whole.Span[..^1]);
        }

        var hasMembers = _hasMembers;
        if (shared is not null && Context is null)
        {
            output.AddRange(hasMembers ? ",\"context\":"u8 : "\"context\":"u8);
            shared.WriteMerged("{}"u8, output);
            hasMembers = true;
        }

        if (!additions.IsEmpty)
        {
            if (hasMembers)
                output.Add((byte)',');
            output.AddRange(additions.Span);
        }

        output.Add((byte)'}');
        return output.ToArray();
    }
}

/// <summary>A value's place in the bytes it was read from.</summary>
/// <param name="Start">Its first byte.</param>
/// <param name="End">The first byte after it.</param>
internal readonly record struct JsonRange(int Start, int End)
{
    /// <summary>Its length in bytes.</summary>
    public int Length => End - Start;
}
