namespace MartechGrains.Architecture.Tests.Sources;

/// <summary>
/// C# text with every comment and the content of every literal replaced by blanks, so that braces and words can be
/// looked at. Lines and columns stay as they are.
/// </summary>
internal static class CodeText
{
    public static string Of(string source)
    {
        var text = source.ToCharArray();
        var at = 0;
        while (at < text.Length)
        {
            var end = EndOfBlank(source, at);
            if (end == at)
            {
                at++;
                continue;
            }
            for (; at < end; at++)
                if (text[at] is not ('\n' or '\r')) text[at] = ' ';
        }
        return new string(text);
    }

    /// <summary>The number of lines, where a last line without an end counts too.</summary>
    public static int Lines(string text) => text.Length == 0 ? 0 : text.TrimEnd('\n').Count(static c => c == '\n') + 1;

    /// <summary>Where the comment or literal that begins here ends; <paramref name="at"/> if none begins.</summary>
    private static int EndOfBlank(string source, int at)
    {
        var rest = source.AsSpan(at);
        if (rest.StartsWith("//")) return at + LengthTo(rest, "\n", 0);
        if (rest.StartsWith("/*")) return at + LengthTo(rest, "*/", 2) + 2;
        if (rest[0] == '\'') return EndOfEscaped(source, at + 1, '\'');
        if (rest[0] is not ('"' or '$' or '@')) return at;
        var quote = rest.IndexOfAnyExcept('$', '@');
        if (quote < 0 || rest[quote] != '"') return at;
        var prefix = rest[..quote];
        var quotes = CountQuotes(rest[quote..]);
        if (quotes >= 3) return at + quote + quotes + LengthTo(rest[(quote + quotes)..], new string('"', quotes), 0) + quotes;
        var start = at + quote + 1;
        if (prefix.Contains('$')) return EndOfInterpolated(source, start, prefix.Contains('@'));
        return prefix.Contains('@') ? EndOfVerbatim(source, start) : EndOfEscaped(source, start, '"');
    }

    private static int CountQuotes(ReadOnlySpan<char> text)
    {
        var other = text.IndexOfAnyExcept('"');
        return other < 0 ? text.Length : other;
    }

    private static int LengthTo(ReadOnlySpan<char> text, string end, int from)
    {
        var found = text[from..].IndexOf(end);
        return found < 0 ? text.Length - end.Length : from + found;
    }

    private static int EndOfEscaped(string source, int at, char end)
    {
        for (; at < source.Length && source[at] != end; at++)
            if (source[at] == '\\') at++;
        return Math.Min(at + 1, source.Length);
    }

    private static int EndOfVerbatim(string source, int at)
    {
        for (; at < source.Length; at++)
        {
            if (source[at] != '"') continue;
            if (at + 1 == source.Length || source[at + 1] != '"') return at + 1;
            at++;
        }
        return source.Length;
    }

    /// <summary>Holes may hold literals of their own, which end where they end.</summary>
    private static int EndOfInterpolated(string source, int at, bool verbatim)
    {
        var depth = 0;
        while (at < source.Length)
        {
            if (depth > 0 && EndOfBlank(source, at) is var end && end > at)
            {
                at = end;
                continue;
            }
            switch (source[at])
            {
                case '{' when depth == 0 && at + 1 < source.Length && source[at + 1] == '{':
                case '\\' when depth == 0 && !verbatim:
                case '"' when verbatim && at + 1 < source.Length && source[at + 1] == '"':
                    at++;
                    break;
                case '{':
                    depth++;
                    break;
                case '}' when depth > 0:
                    depth--;
                    break;
                case '"' when depth == 0:
                    return at + 1;
            }
            at++;
        }
        return source.Length;
    }
}
