using System.Text.RegularExpressions;
using MartechGrains.Architecture.Tests.Sources;
using Xunit;

namespace MartechGrains.Architecture.Tests.Solution;

public sealed partial class SolutionTests
{
    [Fact]
    public void Every_project_is_in_the_solution() => Findings.MustBeNone(
        Missing(Repository.Read("MartechGrains.sln"), ProjectFile.All().Select(static project => project.Path)),
        "Add it: dotnet sln add.");

    [Fact]
    public void A_project_that_the_solution_does_not_name_is_found() => Assert.Equal(
        "src/B/B.csproj", Assert.Single(Missing("\"A\", \"src\\A\\A.csproj\"", ["src/A/A.csproj", "src/B/B.csproj"])));

    [Fact]
    public void Every_test_project_has_a_test() => Findings.MustBeNone(
        ProjectFile.All().Where(static project => project.Name.EndsWith(".Tests", StringComparison.Ordinal))
            .Where(static project => !Repository.CSharpFiles()
                .Where(path => path.StartsWith($"tests/{project.Name}/", StringComparison.Ordinal))
                .Any(static path => HasTest(Repository.Read(path))))
            .Select(static project => project.Path),
        "A project that tests nothing looks like safety. Write its tests or remove it.");

    [Theory]
    [InlineData("[Fact] public void A() { }", true)]
    [InlineData("[SkippableTheory]", true)]
    [InlineData("// [Fact]", false)]
    [InlineData("[Factory]", false)]
    public void A_test_is_known_by_its_attribute(string text, bool hasTest) => Assert.Equal(hasTest, HasTest(text));

    [Fact]
    public void Every_project_locks_its_packages() => Findings.MustBeNone(
        ProjectFile.All()
            .Where(static project =>
                !Repository.Exists(Path.Combine(Path.GetDirectoryName(project.Path)!, "packages.lock.json")))
            .Where(static project => !IsPlain(Repository.Read(project.Path)))
            .Select(static project => project.Path),
        "Restore the project and commit its packages.lock.json.");

    private static IEnumerable<string> Missing(string solution, IEnumerable<string> projects) =>
        projects.Where(project => !solution.Replace('\\', '/').Contains($"\"{project}\"", StringComparison.Ordinal));

    private static bool HasTest(string text) => TestAttribute.IsMatch(CodeText.Of(text));

    /// <summary>A project without any package has nothing to lock.</summary>
    private static bool IsPlain(string project) => !project.Contains("PackageReference", StringComparison.Ordinal)
        && !project.Contains("ProjectReference", StringComparison.Ordinal);

    [GeneratedRegex(@"\[(Skippable)?(Fact|Theory)\b")]
    private static partial Regex TestAttribute { get; }
}
