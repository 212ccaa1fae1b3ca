using System.Text.Json;
using MartechGrains.Cli.Connection;
using MartechGrains.Testing;
using MartechGrains.Testing.Clients;
using Xunit;

namespace MartechGrains.Server.Tests.Cli;

public sealed class ResolveTests : IDisposable
{
    private const string Policy =
        """{"namespaces":[{"name":"user","priority":1,"maxPerProfile":1},{"name":"device","priority":2}]}""";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("martech-resolve-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Resolve_prints_profiles_and_refused_links_of_files()
    {
        var events = $"[{Event(1, "user", "a", "device", "d")},{Event(2, "user", "b", "device", "d")}]";
        var run = await RunAsync(Policy, events);

        Assert.Equal(ExitCode.Ok, run.Code);
        using var printed = JsonDocument.Parse(run.Output);
        Assert.Equal(
            """[["device:d","user:b"],["user:a"]]""",
            JsonSerializer.Serialize(printed.RootElement.GetProperty("profiles")));
        Assert.Equal(
            """[["device:d","user:a"]]""",
            JsonSerializer.Serialize(printed.RootElement.GetProperty("refusedLinks")));
        Assert.False(printed.RootElement.GetProperty("rejected").GetBoolean());
    }

    [Fact]
    public async Task A_file_that_is_no_case_is_told_with_the_field()
    {
        var run = await RunAsync(Policy, """[{"eventTime":"soon","identifiers":[]}]""");

        Assert.Equal(ExitCode.Failed, run.Code);
        Assert.Empty(run.Output);
        Assert.Contains("events[0].eventTime", run.Messages, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_file_is_a_wrong_command_line()
    {
        var run = await CommandRun.Of("resolve", "--policy", "no-such.json", "--events", "no-such.json");

        Assert.Equal(ExitCode.Usage, run.Code);
    }

    [SkippableFact]
    public async Task Every_shared_linking_case_prints_its_expectation()
    {
        foreach (var (name, one) in IdentityCaseFiles.Shared())
        {
            var events = one.TryGetProperty("decisions", out _) ? one : one.GetProperty("events");
            var run = await RunAsync(one.GetProperty("policy").GetRawText(), events.GetRawText());

            Assert.True(run.Code == ExitCode.Ok, $"{name}: {run.Messages}");
            using var printed = JsonDocument.Parse(run.Output);
            Assert.True(Canonical(one.GetProperty("expect")) == Canonical(printed.RootElement), name);
        }
    }

    [Fact]
    public async Task Every_own_case_given_whole_prints_its_expectation()
    {
        foreach (var (name, one) in IdentityCaseFiles.Own())
        {
            var run = await RunAsync(one.GetRawText(), one.GetRawText());

            Assert.True(run.Code == ExitCode.Ok, $"{name}: {run.Messages}");
            using var printed = JsonDocument.Parse(run.Output);
            Assert.True(Canonical(one.GetProperty("expect")) == Canonical(printed.RootElement), name);
        }
    }

    // Lists of an expectation are sets: their order says nothing.
    private static string Canonical(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Array =>
            "[" + string.Join(",", element.EnumerateArray().Select(Canonical).Order(StringComparer.Ordinal)) + "]",
        JsonValueKind.Object => "{" + string.Join(",", element.EnumerateObject()
            .Select(member => member.Name + ":" + Canonical(member.Value)).Order(StringComparer.Ordinal)) + "}",
        JsonValueKind.String => element.GetString()!,
        _ => element.GetRawText(),
    };

    private static string Event(int time, string space, string value, string otherSpace, string otherValue) =>
        JsonSerializer.Serialize(new
        {
            eventTime = time,
            identifiers = new[]
            {
                new { @namespace = space, value },
                new { @namespace = otherSpace, value = otherValue },
            },
        });

    private async Task<CommandRun> RunAsync(string policy, string events)
    {
        var policyFile = Path.Combine(_folder.FullName, "policy.json");
        var eventsFile = Path.Combine(_folder.FullName, "events.json");
        await File.WriteAllTextAsync(policyFile, policy);
        await File.WriteAllTextAsync(eventsFile, events);
        return await CommandRun.Of("resolve", "--policy", policyFile, "--events", eventsFile);
    }
}
