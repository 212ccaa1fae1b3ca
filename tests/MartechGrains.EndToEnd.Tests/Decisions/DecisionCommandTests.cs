using System.Text.Json;
using MartechGrains.Cli;
using MartechGrains.Cli.Connection;
using MartechGrains.Cli.Output;
using MartechGrains.EndToEnd.Tests.Support;
using Spectre.Console;
using Xunit;
using static MartechGrains.EndToEnd.Tests.Decisions.Requests;

namespace MartechGrains.EndToEnd.Tests.Decisions;

/// <summary>An operator with <c>martech</c> before a real server.</summary>
public sealed class DecisionCommandTests : IAsyncLifetime
{
    private TestStore? _store;
    private ServerProcess? _server;

    public async Task InitializeAsync()
    {
        _store = TestStore.Sqlite();
        _server = await ServerProcess.StartAsync(_store);
        await _server.Address.Channel.SendAsync(
        [
            Visit("1", Name("user_id", "ada"), Name("email", "ada@example.com")),
            Visit("2", Name("email", "ada@example.com"), Name("device_id", "tablet")),
            Visit("3", Name("user_id", "ada"), Name("email", "test@test.com")),
        ]);
    }

    public async Task DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        if (_store is not null)
            await _store.DisposeAsync();
    }

    [SkippableFact]
    public async Task A_profile_is_parted_listed_and_put_together_again()
    {
        var preview = await RunAsync("decide", "unmerge", "device_id:tablet", "--preview");
        Assert.Contains("before", preview, StringComparison.Ordinal);
        Assert.Equal(3, await SizeAsync());

        var made = await RunAsync(
            "decide", "unmerge", "device_id:tablet", "--who", "ada", "--why", "a family shares it");
        Assert.Contains("unmerge device_id:tablet from 2 others", made, StringComparison.Ordinal);
        Assert.Contains("in force", made, StringComparison.Ordinal);
        Assert.Equal(2, await SizeAsync());

        using var list = JsonDocument.Parse(await RunAsync("decisions", "list", "--json"));
        var id = list.RootElement.GetProperty("decisions")[0].GetProperty("decisionId").GetString()!;
        Assert.Contains("a family shares it", await RunAsync("decisions", "show", id), StringComparison.Ordinal);
        var undone = await RunAsync("decisions", "undo", id, "--who", "bob", "--why", "it is hers");
        Assert.Contains("undone", undone, StringComparison.Ordinal);
        Assert.Equal(3, await SizeAsync());
    }

    [SkippableFact]
    public async Task All_kinds_of_decisions_are_made_and_listed()
    {
        string[] act = ["--who", "ada", "--why", "because"];
        Assert.Contains(
            "email:test@test.com", await RunAsync("values", "inert"), StringComparison.Ordinal);
        await RunAsync(["decide", "linkable", "email:test@test.com", .. act]);
        Assert.Equal(4, await SizeAsync());
        await RunAsync(["decide", "cannot-link", "email:test@test.com", "device_id:tablet", .. act]);
        await RunAsync(["decide", "must-link", "user_id:ada", "device_id:tablet", .. act]);
        await RunAsync(["decide", "retract-event", "demo", "3", "--of", "user_id:ada", .. act]);
        await RunAsync(["decide", "retract-source", "demo", .. act]);
        var list = await RunAsync("decisions", "list");
        string[] made = ["linkable email:test", "cannot-link", "must-link", "event demo/3", "source demo"];
        foreach (var text in made)
            Assert.Contains(text, list, StringComparison.Ordinal);
    }

    private async Task<int> SizeAsync() =>
        (await _server!.Address.Channel.ProfileAsync("user_id", "ada")).Identifiers.Count;

    private async Task<string> RunAsync(params string[] args)
    {
        using var output = new StringWriter();
        using var messages = new StringWriter();
        var code = await MartechCommand.RunAsync(
            ["--server", $"http://{_server!.Address.Channel.Target}", "--timeout", "60", .. args],
            new Terminal(Open(output), output, Open(messages)));
        Assert.True(code == ExitCode.Ok, $"{output}{messages}");
        Assert.DoesNotContain("unfinished", output.ToString(), StringComparison.Ordinal);
        return output.ToString();
    }

    private static IAnsiConsole Open(TextWriter writer)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(writer),
        });
        console.Profile.Width = 240;
        return console;
    }
}
