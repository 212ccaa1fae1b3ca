using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace MartechGrains.Core.Events.Json;

/// <summary>
/// Reads a number, or a text that is one in JSON's own plain spelling, such as <c>"30.00"</c>. A plus sign,
/// spaces around, separators of thousands, a decimal comma and a currency are refused: nothing is guessed.
/// </summary>
internal static class PlainNumber
{
    private const int MaxTextLength = 40;

    /// <summary>Reads it exactly.</summary>
    /// <param name="value">A number or a text.</param>
    /// <param name="number">The number.</param>
    /// <param name="isText">Whether it was a text.</param>
    public static bool TryRead(JsonElement value, out ExactDecimal number, out bool isText)
    {
        (number, isText) = (default, value.ValueKind == JsonValueKind.String);
        if (value.ValueKind == JsonValueKind.Number)
            return ExactDecimal.TryParse(JsonMarshal.GetRawUtf8Value(value), out number);
        return isText && value.GetString() is { Length: <= MaxTextLength } text && IsPlain(text)
            && ExactDecimal.TryParse(Encoding.ASCII.GetBytes(text), out number);
    }

    private static bool IsPlain(ReadOnlySpan<char> text)
    {
        if (text is ['-', ..]) text = text[1..];
        var point = text.IndexOf('.');
        var whole = point < 0 ? text : text[..point];
        if (whole.IsEmpty || whole.ContainsAnyExceptInRange('0', '9')) return false;
        return point < 0 || (point < text.Length - 1 && !text[(point + 1)..].ContainsAnyExceptInRange('0', '9'));
    }
}
