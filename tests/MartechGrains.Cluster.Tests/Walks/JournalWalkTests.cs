using MartechGrains.Cluster.Tests.Hosting;
using MartechGrains.Core.Homes.State;
using MartechGrains.Core.Identity;
using MartechGrains.Grains.Hosting;
using MartechGrains.Grains.Lineage;
using MartechGrains.Grains.Walks;
using MartechGrains.Journal.Contracts;
using MartechGrains.Journal.Entries;
using Xunit;

namespace MartechGrains.Cluster.Tests.Walks;

/// <summary>Journals written row by row, and gone through.</summary>
public sealed class JournalWalkTests : IAsyncLifetime
{
    private JournalFolder _journal = null!;
    private SiloResources _services = null!;
    private HomeCodecs _codecs = null!;

    public async Task InitializeAsync()
    {
        _journal = await JournalFolder.CreateAsync();
        _services = await _journal.OpenAsync("a");
        _codecs = new HomeCodecs(_services.WrappingKey, _services.Random);
    }

    public async Task DisposeAsync() => await _journal.DisposeAsync();

    [Fact]
    public async Task The_rows_of_an_absorbed_home_come_before_its_absorption_up_to_the_last_it_had_then()
    {
        await WriteAsync(3, Moving(2), Moving(2), Moving(2));
        await WriteAsync(2, Moving(1), Absorbed(3, 2), Moving(1));
        await WriteAsync(1, Moving(9), Absorbed(2, 3), Moving(9));

        Assert.Equal(
            ["1:1", "2:1", "3:1", "3:2", "2:2", "2:3", "1:2", "1:3"], await WithAbsorbedAsync(Walk()));
        Assert.Equal(["1:1"], await WithAbsorbedAsync(Walk(), toSeq: 1));
    }

    [Fact]
    public async Task A_home_that_is_named_twice_is_gone_through_once()
    {
        await WriteAsync(2, Moving(1));
        await WriteAsync(1, Absorbed(2, 1), Absorbed(2, 1));

        Assert.Equal(["2:1", "1:1", "1:2"], await WithAbsorbedAsync(Walk()));
    }

    [Fact]
    public async Task More_rows_than_the_limit_end_it()
    {
        await WriteAsync(2, Moving(1), Moving(1));
        await WriteAsync(1, Moving(9), Absorbed(2, 2));

        Assert.Equal(4, (await WithAbsorbedAsync(Walk(maxRows: 4))).Count);
        await Assert.ThrowsAsync<JournalTooLongException>(
            () => WithAbsorbedAsync(Walk(maxRows: 3)));
    }

    [Fact]
    public async Task A_chain_of_absorptions_longer_than_the_limit_ends_it()
    {
        await WriteAsync(4, Moving(3));
        for (var home = 3; home >= 1; home--) await WriteAsync(home, Absorbed(home + 1, 1));

        Assert.Equal(
            ["4:1", "3:1", "2:1", "1:1"], await WithAbsorbedAsync(Walk(maxDepth: 3)));
        await Assert.ThrowsAsync<JournalTooLongException>(
            () => WithAbsorbedAsync(Walk(maxDepth: 2)));
    }

    [Fact]
    public async Task Own_rows_are_those_of_the_home_alone_from_where_they_were_read_already()
    {
        await WriteAsync(2, Moving(1));
        await WriteAsync(1, Moving(9), Absorbed(2, 1), Moving(9));
        var walk = Walk();
        var beginning = (await _services.Store.ReadBeginningsAsync([Home(1)], 2))[Home(1)];

        foreach (var read in (IReadOnlyList<JournalRow>[])[[], beginning])
        {
            var rows = new List<string>();
            await foreach (var walked in walk.OwnAsync(Home(1), read, isAll: false, default)) rows.Add(Told(walked));
            Assert.Equal(["1:1", "1:2", "1:3"], rows);
        }
    }

    [Fact]
    public async Task All_homes_come_in_pages()
    {
        for (var home = 1; home <= 5; home++) await WriteAsync(home, Moving(9));
        var pages = new List<int>();
        await foreach (var page in Walk().HomesAsync(2, default)) pages.Add(page.Count);

        Assert.Equal([2, 2, 1], pages);
    }

    [Fact]
    public async Task A_history_of_more_events_than_the_limit_is_refused()
    {
        await WriteAsync(1, Applied("a"), Applied("b"), Applied("b"));
        var walk = Walk();

        Assert.Equal(2, (await new HistoryReader(walk, maxEvents: 2).ReadAsync(Home(1), 3, default)).Events.Count);
        var refused = await Assert.ThrowsAsync<JournalTooLongException>(
            () => new HistoryReader(walk, maxEvents: 1).ReadAsync(Home(1), 3, default));
        Assert.EndsWith("has more than 1 events.", refused.Message, StringComparison.Ordinal);
    }

    private EventApplied Applied(string id) => new(
        SampleEvents.Order(id, SampleEvents.User("ada")), [_journal.Derivation.Derive(SampleEvents.User("ada"))],
        SampleEvents.AcceptedAt, []);

    private JournalWalk Walk(int maxRows = JournalWalk.MaxRows, int maxDepth = JournalWalk.MaxDepth) =>
        new(_services.Store, _codecs, maxRows, maxDepth);

    private static HomeId Home(int number) => new(new IdentifierKey((UInt128)number));

    private static HomeMoving Moving(int to) => new(Home(to), default);

    private static HomeAbsorbed Absorbed(int loser, int head) => new(Home(loser), head, default);

    private static string Told(WalkedRow walked) => $"{walked.Row.Home.Founder.Bits}:{walked.Row.Seq}";

    private async Task WriteAsync(int home, params HomeEntry[] entries)
    {
        var codec = _codecs.Of(Home(home));
        foreach (var entry in entries)
            await _services.Writer.WriteAsync(new AppendWrite([codec.Encode(entry)], [], []));
    }

    private static async Task<List<string>> WithAbsorbedAsync(JournalWalk walk, int toSeq = int.MaxValue)
    {
        var rows = new List<string>();
        await foreach (var walked in walk.WithAbsorbedAsync(Home(1), toSeq, default)) rows.Add(Told(walked));
        return rows;
    }
}
