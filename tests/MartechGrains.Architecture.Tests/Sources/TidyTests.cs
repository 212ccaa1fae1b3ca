using Xunit;

namespace MartechGrains.Architecture.Tests.Sources;

/// <summary>The source tree keeps the rules of CONTRIBUTING.md.</summary>
public sealed class TidyTests
{
    [Fact]
    public void Files_have_at_most_400_lines() => Hold(TidyRules.TooLongFile, "Split it: one concept per file.");

    [Fact]
    public void Methods_have_at_most_70_lines() =>
        Hold(TidyRules.TooLongMethods, "Cut it where it does a second thing.");

    [Fact]
    public void Lines_have_at_most_120_columns()
    {
        var protos = Repository.Files("protos").Where(static path => path.EndsWith(".proto", StringComparison.Ordinal));

        Findings.MustBeNone(
            Repository.CSharpFiles().Concat(protos)
                .SelectMany(static path => TidyRules.TooWideLines(path, Repository.Read(path))),
            "Break the line.");
    }

    [Fact]
    public void Nothing_is_marked_as_unfinished() =>
        Hold(TidyRules.UnfinishedWork, "Finish it, or leave it out and say so in the documentation.");

    [Fact]
    public void No_handler_is_empty_without_a_reason() => Hold(TidyRules.EmptyCatches, "Handle it, or say why not.");

    [Fact]
    public void Names_say_what_a_thing_is() => Hold(TidyRules.BannedNames, "Name it after its concept.");

    [Fact]
    public void No_warning_is_silenced_without_a_reason() =>
        Hold(TidyRules.SilencedWarnings, "Repair it, or give the reason on the same line.");

    [Fact]
    public void What_tries_answers_with_a_bool() =>
        Hold(TidyRules.TriesWithoutBool, "Return a bool, and the fault as an out parameter; or name it otherwise.");

    [Fact]
    public void Tests_never_sleep_to_wait() => Hold(TidyRules.Sleeps, "Wait for what is to happen, with a limit.");

    private static void Hold(Func<string, string, IEnumerable<string>> rule, string remedy) => Findings.MustBeNone(
        Repository.CSharpFiles().SelectMany(path => rule(path, Repository.Read(path))), remedy);
}
