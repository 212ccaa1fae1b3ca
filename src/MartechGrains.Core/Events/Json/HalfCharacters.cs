using System.Globalization;
using System.Text.Json;

namespace MartechGrains.Core.Events.Json;

/// <summary>
/// Escapes that name half a character (one of a surrogate pair without the other), which is no text. Clients write them
/// that shorten a text in the middle of an emoji.
/// </summary>
internal static class HalfCharacters
{
    private const int EscapeLength = 6;

    /// <summary>A copy with U+FFFD in the place of each; null where there is none.</summary>
    /// <param name="json">Valid JSON.</param>
    public static byte[]? Mend(ReadOnlySpan<byte> json)
    {
        byte[]? mended = null;
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = EventLimits.MaxDepth });
        while (reader.Read())
        {
            if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.PropertyName) || !reader.ValueIsEscaped)
                continue;
            var start = (int)reader.TokenStartIndex + 1;
            for (var at = 0; FindHalf(reader.ValueSpan, ref at); at += EscapeLength)
            {
                mended ??= json.ToArray();
                @"\uFFFD"u8.CopyTo(mended.AsSpan(start + at));
            }
        }

        return mended;
    }

    /// <summary>Moves to the next escape that names half a character.</summary>
    private static bool FindHalf(ReadOnlySpan<byte> text, ref int at)
    {
        while (at < text.Length)
        {
            var unit = UnitAt(text, at);
            if (char.IsHighSurrogate(unit) && char.IsLowSurrogate(UnitAt(text, at + EscapeLength)))
                at += 2 * EscapeLength;
            else if (char.IsSurrogate(unit))
                return true;
            else if (text[at] == (byte)'\\')
                at += text[at + 1] == (byte)'u' ? EscapeLength : 2;
            else
                at++;
        }

        return false;
    }

    /// <summary>The code unit that an escape names; none for anything else.</summary>
    private static char UnitAt(ReadOnlySpan<byte> text, int at) =>
        at + EscapeLength <= text.Length && text[at] == (byte)'\\' && text[at + 1] == (byte)'u'
            ? (char)ushort.Parse(
                text.Slice(at + 2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)
            : default;
}
