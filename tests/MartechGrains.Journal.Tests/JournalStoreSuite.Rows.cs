using System.Text;
using Xunit;
using static MartechGrains.Journal.Tests.Sample;
using static MartechGrains.Journal.WriteStatus;

namespace MartechGrains.Journal.Tests;

public abstract partial class JournalStoreSuite
{
    [SkippableFact]
    public async Task A_pointer_changes_by_compare_and_set_only()
    {
        Assert.Equal([Fenced], await StatusesAsync(Pointer(1, 2, home: 1)));
        Assert.Equal([Committed], await StatusesAsync(Pointer(1, 1, home: 1)));
        Assert.Equal([Fenced], await StatusesAsync(Pointer(1, 1, home: 2)));
        Assert.Equal([Committed], await StatusesAsync(Pointer(1, 2, home: 3, PointerFlags.Generic)));
        Assert.Equal([Fenced, Fenced], await StatusesAsync(Pointer(1, 2, home: 4), Pointer(1, 4, home: 4)));
        var row = Assert.Single(await Store.ReadPointersAsync([Key(1), Key(2)])).Value;
        Assert.Equal(
            (Key(1), 2, Home(3), PointerFlags.Generic, "state 2"),
            (row.Identifier, row.Version, row.Home, row.Flags, Encoding.UTF8.GetString(row.State.Span)));
    }

    [SkippableFact]
    public async Task Writes_of_one_pointer_in_a_batch_keep_their_order()
    {
        Assert.Equal(
            [Committed, Committed, Committed, Fenced, Committed],
            await StatusesAsync(
                Pointer(1, 1, home: 1), Pointer(2, 1, home: 9), Pointer(1, 2, home: 2), Pointer(1, 2, home: 7),
                Pointer(1, 3, home: 3)));
        var pointers = await Store.ReadPointersAsync([Key(1), Key(2)]);
        Assert.Equal(Home(3), pointers[Key(1)].Home);
        Assert.Equal(Home(9), pointers[Key(2)].Home);
    }

    [SkippableFact]
    public async Task The_beginnings_of_many_homes_are_read_at_once()
    {
        var homes = Enumerable.Range(1, 300).Select(i => Home((ulong)i)).ToArray();
        await CommitAsync([.. homes.Take(200).Select((home, i) => Append(home, 1 + (i % 5)))]);
        var found = await Store.ReadBeginningsAsync(homes, 3);
        Assert.Equal(homes.Take(200).Order(), found.Keys.Order());
        for (var i = 0; i < 200; i++)
            AssertSame(Rows(homes[i], Math.Min(3, 1 + (i % 5))), found[homes[i]]);
        Assert.Empty(await Store.ReadBeginningsAsync([], 3));
    }

    [SkippableFact]
    public async Task Many_pointers_are_read_at_once()
    {
        await CommitAsync([.. Enumerable.Range(1, 300).Select(i => Pointer((ulong)i, 1, (ulong)i))]);
        var found = await Store.ReadPointersAsync([.. Enumerable.Range(100, 400).Select(i => Key((ulong)i))]);
        Assert.Equal(201, found.Count);
        Assert.Equal(Home(250), found[Key(250)].Home);
        Assert.Empty(await Store.ReadPointersAsync([]));
    }

    [SkippableFact]
    public async Task The_first_home_at_a_rendezvous_stands()
    {
        var outcomes = await CommitAsync(
            new RendezvousWrite(Key(1), Event(1), Home(5)),
            new RendezvousWrite(Key(1), Event(1), Home(4)),
            new RendezvousWrite(Key(1), Event(2), Home(4)));
        Assert.Equal([Home(5), Home(5), Home(4)], outcomes.Select(outcome => outcome.Home));
        var again = await CommitAsync(new RendezvousWrite(Key(1), Event(1), Home(3)));
        Assert.Equal([new WriteOutcome(Committed, Home(5))], again);
    }

    [SkippableFact]
    public async Task A_snapshot_is_replaced_by_a_newer_one_only()
    {
        static SnapshotWrite Snapshot(int seq) => new(Home(1), seq, 3, Encoding.UTF8.GetBytes($"snapshot {seq}"));
        Assert.Null(await Store.ReadSnapshotAsync(Home(1)));
        await CommitAsync(Snapshot(10), Snapshot(30), Snapshot(20));
        await CommitAsync(Snapshot(15));
        var row = await Store.ReadSnapshotAsync(Home(1));
        Assert.Equal((30, 3, "snapshot 30"), (row!.Seq, row.Format, Encoding.UTF8.GetString(row.Data.Span)));
    }

    [SkippableFact]
    public async Task Quarantine_keeps_the_first_of_an_id_and_is_paged_from_the_newest()
    {
        await CommitAsync(Quarantine(1, 100), Quarantine(2, 300), Quarantine(3, 200), Quarantine(4, 200));
        await CommitAsync(Quarantine(2, 999));
        var first = await Store.ReadQuarantineAsync(null, 2);
        Assert.Equal([2, 4], first.Select(Number));
        var second = await Store.ReadQuarantineAsync(QuarantineCursor.After(first[^1]), 2);
        Assert.Equal([3, 1], second.Select(Number));
        Assert.Empty(await Store.ReadQuarantineAsync(QuarantineCursor.After(second[^1]), 2));
        Assert.Equal(second[0].Id, (await Store.ReadQuarantinedAsync(second[0].Id))!.Id);
        Assert.Null(await Store.ReadQuarantinedAsync(Guid.Empty));
        static int Number(QuarantineWrite write) => BitConverter.ToInt32(write.Id.ToByteArray());
    }

    [SkippableFact]
    public async Task Quarantine_keeps_bytes_and_text_that_no_parser_would_take()
    {
        var write = Quarantine(1, 1, "nul \0 half \ud800 pair") with { Raw = new byte[] { 0, 0xff, 0xc0, 0 } };
        Assert.Equal([Committed], await StatusesAsync(write));
        var kept = await Store.ReadQuarantinedAsync(write.Id);
        Assert.Equal("nul \uFFFD half \uFFFD pair", kept!.EventId);
        Assert.Equal("00FFC000", Convert.ToHexString(kept.Raw.Span));
        Assert.Equal(
            (write.Source, write.Reason, write.Field, write.Detail),
            (kept.Source, kept.Reason, kept.Field, kept.Detail));
    }

    [SkippableFact]
    public async Task Presence_tells_ones_own_writes_from_others()
    {
        StoreWrite[] mine =
        [
            Append(Home(1), 2), Pointer(1, 1, home: 1), new RendezvousWrite(Key(1), Event(1), Home(1)),
            new SnapshotWrite(Home(1), 5, 1, new byte[] { 1 }), Quarantine(1, 1),
        ];
        StoreWrite[] others =
        [
            At(Home(1), 2), Pointer(1, 1, home: 2), new RendezvousWrite(Key(1), Event(1), Home(2)),
            new SnapshotWrite(Home(1), 6, 1, new byte[] { 1 }), Quarantine(2, 1), At(Home(2), 1),
            Pointer(2, 1, home: 2),
        ];
        var writer = await Store.RegisterWriterAsync("test");
        Assert.Equal(new bool[mine.Length], await Store.ArePresentAsync(writer, mine));
        await CommitAsync(mine);
        Assert.All(await Store.ArePresentAsync(writer, mine), Assert.True);
        Assert.Equal(new bool[others.Length], await Store.ArePresentAsync(writer, others));
    }

    [SkippableFact]
    public async Task A_writers_name_keeps_its_number()
    {
        var first = await Store.RegisterWriterAsync("silo-1");
        var second = await Store.RegisterWriterAsync("silo-2");
        Assert.NotEqual(first, second);
        Assert.Equal(first, await Store.RegisterWriterAsync("silo-1"));
    }

    [SkippableFact]
    public async Task Migrating_again_changes_nothing()
    {
        await CommitAsync(Append(Home(1), 2));
        await Store.MigrateAsync();
        Assert.Equal(2, await Store.ReadHeadAsync(Home(1)));
    }

    [SkippableFact]
    public async Task A_newer_schema_is_refused()
    {
        await ExecuteAsync("INSERT INTO schema_version (version) VALUES (999)");
        var error = await Assert.ThrowsAsync<StoreSetupException>(() => Store.MigrateAsync());
        Assert.Contains("999", error.Message, StringComparison.Ordinal);
    }
}
