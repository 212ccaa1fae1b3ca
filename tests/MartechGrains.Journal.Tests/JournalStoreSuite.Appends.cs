using MartechGrains.Journal.Contracts;
using MartechGrains.Journal.Entries;
using MartechGrains.Journal.Writing;
using Xunit;
using static MartechGrains.Journal.Tests.Sample;
using static MartechGrains.Journal.Contracts.WriteStatus;

namespace MartechGrains.Journal.Tests;

public abstract partial class JournalStoreSuite
{
    [SkippableFact]
    public async Task Rows_come_back_as_they_were_appended()
    {
        var rows = Rows(Home(1), 1200);
        Assert.Equal([Committed, Committed], await StatusesAsync(Append(rows[..700]), Append(rows[700..])));
        AssertSame(rows, await ToListAsync(Store.ReadHomeAsync(Home(1))));
        AssertSame(rows[99..600], await ToListAsync(Store.ReadHomeAsync(Home(1), 100, 600)));
        Assert.Equal(1200, await Store.ReadHeadAsync(Home(1)));
        Assert.Empty(await ToListAsync(Store.ReadHomeAsync(Home(2))));
        Assert.Equal(0, await Store.ReadHeadAsync(Home(2)));
        Assert.Null(HashChain.Verify(await ToListAsync(Store.ReadHomeAsync(Home(1)))));
    }

    [SkippableFact]
    public async Task Wrapped_keys_are_read_without_entries()
    {
        await CommitAsync(Append(Home(1), 3));
        var key = Assert.Single(await Store.ReadWrappedKeysAsync(Home(1)));
        Assert.Equal((1, "070809"), (key.Seq, Convert.ToHexString(key.WrappedKey.Span)));
    }

    [SkippableFact]
    public async Task A_seq_that_is_taken_is_fenced_and_the_rest_of_the_batch_is_not()
    {
        await CommitAsync(Append(Home(1), 2));
        Assert.Equal(
            [Committed, Fenced, Committed],
            await StatusesAsync(Append(Home(2)), At(Home(1), 2), Append(Home(3))));
        Assert.Equal(2, await Store.ReadHeadAsync(Home(1)));
        Assert.Equal(1, await Store.ReadHeadAsync(Home(3)));
        Assert.Null(HashChain.Verify(await ToListAsync(Store.ReadHomeAsync(Home(1)))));
    }

    [SkippableFact]
    public async Task A_gap_is_fenced()
    {
        Assert.Equal([Fenced], await StatusesAsync(At(Home(1), 2)));
        await CommitAsync(Append(Home(1), 2));
        Assert.Equal([Fenced], await StatusesAsync(At(Home(1), 4)));
        await using var other = await FreshAsync();
        var outcomes = new WriteOutcome[1];
        await other.CommitAsync(await other.RegisterWriterAsync("fresh"), [At(Home(1), 4)], outcomes);
        Assert.Equal(Fenced, outcomes[0].Status);
        Assert.Equal(2, await other.ReadHeadAsync(Home(1)));
    }

    [SkippableFact]
    public async Task After_a_fenced_append_later_ones_of_its_home_in_the_batch_are_fenced_too()
    {
        var rows = Rows(Home(1), 2);
        await CommitAsync(Append(rows));
        // The second fits the stored head, but was made from the first, which never came to be.
        Assert.Equal([Fenced, Fenced], await StatusesAsync(At(Home(1), 2), At(Home(1), 3)));
        Assert.Equal(2, await Store.ReadHeadAsync(Home(1)));
    }

    [SkippableFact]
    public async Task A_fenced_append_takes_its_joins_moves_and_due_times_with_it()
    {
        await CommitAsync(Append(Home(1)));
        var write = At(Home(1), 1) with { OpenedJoins = JoinIds("j"), Moving = true, DueAt = new(5) };
        Assert.Equal([Fenced], await StatusesAsync(write));
        Assert.Empty(await Store.ReadUnfinishedHomesAsync(null, 10));
        Assert.Empty(await Store.ReadDueAsync(new(10), 10));
    }

    [SkippableFact]
    public async Task What_an_append_puts_into_quarantine_is_there_with_its_rows_and_never_without_them()
    {
        await CommitAsync(Append(Home(1)));
        Assert.Equal(
            [Committed, Fenced, Committed],
            await StatusesAsync(
                Append(Home(2)) with { Quarantined = [Quarantine(1, 10).Row, Quarantine(2, 20).Row] },
                At(Home(1), 1) with { Quarantined = [Quarantine(3, 30).Row] },
                Quarantine(2, 99)));
        Assert.Equal(
            [(Quarantine(2, 0).Row.Id, 20L), (Quarantine(1, 0).Row.Id, 10L)],
            (await Store.ReadQuarantineAsync(null, 10)).Select(static row => (row.Id, row.ReceivedAt.Milliseconds)));
        Assert.Equal(
            "raw 1",
            System.Text.Encoding.UTF8.GetString((await Store.ReadQuarantinedAsync(Quarantine(1, 0).Row.Id))!.Raw.Span));
    }

    [Fact]
    public void An_append_puts_no_more_into_quarantine_than_it_may()
    {
        AppendWrite WithQuarantined(int count) => Append(Home(1)) with
        {
            Quarantined = [.. Enumerable.Range(1, count).Select(static i => Quarantine(i, 1).Row)],
        };
        Assert.Null(StoreLimits.Refuses(WithQuarantined(StoreLimits.MaxAppendQuarantined)));
        Assert.NotNull(StoreLimits.Refuses(WithQuarantined(StoreLimits.MaxAppendQuarantined + 1)));
        Assert.True(StoreLimits.SizeOf(WithQuarantined(2)) > StoreLimits.SizeOf(WithQuarantined(1)));
    }

    [SkippableFact]
    public async Task What_remains_of_joins_moves_and_due_times_is_what_the_last_append_of_a_batch_says()
    {
        var rows = Rows(Home(1), 3);
        await CommitAsync(
            Append(rows[0]) with { OpenedJoins = JoinIds("a", "b", "c"), Moving = true, DueAt = new(500) },
            Append(rows[1]) with { OpenedJoins = JoinIds("d"), ClosedJoins = JoinIds("a", "d"), DueAt = new(300) },
            Append(rows[2]) with { OpenedJoins = JoinIds("a"), ClosedJoins = JoinIds("b"), Moving = false });
        var open = await Store.ReadOpenJoinsAsync(Home(1));
        Assert.Equal(["a", "c"], open.Select(id => System.Text.Encoding.UTF8.GetString(id.Span)));
        Assert.Equal([new DueRow(Home(1), new(300))], await Store.ReadDueAsync(new(300), 10));
        Assert.Empty(await Store.ReadDueAsync(new(299), 10));

        var last = Rows(Home(1), 1, rows[2]);
        await CommitAsync(Append(last) with { ClosedJoins = JoinIds("a", "c"), DueAt = AppendWrite.NoDue });
        Assert.Empty(await Store.ReadOpenJoinsAsync(Home(1)));
        Assert.Empty(await Store.ReadDueAsync(new(long.MaxValue), 10));
        Assert.Empty(await Store.ReadUnfinishedHomesAsync(null, 10));
    }

    [SkippableFact]
    public async Task Unfinished_homes_are_paged_by_id()
    {
        await CommitAsync(
            Append(Home(4)) with { Moving = true },
            Append(Home(2)) with { OpenedJoins = JoinIds("x", "y") },
            Append(Home(3)) with { Moving = true, OpenedJoins = JoinIds("z") },
            Append(Home(1)));
        Assert.Equal([Home(2), Home(3)], await Store.ReadUnfinishedHomesAsync(null, 2));
        Assert.Equal([Home(4)], await Store.ReadUnfinishedHomesAsync(Home(3), 2));
        Assert.Empty(await Store.ReadUnfinishedHomesAsync(Home(4), 2));
    }

    [SkippableFact]
    public async Task Due_homes_come_earliest_first()
    {
        await CommitAsync(
            Append(Home(1)) with { DueAt = new(30) }, Append(Home(2)) with { DueAt = new(10) },
            Append(Home(3)) with { DueAt = new(20) });
        Assert.Equal(
            [new DueRow(Home(2), new(10)), new DueRow(Home(3), new(20))], await Store.ReadDueAsync(new(100), 2));
    }

    [SkippableFact]
    public async Task Two_processes_that_race_for_one_home_leave_one_unbroken_chain()
    {
        var other = await OpenOtherAsync();
        await using var a = await JournalWriter.StartAsync(Store, "a");
        await using var b = await JournalWriter.StartAsync(other, "b");
        async Task<int> Race(JournalWriter writer, IJournalStore store, string text)
        {
            var won = 0;
            for (var turn = 0; turn < 20; turn++)
            {
                var rows = await ToListAsync(store.ReadHomeAsync(Home(1)));
                await writer.ReopenAsync(Home(1));
                var next = Rows(Home(1), 1, rows.Count == 0 ? null : rows[^1], text);
                won += (await writer.WriteAsync(Append(next))).Status == Committed ? 1 : 0;
            }
            return won;
        }
        var wins = await Task.WhenAll(Race(a, Store, "a"), Race(b, other, "b"));
        var final = await ToListAsync(Store.ReadHomeAsync(Home(1)));
        Assert.Equal(wins.Sum(), final.Count);
        Assert.True(final.Count >= 20, $"only {final.Count} of 40 turns won");
        Assert.Null(HashChain.Verify(final));
        if (!ReferenceEquals(other, Store))
            await other.DisposeAsync();
    }

    /// <summary>A store that remembers nothing of what was written.</summary>
    private async Task<IJournalStore> FreshAsync()
    {
        await Store.DisposeAsync();
        return Store = await OpenAsync();
    }
}
