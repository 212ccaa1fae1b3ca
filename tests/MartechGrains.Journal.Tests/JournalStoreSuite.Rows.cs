using System.Text;
using MartechGrains.Core.Identity;
using MartechGrains.Journal.Contracts;
using Xunit;
using static MartechGrains.Journal.Tests.Sample;
using static MartechGrains.Journal.Contracts.WriteStatus;

namespace MartechGrains.Journal.Tests;

public abstract partial class JournalStoreSuite
{
    [SkippableFact]
    public async Task A_pointer_changes_by_compare_and_set_only()
    {
        Assert.Equal([Fenced], await StatusesAsync(Pointer(1, 2, home: 1)));
        Assert.Equal([Committed], await StatusesAsync(Pointer(1, 1, home: 1)));
        Assert.Equal([Fenced], await StatusesAsync(Pointer(1, 1, home: 2)));
        Assert.Equal([Committed], await StatusesAsync(Pointer(1, 2, home: 3, PointerFlags.Inert)));
        Assert.Equal([Fenced, Fenced], await StatusesAsync(Pointer(1, 2, home: 4), Pointer(1, 4, home: 4)));
        var row = Assert.Single(await Store.ReadPointersAsync([Key(1), Key(2)])).Value;
        Assert.Equal(
            (Key(1), 2, Home(3), PointerFlags.Inert, "state 2"),
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
    public async Task Each_batch_tells_the_heads_of_the_homes_that_it_appended_to_and_of_no_others()
    {
        Assert.Empty(await Store.ReadBatchHeadsAsync(0, 10));
        await CommitAsync(Append(Home(1), 2), Append(Home(2), 1), Pointer(1, 1, home: 1));
        await CommitAsync(Pointer(2, 1, home: 1));
        // The last one has lost its place.
        await CommitAsync(Append(Home(3), 1), Append(Home(1), 2));

        var batches = await Store.ReadBatchHeadsAsync(0, 10);
        Assert.Equal<HomeHead>([new(Home(1), 2), new(Home(2), 1)], batches[0].Heads);
        Assert.Equal<HomeHead>([new(Home(3), 1)], batches[1].Heads);
        Assert.Equal(2, batches.Count);
        Assert.Equal(batches[1].Batch, Assert.Single(await Store.ReadBatchHeadsAsync(batches[0].Batch, 10)).Batch);
        Assert.Single(await Store.ReadBatchHeadsAsync(0, 1));
    }

    [SkippableFact]
    public async Task All_pointers_come_in_pages()
    {
        await CommitAsync([.. Enumerable.Range(1, 5).Select(static i => Pointer((ulong)i, 1, home: 1))]);
        var first = await Store.ReadAllPointersAsync(null, 3);
        Assert.Equal([Key(1), Key(2), Key(3)], first.Select(static row => row.Identifier));
        Assert.Equal(
            [Key(4), Key(5)],
            (await Store.ReadAllPointersAsync(first[^1].Identifier, 3)).Select(static row => row.Identifier));
    }

    [SkippableFact]
    public async Task The_first_key_check_is_kept_for_ever()
    {
        Assert.Null(await Store.ReadKeyCheckAsync());
        await Store.KeepKeyCheckAsync("first"u8.ToArray());
        await Store.KeepKeyCheckAsync("second"u8.ToArray());
        Assert.Equal("first"u8.ToArray(), (await Store.ReadKeyCheckAsync())?.ToArray());
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
    public async Task Flagged_pointers_are_listed_by_any_of_their_flags_in_pages()
    {
        await CommitAsync(
            Pointer(1, 1, home: 1, PointerFlags.Inert), Pointer(2, 1, home: 1), Pointer(3, 1, home: 1,
                PointerFlags.Inert | PointerFlags.Unsettled), Pointer(4, 1, home: 1, PointerFlags.Unsettled));
        await CommitAsync(Pointer(1, 2, home: 1, PointerFlags.None), Pointer(2, 2, home: 1, PointerFlags.Inert));
        Assert.Equal([Key(2), Key(3)], await Flagged(PointerFlags.Inert, null, 10));
        Assert.Equal([Key(3)], await Flagged(PointerFlags.Unsettled, null, 1));
        Assert.Equal([Key(4)], await Flagged(PointerFlags.Unsettled, Key(3), 1));
        Assert.Equal([Key(2), Key(3), Key(4)], await Flagged(PointerFlags.Inert | PointerFlags.Unsettled, null, 10));

        async Task<IdentifierKey[]> Flagged(PointerFlags flags, IdentifierKey? after, int limit) =>
            [.. (await Store.ReadFlaggedPointersAsync(flags, after, limit)).Select(row => row.Identifier)];
    }

    [SkippableFact]
    public async Task Carriers_are_written_with_their_pointer_or_not_at_all()
    {
        var outcomes = await StatusesAsync(
            Pointer(1, 1, home: 1) with { Carriers = [Carrier(1, 7, 0, "a"), Carrier(1, 5, 0, "b")] },
            Pointer(1, 1, home: 1) with { Carriers = [Carrier(1, 9, 0, "fenced")] },
            Pointer(1, 2, home: 1) with
            {
                Carriers = [Carrier(1, 5, 3, "c"), Carrier(1, 6, CarrierRow.Completed, "d")],
            },
            Pointer(2, 1, home: 1) with { Carriers = [Carrier(2, 4, 1, "e")] });
        Assert.Equal([Committed, Fenced, Committed, Committed], outcomes);
        Assert.Equal(["5:3:c", "6:settled:d", "7:0:a"], Texts(await Store.ReadCarriersAsync(Key(1), null, 10)));
        Assert.Equal(["6:settled:d"], Texts(await Store.ReadCarriersAsync(Key(1), Home(5), 1)));
        Assert.Equal(["5:3:c"], Texts(await Store.ReadCarriersAsync(Key(1), [Home(4), Home(5), Home(9)])));
        Assert.Empty(await Store.ReadCarriersAsync(Key(1), []));
        Assert.Equal(["7:0:a"], Texts(await Store.ReadUnhandledCarriersAsync(Key(1), 3, 10)));
        Assert.Equal(["5:3:c", "7:0:a"], Texts(await Store.ReadUnhandledCarriersAsync(Key(1), 4, 10)));
        Assert.Equal(["5:3:c"], Texts(await Store.ReadUnhandledCarriersAsync(Key(1), 4, 1)));

        static CarrierRow Carrier(ulong identifier, ulong home, long handled, string state) =>
            new(Key(identifier), Home(home), handled, Encoding.UTF8.GetBytes(state));

        static string[] Texts(IReadOnlyList<CarrierRow> rows) => [.. rows.Select(row =>
            $"{row.Home.Founder.Bits & 0xff}:{(row.Handled == CarrierRow.Completed ? "settled" : row.Handled)}:"
            + Encoding.UTF8.GetString(row.State.Span))];
    }

    [SkippableFact]
    public async Task A_decision_changes_by_compare_and_set_only_and_is_found_while_it_is_unfinished()
    {
        Assert.Equal([Fenced], await StatusesAsync(Decision(1, 2, at: 10)));
        Assert.Equal(
            [Committed, Fenced, Committed, Committed, Committed],
            await StatusesAsync(
                Decision(1, 1, at: 10), Decision(1, 1, at: 10, state: "other"), Decision(2, 1, at: 30),
                Decision(3, 1, at: 20), Decision(4, 1, at: 20)));
        Assert.Equal(
            [Committed, Fenced],
            await StatusesAsync(Decision(2, 2, at: 30, unfinished: false), Decision(2, 2, at: 30)));
        Assert.Equal("1 v1 at 10 unfinished made", Text((await Store.ReadDecisionAsync(Id(1)))!));
        Assert.Null(await Store.ReadDecisionAsync(Id(9)));
        var first = await Store.ReadDecisionsAsync(null, 2);
        Assert.Equal(["2 v2 at 30 finished made", "4 v1 at 20 unfinished made"], first.Select(Text));
        var second = await Store.ReadDecisionsAsync(DecisionCursor.After(first[^1]), 2);
        Assert.Equal(["3 v1 at 20 unfinished made", "1 v1 at 10 unfinished made"], second.Select(Text));
        Assert.Equal([Id(1), Id(3)], (await Store.ReadUnfinishedDecisionsAsync(null, 2)).Select(row => row.Id));
        Assert.Equal([Id(4)], (await Store.ReadUnfinishedDecisionsAsync(Id(3), 2)).Select(row => row.Id));

        static string Text(DecisionRow row) => $"{row.Id.Bits} v{row.Version} at {row.At} "
            + (row.Unfinished ? "unfinished " : "finished ") + Encoding.UTF8.GetString(row.State.Span);
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
        Assert.All(first, static write => Assert.True(write.Raw.IsEmpty));
        var second = await Store.ReadQuarantineAsync(QuarantineCursor.After(first[^1]), 2);
        Assert.Equal([3, 1], second.Select(Number));
        Assert.Empty(await Store.ReadQuarantineAsync(QuarantineCursor.After(second[^1]), 2));
        var whole = await Store.ReadQuarantinedAsync(second[0].Id);
        Assert.Equal(second[0].Id, whole!.Id);
        Assert.False(whole.Raw.IsEmpty);
        Assert.Null(await Store.ReadQuarantinedAsync(Guid.Empty));
        static int Number(QuarantineRow row) => BitConverter.ToInt32(row.Id.ToByteArray());
    }

    [SkippableFact]
    public async Task Quarantine_keeps_bytes_and_text_that_no_parser_would_take()
    {
        var row = Quarantine(1, 1, "nul \0 half \ud800 pair").Row with { Raw = new byte[] { 0, 0xff, 0xc0, 0 } };
        Assert.Equal([Committed], await StatusesAsync(new QuarantineWrite(row)));
        var kept = await Store.ReadQuarantinedAsync(row.Id);
        Assert.Equal("nul \uFFFD half \uFFFD pair", kept!.EventId);
        Assert.Equal("00FFC000", Convert.ToHexString(kept.Raw.Span));
        Assert.Equal(
            (row.Source, row.Reason, row.Field, row.Detail),
            (kept.Source, kept.Reason, kept.Field, kept.Detail));
    }

    [SkippableFact]
    public async Task Presence_tells_ones_own_writes_from_others()
    {
        StoreWrite[] mine =
        [
            Append(Home(1), 2), Pointer(1, 1, home: 1), new RendezvousWrite(Key(1), Event(1), Home(1)),
            new SnapshotWrite(Home(1), 5, 1, new byte[] { 1 }), Quarantine(1, 1), Decision(1, 1, at: 10),
        ];
        StoreWrite[] others =
        [
            At(Home(1), 2), Pointer(1, 1, home: 2), new RendezvousWrite(Key(1), Event(1), Home(2)),
            new SnapshotWrite(Home(1), 6, 1, new byte[] { 1 }), Quarantine(2, 1), At(Home(2), 1),
            Pointer(2, 1, home: 2), Decision(1, 1, at: 10, state: "other"), Decision(2, 1, at: 10),
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
