using MartechGrains.Cli.Connection;
using MartechGrains.EndToEnd.Tests.Support;
using Xunit;

namespace MartechGrains.EndToEnd.Tests.Damage;

/// <summary>
/// <c>martech verify</c> at a real server: nothing is wrong with what was written, and of what is taken away or changed
/// behind the server's back each thing is named, and nothing else.
/// </summary>
public sealed class VerifyTests
{
    private const string Key = "chief";

    [SkippableFact]
    public async Task In_the_embedded_store()
    {
        await using var store = TestStore.Sqlite();
        await RunAsync(store);
    }

    [SkippableFact]
    public async Task In_PostgreSQL()
    {
        await using var store = await TestStore.PostgresAsync();
        await RunAsync(store);
    }

    private static async Task RunAsync(TestStore store)
    {
        await using var server = await ServerProcess.StartAsync(store, "--operator-key", Key);
        var people = new DamagedStore(store);
        await people.FillAsync(server);
        await server.Address.Channel.SendAsync([DamagedStore.Of(0, "meet", other: 7)]);
        var stranger = await VerifyAsync(server, "guess");
        Assert.Equal(ExitCode.Failed, stranger.Code);
        Assert.Contains("OPERATORS_ONLY", stranger.Messages, StringComparison.Ordinal);
        var clean = await VerifyAsync(server);
        Assert.True(clean.Code == ExitCode.Ok, clean.Output + clean.Messages);
        Assert.Equal("", clean.Output);
        Assert.StartsWith("0 damaged or missing, of 8 homes", clean.Messages, StringComparison.Ordinal);

        await server.StopAsync();
        var expected = await DamageAsync(store, people);
        await server.RestartAsync();
        for (var again = 0; again < 2; again++)
        {
            var run = await VerifyAsync(server);
            Assert.Equal(ExitCode.Failed, run.Code);
            Assert.Equal(expected.Order(StringComparer.Ordinal), run.Output.TrimEnd().Split('\n').Order(
                StringComparer.Ordinal));
            Assert.StartsWith($"{expected.Count} damaged or missing", run.Messages, StringComparison.Ordinal);
        }
    }

    private static Task<CommandRun> VerifyAsync(ServerProcess server, string key = Key) => CommandRun.At(
        80, "--server", $"http://{server.Address.Channel.Target}", "verify", "--operator-key", key);

    private static async Task<List<string>> DamageAsync(TestStore store, DamagedStore people)
    {
        var found = new List<string>();
        await people.DamageAsync(1, 2, $"UPDATE journal SET entry = {store.Broken("entry")}");
        found.Add($"home {people.Homes[1].Home}: row 2 damaged or missing");
        await people.DamageAsync(2, 1, "DELETE FROM journal");
        found.Add($"home {people.Homes[2].Home}: row 1 damaged or missing");
        await people.DamageAsync(3, 3, $"UPDATE journal SET hash = {store.Broken("hash")}");
        found.Add($"home {people.Homes[3].Home}: row 3 damaged or missing");
        var last = await LoseLastRowAsync(store, people.Homes[4].Home);
        found.Add($"home {people.Homes[4].Home}: lost from row {last} on");

        var lost = store.Key(people.Homes[5].Home);
        var leading = await store.TextsAsync($"SELECT {store.Hex("identifier")} FROM pointer WHERE home = {lost}");
        Assert.True(await store.CutAsync($"DELETE FROM journal WHERE home = {lost}") > 1);
        found.Add($"home {people.Homes[5].Home}: lost");
        found.AddRange(leading.Select(static key => $"identifier {key}: its home is lost"));
        Assert.Equal(2, leading.Count);

        // Of the identifiers of one person, one pointer is lost, and the other leads to somebody else.
        var of = await store.TextsAsync(
            $"SELECT {store.Hex("identifier")} FROM pointer WHERE home = {store.Key(people.Homes[6].Home)}");
        Assert.Equal(1, await store.CutAsync($"DELETE FROM pointer WHERE identifier = {store.Key(of[0])}"));
        found.Add($"identifier {of[0]}: pointer lost");
        Assert.Equal(1, await store.CutAsync(
            $"UPDATE pointer SET home = {store.Key(people.Homes[0].Home)} WHERE identifier = {store.Key(of[1])}"));
        found.Add($"identifier {of[1]}: pointer leads elsewhere");

        string[] met = [people.Homes[0].Home, people.Homes[7].Home];
        var loser = met.Max(StringComparer.Ordinal)!;
        found.Add($"home {loser}: lost row {await LoseLastRowAsync(store, loser)}, its move");
        return found;
    }

    private static async Task<string> LoseLastRowAsync(TestStore store, string home)
    {
        var key = store.Key(home);
        var last = Assert.Single(await store.TextsAsync(
            $"SELECT cast(max(seq) AS text) FROM journal WHERE home = {key}"));
        Assert.Equal(1, await store.CutAsync($"DELETE FROM journal WHERE home = {key} AND seq = {last}"));
        return last;
    }
}
