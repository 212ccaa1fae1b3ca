using System.Buffers;
using System.Text;

namespace MartechGrains.Core.Identity.Normalisation;

/// <summary>
/// Characters that nobody sees and nobody types, and that come along when values are copied: zero-width spaces and
/// joiners, byte order marks, soft hyphens, marks of direction, variation selectors. They make no other person.
/// </summary>
internal static class InvisibleCharacters
{
    private static readonly SearchValues<char> All = SearchValues.Create(
        "\u00AD\u034F\u061C\u115F\u1160\u17B4\u17B5\u180B\u180C\u180D\u180E\u180F\u200B\u200C\u200D\u200E\u200F"
        + "\u202A\u202B\u202C\u202D\u202E\u2060\u2061\u2062\u2063\u2064\u2065\u2066\u2067\u2068\u2069\u206A\u206B\u206C"
        + "\u206D\u206E\u206F\u3164\uFE00\uFE01\uFE02\uFE03\uFE04\uFE05\uFE06\uFE07\uFE08\uFE09\uFE0A\uFE0B\uFE0C\uFE0D"
        + "\uFE0E\uFE0F\uFEFF\uFFA0");

    /// <summary>The text without them.</summary>
    public static string Remove(string text)
    {
        if (!text.AsSpan().ContainsAny(All)) return text;
        var visible = new StringBuilder(text.Length);
        foreach (var c in text)
            if (!All.Contains(c)) visible.Append(c);
        return visible.ToString();
    }
}
