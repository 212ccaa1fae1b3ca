using Xunit;

namespace MartechGrains.Architecture.Tests.Sources;

/// <summary>Every rule finds a bad sample, and leaves its good twin alone.</summary>
public sealed class TidyRulesTests
{
    [Fact]
    public void A_file_of_401_lines_is_too_long()
    {
        Assert.Empty(TidyRules.TooLongFile("a.cs", Lines(400)));
        Assert.Single(TidyRules.TooLongFile("a.cs", Lines(401)));
    }

    [Fact]
    public void A_method_of_71_lines_is_too_long()
    {
        Assert.Empty(TidyRules.TooLongMethods("a.cs", Method(70)));
        Assert.Equal("a.cs:3: 71 lines: void M(int x)", Assert.Single(TidyRules.TooLongMethods("a.cs", Method(71))));
    }

    [Fact]
    public void A_line_of_121_columns_is_too_wide()
    {
        Assert.Empty(TidyRules.TooWideLines("a.cs", new string('x', 120) + "\r\n"));
        Assert.Equal("a.cs:2: 121 columns", Assert.Single(TidyRules.TooWideLines("a.cs", "\n" + new string('é', 121))));
        Assert.Single(TidyRules.TooWideLines("a.cs", "// " + new string('x', 118)));
        Assert.Empty(TidyRules.TooWideLines("a.cs", $"\"\"\"\n{new string('x', 121)}\n\"\"\""));
    }

    [Theory]
    [InlineData("    public static bool TryRead(string text, out int value)", 0)]
    [InlineData("    private async Task<bool> TryAnswerAsync(int x)", 0)]
    [InlineData("    public Google.Rpc.Status? TryRead(string text)", 1)]
    [InlineData("    internal static (int A, int B) TryBoth<T>(T one)", 1)]
    [InlineData("        if (TryRead(text, out var value)) return;", 0)]
    public void A_try_that_answers_with_something_else_is_found(string line, int count) =>
        Assert.Equal(count, TidyRules.TriesWithoutBool("a.cs", line).Count());

    [Theory]
    [InlineData("// TO" + "DO later", 1)]
    [InlineData("throw new NotImplemented" + "Exception();", 1)]
    [InlineData("// a HA" + "CK", 1)]
    [InlineData("// hackneyed, to do", 0)]
    public void Marks_of_unfinished_work_are_found(string text, int count) =>
        Assert.Equal(count, TidyRules.UnfinishedWork("a.cs", text).Count());

    [Theory]
    [InlineData("try { } catch { }", 1)]
    [InlineData("try { } catch (Exception e)\n{\n}", 1)]
    [InlineData("try { } catch (Exception e) when (F(e, (1))) { }", 1)]
    [InlineData("try { } catch { /* the first failure, below, says where */ }", 0)]
    [InlineData("try { } catch { throw; }", 0)]
    [InlineData("var s = \"catch { }\";", 0)]
    public void Empty_handlers_are_found(string text, int count) =>
        Assert.Equal(count, TidyRules.EmptyCatches("a.cs", text).Count());

    [Theory]
    [InlineData("src/StringUtils.cs", "", 1)]
    [InlineData("src/Helpers/A.cs", "", 1)]
    [InlineData("src/A.cs", "class HomeManager {}", 1)]
    [InlineData("src/A.cs", "record struct CommonThing(int X);", 1)]
    [InlineData("src/A.cs", "class Commonality {} // Helper", 0)]
    public void Names_without_meaning_are_found(string path, string text, int count) =>
        Assert.Equal(count, TidyRules.BannedNames(path, text).Count());

    [Theory]
    [InlineData("  #pragma warning disable CS1591", 1)]
    [InlineData("#pragma warning disable CA2100 // The text is a constant.", 0)]
    [InlineData("// #pragma warning disable CS1591", 0)]
    public void Silenced_warnings_are_found(string text, int count) =>
        Assert.Equal(count, TidyRules.SilencedWarnings("a.cs", text).Count());

    [Theory]
    [InlineData("tests/A.cs", "await Task.Delay(20);", 1)]
    [InlineData("tests/A.cs", "Thread.Sleep(1); // Thread.Sleep", 1)]
    [InlineData("tests/A.cs", "var s = \"Task.Delay\"; await MyTask.Delayed();", 0)]
    [InlineData("src/A.cs", "await Task.Delay(pause, time);", 0)]
    public void Tests_that_sleep_are_found(string path, string text, int count) =>
        Assert.Equal(count, TidyRules.Sleeps(path, text).Count());

    private static string Lines(int count) => string.Concat(Enumerable.Repeat("x\n", count));

    private static string Method(int lines) =>
        $"class C\n{{\n    void M(int x)\n    {{\n{Lines(lines - 3)}    }}\n\n    int P => 1;\n}}\n";
}
