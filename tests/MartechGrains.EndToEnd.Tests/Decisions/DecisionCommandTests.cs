using System.Text.Json;
using MartechGrains.Cli.Connection;
using MartechGrains.EndToEnd.Tests.Support;
using Xunit;
using static MartechGrains.EndToEnd.Tests.Decisions.Requests;

namespace MartechGrains.EndToEnd.Tests.Decisions;

/// <summary>An operator with <c>martech</c> at a real server; each test has a source and an Ada of its own.</summary>
public sealed class DecisionCommandTests(DecisionCommandTests.Process server)
    : IClassFixture<DecisionCommandTests.Process>
{
    private const string Shop = "shop";
    private const string Till = "till";

    [SkippableFact]
    public async Task A_profile_is_parted_listed_and_put_together_again()
    {
        await SendAsync(Shop);
        var preview = await RunAsync("decide", "unmerge", "device_id:shop-tablet", "--preview");
        Assert.Contains("before", preview, StringComparison.Ordinal);
        Assert.Equal(3, await SizeAsync(Shop));

        var made = await RunAsync(
            "decide", "unmerge", "device_id:shop-tablet", "--who", "ada", "--why", "a family shares it");
        Assert.Contains("unmerge device_id:shop-tablet from 2 others", made, StringComparison.Ordinal);
        Assert.Contains("in force", made, StringComparison.Ordinal);
        Assert.Equal(2, await SizeAsync(Shop));

        using var list = JsonDocument.Parse(await RunAsync("decisions", "list", "--json"));
        var id = list.RootElement.GetProperty("decisions")[0].GetProperty("decisionId").GetString()!;
        Assert.Contains("a family shares it", await RunAsync("decisions", "show", id), StringComparison.Ordinal);
        var undone = await RunAsync("decisions", "undo", id, "--who", "bob", "--why", "it is hers");
        Assert.Contains("undone", undone, StringComparison.Ordinal);
        Assert.Equal(3, await SizeAsync(Shop));
    }

    [SkippableFact]
    public async Task All_kinds_of_decisions_are_made_and_listed()
    {
        await SendAsync(Till);
        string[] act = ["--who", "ada", "--why", "because"];
        Assert.Contains("email:noreply@till.example", await RunAsync("values", "inert"), StringComparison.Ordinal);
        await RunAsync(["decide", "linkable", "email:noreply@till.example", .. act]);
        Assert.Equal(4, await SizeAsync(Till));
        await RunAsync(["decide", "cannot-link", "email:noreply@till.example", "device_id:till-tablet", .. act]);
        await RunAsync(["decide", "must-link", "user_id:till-ada", "device_id:till-tablet", .. act]);
        await RunAsync(["decide", "retract-event", Till, "3", "--of", "user_id:till-ada", .. act]);
        await RunAsync(["decide", "retract-source", Till, .. act]);
        var list = await RunAsync("decisions", "list");
        string[] made = ["linkable email:noreply", "cannot-link", "must-link", "event till/3", "source till"];
        foreach (var text in made)
            Assert.Contains(text, list, StringComparison.Ordinal);
    }

    private async Task SendAsync(string source) => await (await server.AddressAsync()).Channel.SendAsync(
        [
            Visit("1", Name("user_id", $"{source}-ada"), Name("email", $"ada@{source}.example")),
            Visit("2", Name("email", $"ada@{source}.example"), Name("device_id", $"{source}-tablet")),
            Visit("3", Name("user_id", $"{source}-ada"), Name("email", $"noreply@{source}.example")),
        ],
        source);

    private async Task<int> SizeAsync(string source) =>
        (await (await server.AddressAsync()).Channel.ProfileAsync("user_id", $"{source}-ada")).Identifiers.Count;

    private async Task<string> RunAsync(params string[] args)
    {
        var target = $"http://{(await server.AddressAsync()).Channel.Target}";
        var run = await CommandRun.Of(["--server", target, "--timeout", "60", .. args]);
        Assert.True(run.Code == ExitCode.Ok, $"{run.Output}{run.Messages}");
        Assert.DoesNotContain("unfinished", run.Output, StringComparison.Ordinal);
        return run.Output;
    }

    /// <summary>The server of these tests; each source's key is its name.</summary>
    public sealed class Process() : SharedProcess("--write-key", $"{Shop}={Shop}", "--write-key", $"{Till}={Till}");
}
