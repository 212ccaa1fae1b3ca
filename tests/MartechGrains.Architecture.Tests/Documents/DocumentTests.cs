using System.Text.RegularExpressions;
using Xunit;

namespace MartechGrains.Architecture.Tests.Documents;

public sealed partial class DocumentTests
{
    /// <summary>Names that prose needs and that are defined elsewhere.</summary>
    private static readonly string[] Foreign = ["Npgsql", "Orleans", "Segment", "Basic", "Authorization"];

    [Theory]
    [InlineData("README.md")]
    [InlineData("ARCHITECTURE.md")]
    [InlineData("CONTRIBUTING.md")]
    [InlineData("docs/glossary.md")]
    public void The_documents_of_the_frame_are_there(string path) => Assert.True(Repository.Exists(path), path);

    [Fact]
    public void Every_path_a_document_names_exists() => Findings.MustBeNone(
        Documents().SelectMany(static document => DocumentRules.Paths(document, Repository.Read(document))
            .Where(static path => !Repository.Exists(path))
            .Select(path => $"{document}: {path}")),
        "Name what is there.");

    [Fact]
    public void Every_type_and_member_a_document_names_exists()
    {
        var words = SourceWords();

        Findings.MustBeNone(
            Documents().SelectMany(document => DocumentRules.CodeNames(Repository.Read(document))
                .Where(name => !Known(name, words))
                .Select(name => $"{document}: {name}")),
            "Name what is there, or write it without code marks.");
    }

    [Fact]
    public void No_file_is_about_how_the_work_was_done() => Findings.MustBeNone(
        Repository.Files().Where(DocumentRules.IsProcessFile), "Put what lasts into the documents, and remove the file.");

    [Fact]
    public void Decisions_are_numbered_without_gaps_and_say_the_same_three_things()
    {
        var records = Repository.Files("docs/adr")
            .Where(static path => char.IsAsciiDigit(Path.GetFileName(path)[0])).ToArray();

        Assert.NotEmpty(records);
        Assert.Equal(
            Enumerable.Range(1, records.Length).Select(static number => $"{number:D4}"),
            records.Select(static path => Path.GetFileName(path)[..4]));
        Findings.MustBeNone(
            records.SelectMany(static path => ((string[])["## Context", "## Decision", "## Consequences"])
                .Where(heading => !Repository.Read(path).Contains($"\n{heading}\n", StringComparison.Ordinal))
                .Select(heading => $"{path}: {heading}")),
            "A decision needs its context and its consequences.");
    }

    [Fact]
    public void A_path_that_does_not_exist_is_found()
    {
        var paths = DocumentRules.Paths(
            "docs/a.md", "See `src/No.Such/Thing.cs`, [this](adr/0000-none.md#x), https://src/x/y and (tests/gone).");

        Assert.Equal(["docs/adr/0000-none.md", "src/No.Such/Thing.cs", "tests/gone"], paths);
        Assert.All(paths, static path => Assert.False(Repository.Exists(path)));
    }

    [Fact]
    public void A_name_that_does_not_exist_is_found()
    {
        var names = DocumentRules.CodeNames("`Resolver`, `Resolver.Resolve`, `AtomicHolderOfOld`, `email`, `GET /x`");

        Assert.Equal(["Resolver", "Resolver.Resolve", "AtomicHolderOfOld"], names);
        Assert.Equal("AtomicHolderOfOld", Assert.Single(names, name => !Known(name, ["Resolver", "Resolve"])));
    }

    [Theory]
    [InlineData("PLAN.md", true)]
    [InlineData("docs/MERGE_NOTES.md", true)]
    [InlineData("src/Planner/Plan.cs", false)]
    [InlineData("docs/glossary.md", false)]
    public void Files_about_the_work_are_found(string path, bool isProcess) =>
        Assert.Equal(isProcess, DocumentRules.IsProcessFile(path));

    private static IEnumerable<string> Documents() =>
        Repository.Files().Where(static path => path.EndsWith(".md", StringComparison.Ordinal));

    private static HashSet<string> SourceWords() => Repository.Files()
        .Where(static path => Path.GetExtension(path) is ".cs" or ".proto" or ".csproj" or ".props")
        .Where(static path => !path.StartsWith("tests/MartechGrains.Architecture.Tests/", StringComparison.Ordinal))
        .SelectMany(static path => Word.Matches(Repository.Read(path)).Select(static match => match.Value))
        .ToHashSet(StringComparer.Ordinal);

    private static bool Known(string name, HashSet<string> words) =>
        Foreign.Contains(name, StringComparer.Ordinal) || name.Split('.').All(words.Contains);

    [GeneratedRegex(@"[A-Z]\w*")]
    private static partial Regex Word { get; }
}
