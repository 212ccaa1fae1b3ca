using CsCheck;
using MartechGrains.Core.Identity;
using MartechGrains.Journal.Contracts;
using MartechGrains.Journal.Writing;
using Xunit;
using static MartechGrains.Journal.Tests.Sample;
using static MartechGrains.Journal.Contracts.WriteStatus;

namespace MartechGrains.Journal.Tests;

public abstract partial class JournalStoreSuite
{
    [SkippableFact]
    public async Task The_feed_has_whole_batches_in_commit_order()
    {
        var rows = Rows(Home(1), 4);
        await CommitAsync(Append(rows[0]), Append(Home(2), 9));
        await CommitAsync(Pointer(1, 1, home: 1));
        await CommitAsync(Append(rows[1]));
        await CommitAsync(Append(rows[2..]));
        var first = await Store.ReadFeedAsync(FeedCursor.Start, 5);
        Assert.Equal([10], first.Select(batch => batch.Rows.Length));
        var second = await Store.ReadFeedAsync(first[^1].Cursor, 2);
        AssertSame(rows[1..2], [.. second.SelectMany(batch => batch.Rows)]);
        var third = await Store.ReadFeedAsync(second[^1].Cursor, 100);
        AssertSame(rows[2..], [.. third.SelectMany(batch => batch.Rows)]);
        Assert.Empty(await Store.ReadFeedAsync(third[^1].Cursor, 100));
        Assert.Equal($"{Home(1)}:2", FeedBatch.EntryId(rows[1]));
    }

    [SkippableFact]
    public async Task A_cursor_that_the_feed_never_gave_is_told_from_those_that_it_gave()
    {
        await CommitAsync(Append(Home(1), 3), Append(Home(2), 2));
        await CommitAsync(Append(Home(3), 2));
        var cursors = (await Store.ReadFeedAsync(FeedCursor.Start, 100)).Select(static batch => batch.Cursor).ToList();
        var (writer, newest) = cursors[^1].Batches.Single();

        foreach (var given in cursors.Prepend(FeedCursor.Start)) Assert.True(await Store.HasBatchesAsync(given));
        foreach (var (other, batch) in new[]
        {
            (writer, newest + 1), (writer, long.MaxValue), (writer + 1, newest), (int.MaxValue, 1),
        })
            Assert.False(await Store.HasBatchesAsync(FeedCursor.Start.With(other, batch)));
        Assert.False(await Store.HasBatchesAsync(cursors[^1].With(writer + 1, newest)));
    }

    [SkippableFact]
    public async Task A_reader_that_resumes_from_text_misses_no_row_of_concurrent_writers_and_keeps_each_homes_order()
    {
        const int turns = 60;
        var other = await OpenOtherAsync();
        await using var a = await JournalWriter.StartAsync(Store, "a", new JournalWriterOptions { MaxBatchRows = 7 });
        await using var b = await JournalWriter.StartAsync(other, "b", new JournalWriterOptions { MaxBatchRows = 3 });
        // Homes go from one writer to the other and back, so their rows lie in both.
        async Task Write(ulong home)
        {
            JournalRow? last = null;
            for (var turn = 0; turn < turns; turn++)
            {
                var rows = Rows(Home(home), 1 + (int)((home + (ulong)turn) % 3), last);
                var outcome = await ((turn + (int)home) % 2 == 0 ? a : b).WriteAsync(Append(rows));
                Assert.Equal(Committed, outcome.Status);
                last = rows[^1];
            }
        }
        var writing = Task.WhenAll(Enumerable.Range(1, 8).Select(home => Write((ulong)home)));
        var seen = new Dictionary<HomeId, int>();
        var text = "";
        while (true)
        {
            var done = writing.IsCompleted;
            Assert.True(FeedCursor.TryParse(text, out var cursor));
            var batches = await Store.ReadFeedAsync(cursor, 10);
            foreach (var row in batches.SelectMany(batch => batch.Rows))
            {
                Assert.Equal(seen.GetValueOrDefault(row.Home) + 1, row.Seq);
                seen[row.Home] = row.Seq;
            }
            if (batches.Count > 0)
                text = batches[^1].Cursor.ToString();
            else if (done)
                break;
        }
        await writing;
        for (var home = 1ul; home <= 8; home++)
            Assert.Equal(await Store.ReadHeadAsync(Home(home)), seen[Home(home)]);
        if (!ReferenceEquals(other, Store))
            await other.DisposeAsync();
    }

    [SkippableFact]
    public async Task Any_batches_come_back_with_any_page_size()
    {
        var next = 1ul;
        await Gen.Select(Gen.Int[1, 6].Array[1, 8], Gen.Int[1, 12]).SampleAsync(
            async (sizes, limit) =>
            {
                var cursor = await EndAsync();
                var expected = new List<JournalRow>();
                foreach (var size in sizes)
                {
                    var rows = Rows(Home(Interlocked.Increment(ref next)), size);
                    expected.AddRange(rows);
                    await CommitAsync(Append(rows));
                }
                var actual = new List<JournalRow>();
                while (await Store.ReadFeedAsync(cursor, limit) is { Count: > 0 } page)
                {
                    Assert.True(page.Count == 1 || page.Sum(batch => batch.Rows.Length) <= limit);
                    actual.AddRange(page.SelectMany(batch => batch.Rows));
                    cursor = page[^1].Cursor;
                }
                AssertSame(expected, actual);
            },
            iter: 20,
            threads: 1);
    }

    private async Task<FeedCursor> EndAsync()
    {
        var cursor = FeedCursor.Start;
        while (await Store.ReadFeedAsync(cursor, StoreLimits.MaxPage) is { Count: > 0 } page)
            cursor = page[^1].Cursor;
        return cursor;
    }
}
