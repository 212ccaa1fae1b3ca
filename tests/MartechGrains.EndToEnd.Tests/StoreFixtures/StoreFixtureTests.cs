using MartechGrains.EndToEnd.Tests.Support;
using Xunit;

namespace MartechGrains.EndToEnd.Tests.StoreFixtures;

/// <summary>What earlier builds have written is read by this one, and goes on.</summary>
public sealed class StoreFixtureTests
{
    public static TheoryData<string, string> Stores
    {
        get
        {
            var stores = new TheoryData<string, string>();
            foreach (var (build, database) in StoreFixture.All()) stores.Add(build, database);
            return stores;
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Stores))]
    public async Task A_store_of_an_earlier_build_answers_as_then_takes_what_comes_and_forgets_it_again(
        string build, string database)
    {
        var fixture = new StoreFixture(build, database);
        await using var store = await fixture.RestoreAsync();
        await using var process = await ServerProcess.StartAsync(store, fixture.Options);
        var server = new FixtureServer(process, fixture);
        await server.AnswersAsThenAsync();

        await server.CountsAPurchaseThatComesNowAsync();
        await server.MergesTwoPeopleAsync();
        var unmerge = await server.UnmergesThemAsync();
        var later = await server.StateHashAsync();
        Assert.NotEqual(
            fixture.Expected.GetProperty("stateHash").GetProperty("stateHash").GetString(), later);

        // Nothing of it is in memory only, and every journal's chain of hashes still holds.
        await process.KillAsync();
        await process.RestartAsync();
        Assert.Equal(later, await server.StateHashAsync());
        await server.TellsTheFeedOfThenAsync();

        await server.UndoAsync(unmerge);
        await server.RetractWhatCameLaterAsync();
        await server.HasTheStateOfThenAsync();
        await process.Address.Channel.AssertWholeAsync();
    }
}
