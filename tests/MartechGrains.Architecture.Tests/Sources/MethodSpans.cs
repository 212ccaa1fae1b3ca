using System.Text;
using System.Text.RegularExpressions;

namespace MartechGrains.Architecture.Tests.Sources;

/// <summary>A method, constructor, operator or accessor list: where it begins and how many lines it has.</summary>
internal readonly record struct MethodSpan(int Line, int Lines, string Header);

/// <summary>Finds members that have parameters, by counting braces in text without comments and literals.</summary>
internal static partial class MethodSpans
{
    [GeneratedRegex(@"\b(class|struct|interface|enum|namespace|record)\b")]
    private static partial Regex Container { get; }

    public static IReadOnlyList<MethodSpan> Of(string source)
    {
        var found = new List<MethodSpan>();
        var code = CodeText.Of(source);
        Members(code, 0, found);
        return found;
    }

    /// <summary>Reads members up to the closing brace of their container; returns the place after it.</summary>
    private static int Members(string code, int at, List<MethodSpan> found)
    {
        var start = at;
        while (at < code.Length)
        {
            switch (code[at])
            {
                case '}':
                    return at + 1;
                case ';':
                    Note(code, start, at, found);
                    start = ++at;
                    break;
                case '(' or '[':
                    at = AfterGroup(code, at);
                    break;
                case '{' when IsContainer(code[start..at]):
                    start = at = Members(code, at + 1, found);
                    break;
                case '{':
                    var open = at;
                    at = AfterGroup(code, at);
                    if (GoesOn(code, start, open, at)) break;
                    Note(code, start, at - 1, found);
                    start = at;
                    break;
                default:
                    at++;
                    break;
            }
        }
        return at;
    }

    private static bool IsContainer(string header)
    {
        var bare = Bare(header);
        return Container.IsMatch(bare) && !bare.Contains('=', StringComparison.Ordinal);
    }

    /// <summary>A block inside an expression body or an initialiser does not end its member.</summary>
    private static bool GoesOn(string code, int start, int open, int after) =>
        (Bare(code[start..open]).Contains('=', StringComparison.Ordinal) && !Operator.IsMatch(code[start..open]))
        || code.AsSpan(after).TrimStart() is ['=', ..];

    /// <summary>A header without its parameters and attributes, whose defaults are no initialisers.</summary>
    private static string Bare(string header)
    {
        var bare = new StringBuilder(header.Length);
        for (var at = 0; at < header.Length;)
        {
            if (header[at] is '(' or '[') at = AfterGroup(header, at);
            else bare.Append(header[at++]);
        }
        return bare.ToString();
    }

    private static int AfterGroup(string code, int at)
    {
        var depth = 0;
        for (; at < code.Length; at++)
        {
            if (code[at] is '(' or '[' or '{') depth++;
            else if (code[at] is ')' or ']' or '}' && --depth == 0) return at + 1;
        }
        return code.Length;
    }

    private static void Note(string code, int start, int end, List<MethodSpan> found)
    {
        while (start < end && char.IsWhiteSpace(code[start])) start++;
        var text = code[start..Math.Min(end + 1, code.Length)];
        var arrow = text.IndexOf("=>", StringComparison.Ordinal);
        var block = text.IndexOf('{', StringComparison.Ordinal);
        var body = arrow < 0 ? block : block < 0 ? arrow : Math.Min(arrow, block);
        if (body < 0 || !text[..body].Contains('(', StringComparison.Ordinal)) return;
        var header = Blanks.Replace(text[..body], " ").Trim();
        found.Add(new MethodSpan(CodeText.Lines(code[..start] + "x"), CodeText.Lines(text), header));
    }

    [GeneratedRegex(@"\boperator\b")]
    private static partial Regex Operator { get; }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks { get; }
}
