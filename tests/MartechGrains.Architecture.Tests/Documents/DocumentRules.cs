using System.Text.RegularExpressions;

namespace MartechGrains.Architecture.Tests.Documents;

/// <summary>What prose may name: only what exists.</summary>
internal static partial class DocumentRules
{
    private static readonly string[] Tops = ["src", "protos", "tests", "load-tests", "deploy-k8s", "docs", ".ci"];

    private static readonly string[] ProcessWords =
        ["PLAN", "PLANS", "NOTES", "SUMMARY", "STATUS", "PROGRESS", "HANDOFF", "SCRATCH", "REPORT", "TO" + "DO"];

    /// <summary>Paths of the repository in code spans, code blocks and links, relative to the root.</summary>
    public static IEnumerable<string> Paths(string document, string text)
    {
        var folder = Path.GetDirectoryName(document)!.Replace('\\', '/');
        var links = Link.Matches(text).Select(static match => match.Groups[1].Value)
            .Where(static link => !link.Contains("://", StringComparison.Ordinal) && link.Length > 0)
            .Select(link => Path.GetRelativePath(".", Path.Combine(folder.Length == 0 ? "." : folder, link)))
            .Select(static link => link.Replace('\\', '/'));
        var spans = PathWord.Matches(text).Select(static match => match.Value.TrimEnd('.', '/'))
            .Where(static path => Tops.Contains(path.Split('/')[0], StringComparer.Ordinal));
        return links.Concat(spans).Distinct(StringComparer.Ordinal);
    }

    /// <summary>Names of types and members in code spans: <c>Type</c> or <c>Type.Member</c> in PascalCase.</summary>
    public static IEnumerable<string> CodeNames(string text) => CodeSpan.Matches(text)
        .Select(static match => match.Groups[1].Value)
        .Where(static span => CodeName.IsMatch(span))
        .Distinct(StringComparer.Ordinal);

    /// <summary>Whether a file is about how the work was done instead of what there is.</summary>
    public static bool IsProcessFile(string path)
    {
        var words = Path.GetFileNameWithoutExtension(path).Split('-', '_', '.', ' ');
        return Path.GetExtension(path) is ".md" or ".txt" or ""
            && words.Any(static word => ProcessWords.Contains(word, StringComparer.OrdinalIgnoreCase));
    }

    [GeneratedRegex(@"\]\(([^)#\s]*)(?:#[^)]*)?\)")]
    private static partial Regex Link { get; }

    [GeneratedRegex(@"(?<![\w./:-])(?:\.?[a-z][\w-]*)/[\w./-]+")]
    private static partial Regex PathWord { get; }

    [GeneratedRegex("(?<!`)`([^`\n]+)`(?!`)")]
    private static partial Regex CodeSpan { get; }

    [GeneratedRegex(@"^[A-Z][a-z]\w*(\.[A-Z]\w+)*$")]
    private static partial Regex CodeName { get; }
}
