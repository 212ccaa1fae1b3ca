using MartechGrains.Core.Identity.Resolution;
using Xunit;

namespace MartechGrains.Architecture.Tests.Assemblies;

public sealed class CorePurityTests
{
    [Fact]
    public void Core_has_no_clock_no_chance_no_async_no_io_no_logging_and_no_orleans() => Findings.MustBeNone(
        PurityRule.Violations(CompiledUse.Of(typeof(Resolver).Assembly.Location)),
        "Core decides; it takes time, ids and chance as arguments, and shells do the rest.");

    [Theory]
    [InlineData("member System.DateTime.get_UtcNow")]
    [InlineData("member System.Guid.NewGuid")]
    [InlineData("member System.Environment.get_TickCount64")]
    [InlineData("member System.String.GetHashCode")]
    [InlineData("type System.Threading.Tasks.Task")]
    [InlineData("type System.Threading.Tasks.Task`1")]
    [InlineData("type System.Runtime.CompilerServices.IAsyncStateMachine")]
    [InlineData("type System.IO.File")]
    [InlineData("type System.Random")]
    [InlineData("type System.TimeProvider")]
    [InlineData("type System.Diagnostics.Stopwatch")]
    [InlineData("assembly xunit.core")]
    public void The_rule_finds_what_impure_code_uses(string finding) => Assert.Contains(
        finding, PurityRule.Violations(CompiledUse.Of(typeof(ImpureSample).Assembly.Location)));

    [Fact]
    public void Members_of_generic_types_are_seen_through_their_open_type() => Assert.Contains(
        "System.Threading.Tasks.Task`1.GetAwaiter",
        CompiledUse.Of(typeof(CorePurityTests).Assembly.Location).Members);

    [Fact]
    public async Task A_generic_awaiter_is_awaited_here_for_the_rule_above() =>
        Assert.Equal(1, await Task.FromResult(1));

    [Fact]
    public void The_banned_symbols_are_wired_into_cores_build()
    {
        var project = Repository.Read("src/MartechGrains.Core/MartechGrains.Core.csproj");

        Assert.Contains("<AdditionalFiles Include=\"../BannedSymbols.Core.txt\"", project, StringComparison.Ordinal);
        Assert.Contains("Microsoft.CodeAnalysis.BannedApiAnalyzers", project, StringComparison.Ordinal);
        Assert.DoesNotContain("RS0030", project + Repository.Read(".editorconfig"), StringComparison.Ordinal);
    }
}
