using MartechGrains.Core.Homes.State;
using MartechGrains.Core.Identity.Policy;
using MartechGrains.Journal.Contracts;
using MartechGrains.Journal.Entries;
using MartechGrains.Journal.Sealing;
using Xunit;
using static MartechGrains.Journal.Tests.Sample;
using static MartechGrains.Journal.Tests.Stored.EveryKind;

namespace MartechGrains.Journal.Tests.Stored;

/// <summary>
/// When entries were written. The rows of before are those that commit c3ec537 made of the same journal.
/// </summary>
public sealed class EntryTimeTests : IDisposable
{
    private readonly DeploymentKey _key = new(new byte[DeploymentKey.KeySize]);
    private byte _drawn;

    public void Dispose() => _key.Dispose();

    [Fact]
    public void Every_kind_of_entry_comes_back_with_the_time_it_was_written()
    {
        var (writer, reader) = (Codec(), Codec());
        for (var i = 0; i < EveryKind.Entries.Length; i++)
        {
            var read = reader.Decode(writer.Encode(EveryKind.Entries[i]));
            Assert.Equal(EveryKind.Entries[i].GetType(), read.GetType());
            Assert.Equal((After(i), false), (read.At, read.InheritsTime));
        }
        Assert.Equal(
            typeof(HomeEntry).Assembly.GetTypes().Where(static one => one.IsSubclassOf(typeof(HomeEntry))).ToHashSet(),
            EveryKind.Entries.Select(static entry => entry.GetType()).ToHashSet());
    }

    [Fact]
    public void Entries_of_before_are_read_and_those_without_a_time_take_the_newest_ahead_of_them()
    {
        var codec = Codec();
        var read = EveryKind.RowsOfBefore.Select(row => codec.Decode(row)).ToArray();
        Assert.Equal(
            EveryKind.Entries.Select(static entry => entry.GetType()), read.Select(static entry => entry.GetType()));
        Assert.Equal(
            [
                (default, true), (After(1), false), (After(1), true), (After(3), false), (After(4), false),
                (After(5), false), (After(5), true), (After(5), true), (After(5), true), (After(5), true),
            ],
            read.Select(static entry => (entry.At, entry.InheritsTime)));
        var (raw, fields) = codec.OpenPayload(EveryKind.RowsOfBefore[1]);
        Assert.Equal("raw 1"u8.ToArray(), raw.ToArray());
        Assert.Equal(2, fields.Length);
    }

    [Fact]
    public void The_time_is_added_behind_what_was_written_before_and_only_where_there_was_none()
    {
        foreach (var (entry, before) in EveryKind.Entries.Zip(EveryKind.RowsOfBefore))
        {
            // A codec of its own for each, which has gone through the rows ahead of it.
            var codec = Codec();
            foreach (var row in EveryKind.RowsOfBefore.TakeWhile(row => row.Seq < before.Seq)) codec.Decode(row);
            if (entry is EventApplied or DecisionTaken)
            {
                // Sealed anew, so that only the length can be compared.
                Assert.Equal(before.Entry.Length, codec.Encode(entry).Entry.Length);
                continue;
            }
            var written = codec.Encode(entry).Entry.Span;
            Assert.Equal(before.Entry.Span, written[..before.Entry.Length]);
            Assert.Equal(entry is IdentityChanged ? 0 : 7, written.Length - before.Entry.Length);
        }
    }

    [Fact]
    public void A_journal_of_before_written_again_has_the_same_bytes()
    {
        var codec = Codec();
        foreach (var (entry, before) in EveryKind.Entries.Zip(EveryKind.RowsOfBefore))
        {
            var row = codec.Encode(entry with { InheritsTime = true });
            Assert.Equal(before.Entry.Span, row.Entry.Span);
            Assert.Equal(before.Hash.Span, row.Hash.Span);
            Assert.Equal(before.WrappedKey.Span, row.WrappedKey.Span);
        }
    }

    [Fact]
    public void An_entry_of_before_takes_the_same_time_whether_a_snapshot_covers_what_is_ahead_of_it_or_not()
    {
        var policies = new IdentityPolicies(
            new IdentityPolicy(4, Namespaces()), new IdentityPolicy(7, Namespaces()));
        for (var covered = 1; covered <= 7; covered++)
        {
            var (state, codec) = (new HomeState(Home(1), policies), Codec());
            foreach (var row in EveryKind.RowsOfBefore.Take(covered)) state.Fold(codec.Decode(row));
            var write = SnapshotCodec.Draft(state, codec).Seal()!;
            var (resumed, resumedCodec) = SnapshotCodec.Read(
                new SnapshotRow(write.Home, write.Seq, write.Format, write.Data), policies, _key, Fill)!.Value;
            Assert.Equal(state.NewestTime, resumed.NewestTime);
            foreach (var row in EveryKind.RowsOfBefore.Skip(covered))
                Assert.Equal(codec.Decode(row).At, resumedCodec.Decode(row).At);
        }
    }

    [Fact]
    public void The_first_moment_of_1970_is_a_time_like_any_other()
    {
        var row = Codec().Encode(new HomeMoved(Home(0), At: default));
        Assert.Equal(new HomeMoved(Home(0), At: default), Codec().Decode(row));
    }

    private static NamespacePolicy[] Namespaces() =>
    [
        new NamespacePolicy { Name = "user_id", Priority = 1, MaxPerProfile = 1 },
        new NamespacePolicy { Name = "email", Priority = 2 },
    ];

    private HomeCodec Codec()
    {
        _drawn = 0;
        return new HomeCodec(Home(1), _key, Fill);
    }

    private void Fill(Span<byte> bytes)
    {
        foreach (ref var one in bytes) one = _drawn++;
    }
}
