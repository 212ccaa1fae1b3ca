using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace MartechGrains.Core.Events.Json;

/// <summary>
/// One spelling for equal JSON values: no white space, members sorted by name (the last of equal names counts),
/// shortest escapes, numbers without superfluous digits. For payloads that <see cref="JsonPayload"/> has let pass.
/// </summary>
internal static class CanonicalJson
{
    private const int LongestPlainNumber = 18;

    /// <summary>Writes a value.</summary>
    public static void Write(JsonElement value, IBufferWriter<byte> output)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                WriteObject(value, output);
                break;
            case JsonValueKind.Array:
                WriteArray(value, output);
                break;
            case JsonValueKind.String:
                WriteString(value, output);
                break;
            case JsonValueKind.Number:
                WriteNumber(JsonMarshal.GetRawUtf8Value(value), output);
                break;
            case JsonValueKind.True:
                output.Write("true"u8);
                break;
            case JsonValueKind.False:
                output.Write("false"u8);
                break;
            case JsonValueKind.Undefined:
            case JsonValueKind.Null:
            default:
                output.Write("null"u8);
                break;
        }
    }

    /// <summary>How deeply objects and arrays are nested: 0 for a plain value.</summary>
    public static int Depth(JsonElement value)
    {
        var deepest = 0;
        if (value.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in value.EnumerateObject())
                deepest = Math.Max(deepest, Depth(member.Value));
            return deepest + 1;
        }

        if (value.ValueKind != JsonValueKind.Array)
            return 0;
        foreach (var item in value.EnumerateArray())
            deepest = Math.Max(deepest, Depth(item));
        return deepest + 1;
    }

    /// <summary>Writes text as a JSON string.</summary>
    public static void WriteText(string text, IBufferWriter<byte> output)
    {
        output.Write("\""u8);
        var start = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c >= ' ' && c is not ('"' or '\\'))
                continue;
            Encoding.UTF8.GetBytes(text.AsSpan(start, i - start), output);
            WriteEscape(c, output);
            start = i + 1;
        }

        Encoding.UTF8.GetBytes(text.AsSpan(start), output);
        output.Write("\""u8);
    }

    private static void WriteObject(JsonElement value, IBufferWriter<byte> output)
    {
        var total = value.GetPropertyCount();
        if (total <= 1)
        {
            WriteSmallObject(value, output);
            return;
        }

        var members = new (string Name, int Position, JsonElement Value)[total];
        var count = 0;
        foreach (var member in value.EnumerateObject())
        {
            members[count] = (member.Name, count, member.Value);
            count++;
        }

        Array.Sort(members, static (left, right) =>
        {
            var byName = string.CompareOrdinal(left.Name, right.Name);
            return byName != 0 ? byName : left.Position.CompareTo(right.Position);
        });
        output.Write("{"u8);
        var isFirst = true;
        for (var i = 0; i < members.Length; i++)
        {
            if (i + 1 < members.Length && members[i].Name == members[i + 1].Name)
                continue;
            if (!isFirst)
                output.Write(","u8);
            isFirst = false;
            WriteText(members[i].Name, output);
            output.Write(":"u8);
            Write(members[i].Value, output);
        }

        output.Write("}"u8);
    }

    /// <summary>An object of at most one member, which needs no sorting.</summary>
    private static void WriteSmallObject(JsonElement value, IBufferWriter<byte> output)
    {
        output.Write("{"u8);
        foreach (var member in value.EnumerateObject())
        {
            var name = JsonMarshal.GetRawUtf8PropertyName(member);
            if (name.Contains((byte)'\\'))
            {
                WriteText(member.Name, output);
            }
            else
            {
                output.Write("\""u8);
                output.Write(name);
                output.Write("\""u8);
            }

            output.Write(":"u8);
            Write(member.Value, output);
        }

        output.Write("}"u8);
    }

    private static void WriteArray(JsonElement value, IBufferWriter<byte> output)
    {
        output.Write("["u8);
        var isFirst = true;
        foreach (var item in value.EnumerateArray())
        {
            if (!isFirst)
                output.Write(","u8);
            isFirst = false;
            Write(item, output);
        }

        output.Write("]"u8);
    }

    private static void WriteString(JsonElement value, IBufferWriter<byte> output)
    {
        var raw = JsonMarshal.GetRawUtf8Value(value);
        if (raw.Contains((byte)'\\'))
            WriteText(value.GetString()!, output);
        else
            output.Write(raw);
    }

    private static void WriteNumber(ReadOnlySpan<byte> raw, IBufferWriter<byte> output)
    {
        var isPlain = raw.Length <= LongestPlainNumber && raw[0] != (byte)'-'
            && raw.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0;
        if (isPlain || !ExactDecimal.TryParse(raw, out var number))
            output.Write(raw);
        else
            number.WriteTo(output);
    }

    private static void WriteEscape(char c, IBufferWriter<byte> output)
    {
        switch (c)
        {
            case '"':
                output.Write("\\\""u8);
                break;
            case '\\':
                output.Write("\\\\"u8);
                break;
            case '\n':
                output.Write("\\n"u8);
                break;
            case '\r':
                output.Write("\\r"u8);
                break;
            case '\t':
                output.Write("\\t"u8);
                break;
            default:
                output.Write("\\u00"u8);
                output.Write([Hex(c >> 4), Hex(c & 15)]);
                break;
        }
    }

    private static byte Hex(int digit) => (byte)(digit < 10 ? '0' + digit : 'a' + digit - 10);
}
