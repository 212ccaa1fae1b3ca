using System.Text;

namespace MartechGrains.Journal.Stores;

/// <summary>Text that both stores accept: PostgreSQL takes neither U+0000 nor half a surrogate pair.</summary>
internal static class StoredText
{
    /// <summary>The text with U+FFFD in the place of what cannot be stored.</summary>
    public static string Clean(string text)
    {
        if (!text.AsSpan().ContainsAny('\0', '\uFFFD') && !text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF'))
            return text;
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
            clean.Append(rune.Value == 0 ? "\uFFFD" : rune.ToString());
        return clean.ToString();
    }
}
