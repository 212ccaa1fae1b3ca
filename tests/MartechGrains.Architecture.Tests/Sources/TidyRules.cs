using System.Text.RegularExpressions;

namespace MartechGrains.Architecture.Tests.Sources;

/// <summary>How a source file may look. Each rule answers with findings, "path:line: what".</summary>
internal static partial class TidyRules
{
    public const int MaxFileLines = 400;

    public const int MaxMethodLines = 70;

    public const int MaxColumns = 120;

    private static readonly string[] BannedWords =
        ["Utils", "Util", "Utilities", "Helper", "Helpers", "Manager", "Common", "Misc"];

    /// <summary>Written in two halves, so that this file does not find itself.</summary>
    private static readonly string[] UnfinishedMarks =
        ["TO" + "DO", "FIX" + "ME", "HA" + "CK", "NotImplemented" + "Exception"];

    public static IEnumerable<string> TooLongFile(string path, string text)
    {
        var lines = CodeText.Lines(text);
        return lines > MaxFileLines ? [$"{path}: {lines} lines"] : [];
    }

    public static IEnumerable<string> TooLongMethods(string path, string text) => MethodSpans.Of(text)
        .Where(static span => span.Lines > MaxMethodLines)
        .Select(span => $"{path}:{span.Line}: {span.Lines} lines: {span.Header}");

    /// <summary>A raw literal may be wider: breaking it would change the data.</summary>
    public static IEnumerable<string> TooWideLines(string path, string text) => Numbered(text)
        .Zip(CodeText.Of(text).Split('\n'), static (line, code) => (line.Number, line.Text, Code: code))
        .Where(static line => line.Text.Length > MaxColumns && !IsRawLiteral(line.Text, line.Code))
        .Select(line => $"{path}:{line.Number}: {line.Text.Length} columns");

    public static IEnumerable<string> UnfinishedWork(string path, string text) => Numbered(text)
        .SelectMany(line => UnfinishedMarks.Where(mark => WholeWord(line.Text, mark))
            .Select(mark => $"{path}:{line.Number}: {mark}"));

    /// <summary>A handler that does nothing must at least say why.</summary>
    public static IEnumerable<string> EmptyCatches(string path, string text) => EmptyCatch.Matches(CodeText.Of(text))
        .Where(match => string.IsNullOrWhiteSpace(Inside(text, match)))
        .Select(match => $"{path}:{CodeText.Lines(text[..(match.Index + 1)])}: empty catch");

    /// <summary>Names of files, folders and types.</summary>
    public static IEnumerable<string> BannedNames(string path, string text)
    {
        var declared = Declared.Matches(CodeText.Of(text)).Select(static match => match.Groups[1].Value);
        var names = path.Split('/', '.').Concat(declared);
        return names.SelectMany(static name => Words.Matches(name).Select(word => (Name: name, Word: word.Value)))
            .Where(static pair => BannedWords.Contains(pair.Word, StringComparer.Ordinal))
            .Select(pair => $"{path}: {pair.Name}").Distinct(StringComparer.Ordinal);
    }

    /// <summary>A warning is silenced where it stands, with the reason on the same line.</summary>
    public static IEnumerable<string> SilencedWarnings(string path, string text) => Numbered(text)
        .Where(static line => line.Text.TrimStart().StartsWith("#pragma warning disable", StringComparison.Ordinal))
        .Where(static line => !line.Text.Contains("//", StringComparison.Ordinal))
        .Select(line => $"{path}:{line.Number}: {line.Text.Trim()}");

    /// <summary>A method named Try says by a bool whether it did; the rest are out parameters.</summary>
    public static IEnumerable<string> TriesWithoutBool(string path, string text) =>
        Try.Matches(CodeText.Of(text))
            .Where(static match => match.Groups[1].Value is not ("bool" or "Task<bool>" or "ValueTask<bool>"))
            .Select(match => $"{path}: {match.Groups[2].Value} returns {match.Groups[1].Value}");

    /// <summary>A test that waits for time is slow where there is enough, and fails where there is not.</summary>
    public static IEnumerable<string> Sleeps(string path, string text) =>
        path.StartsWith("tests/", StringComparison.Ordinal)
            ? Sleep.Matches(CodeText.Of(text))
                .Select(match => $"{path}:{CodeText.Lines(text[..(match.Index + 1)])}: {match.Value}")
            : [];

    private static bool IsRawLiteral(string line, string code) =>
        line.Contains("\"\"\"", StringComparison.Ordinal)
        || (string.IsNullOrWhiteSpace(code) && !line.TrimStart().StartsWith('/'));

    private static string Inside(string text, Match match)
    {
        var open = match.Value.LastIndexOf('{') + match.Index + 1;
        return text[open..(match.Index + match.Length - 1)];
    }

    private static bool WholeWord(string line, string word) => Regex.IsMatch(line, $@"\b{word}\b", RegexOptions.None);

    private static IEnumerable<(int Number, string Text)> Numbered(string text) =>
        text.Split('\n').Select(static (line, index) => (index + 1, line.TrimEnd('\r')));

    [GeneratedRegex(
        @"^ *(?:public|internal|private|protected)(?: (?:static|async|virtual|override|sealed|abstract))*"
        + @" ([\w.<>,?\[\]() ]+?) (Try[A-Z]\w*)(?:<[\w, ]+>)?\(",
        RegexOptions.Multiline)]
    private static partial Regex Try { get; }

    [GeneratedRegex(@"\bcatch\b\s*(\([^()]*\)\s*)?(when\s*\((?>[^()]+|\((?<d>)|\)(?<-d>))*(?(d)(?!))\)\s*)?\{\s*\}")]
    private static partial Regex EmptyCatch { get; }

    [GeneratedRegex(@"\b(?:class|struct|interface|enum|record)\s+(?:struct\s+|class\s+)?([A-Z]\w*)")]
    private static partial Regex Declared { get; }

    [GeneratedRegex(@"\b(?:Task\.Delay|Thread\.Sleep|PeriodicTimer|SpinWait)\b")]
    private static partial Regex Sleep { get; }

    [GeneratedRegex("[A-Z][a-z]+")]
    private static partial Regex Words { get; }
}
