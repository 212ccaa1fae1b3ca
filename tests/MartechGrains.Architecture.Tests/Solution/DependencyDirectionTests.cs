using System.Reflection;
using MartechGrains.Architecture.Tests.Assemblies;
using Xunit;

namespace MartechGrains.Architecture.Tests.Solution;

public sealed class DependencyDirectionTests
{
    private const string Remedy = "The direction is Core ← Definitions, Journal ← Grains ← Server; the Cli speaks gRPC.";

    public static TheoryData<string> Products { get; } = new(
        ProjectFile.All().Where(static project => project.Path.StartsWith("src/", StringComparison.Ordinal))
            .Select(static project => project.Name));

    [Theory]
    [MemberData(nameof(Products))]
    public void A_project_file_names_only_projects_below_it(string name)
    {
        var project = ProjectFile.Read($"src/{name}/{name}.csproj");

        Findings.MustBeNone(DependencyRule.Violations(project.Name, project.Projects), Remedy);
    }

    [Theory]
    [MemberData(nameof(Products))]
    public void An_assembly_uses_only_assemblies_below_it(string name)
    {
        var assembly = name == "MartechGrains.Cli" ? "martech" : name;
        var use = CompiledUse.Of(Path.Combine(AppContext.BaseDirectory, assembly + ".dll"));

        Findings.MustBeNone(DependencyRule.Violations(assembly, use.Assemblies), Remedy);
    }

    [Theory]
    [InlineData("MartechGrains.Core", "MartechGrains.Journal")]
    [InlineData("MartechGrains.Journal", "MartechGrains.Definitions")]
    [InlineData("MartechGrains.Grains", "MartechGrains.Server")]
    [InlineData("martech", "MartechGrains.Grains")]
    [InlineData("MartechGrains.Newcomer", "MartechGrains.Core")]
    public void The_rule_finds_a_reference_against_the_direction(string from, string to) =>
        Assert.Single(DependencyRule.Violations(from, [to, "System.Runtime"]));

    [Fact]
    public void A_project_file_is_read_whatever_slashes_it_uses()
    {
        var project = ProjectFile.Parse("a/b.csproj",
            """<Project><ItemGroup><ProjectReference Include="..\x\MartechGrains.Core.csproj" /></ItemGroup></Project>""");

        Assert.Equal("MartechGrains.Core", Assert.Single(project.Projects));
        Assert.Equal("b", project.Name);
    }

    [Fact]
    public void The_tests_see_the_assemblies_they_judge() =>
        Assert.NotNull(Assembly.LoadFrom(Path.Combine(AppContext.BaseDirectory, "martech.dll")));
}
