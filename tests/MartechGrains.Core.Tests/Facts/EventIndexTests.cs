using System.Buffers;
using CsCheck;
using MartechGrains.Core.Events;
using MartechGrains.Core.Facts;
using Xunit;
using static MartechGrains.Core.Tests.Facts.Histories;

namespace MartechGrains.Core.Tests.Facts;

public class EventIndexTests
{
    private static readonly HashSet<ulong> NoneDistinct = [];

    [Fact]
    public void A_counted_event_is_never_absent_and_an_exact_one_is_told_with_its_place() => Split.Sample(split =>
    {
        var index = Index(split);
        for (var i = 0; i < split.Rows.Length; i++)
        {
            var row = split.Rows[i];
            var group = split.Groups[i];
            var found = index.Lookup(row.EventHash);
            var exact = index.Groups[group].Contains(row.EventHash, row.EventTime);
            Assert.Equal(
                exact
                    ? new EventLookup(EventPresence.Present, row.ContentHash, row.Seq, group)
                    : new EventLookup(EventPresence.Uncertain, 0, 0, -1),
                found);
        }

        Assert.Equal(EventPresence.Absent, index.Lookup(EventHash.Of("test", "never")).Presence);
        Assert.Equal(split.Rows.Length, index.Count);
    });

    [Fact]
    public void Homes_are_united_once_the_shared_events_are_taken_out_of_one() =>
        Gen.Select(Split, Gen.Int[0, 3].Array[60]).Sample((split, sides) =>
        {
            var mine = Index(split, i => sides[i] != 1);
            var other = Index(split, i => sides[i] is 1 or 3);
            var shared = split.Rows.Where((_, i) => sides[i] == 3).ToArray();
            var overlaps = mine.FindOverlaps(other);
            Assert.Equal(
                shared.Select(row => (ulong)row.EventHash.Bits).Order(),
                overlaps.Select(overlap => overlap.Fingerprint));
            if (overlaps.Count > 0)
                Assert.Throws<InvalidOperationException>(() => mine.Absorb(other, [0, 1, 2], NoneDistinct));
            foreach (var overlap in overlaps)
            {
                if (overlap.There >= 0 && other.TryRemove(overlap.There, overlap.Hash!.Value))
                    continue;
                var row = shared.Single(row => (ulong)row.EventHash.Bits == overlap.Fingerprint);
                var i = Array.IndexOf(split.Rows, row);
                var ofGroup = split.Rows.Where((_, j) =>
                    split.Groups[j] == split.Groups[i] && sides[j] is 1 or 3 && j != i
                    && other.Lookup(split.Rows[j].EventHash).Presence != EventPresence.Absent);
                other.Refold(
                    split.Groups[i], ofGroup.Where(r => split.Groups[Array.IndexOf(split.Rows, r)] == split.Groups[i]),
                    [row.EventHash]);
            }

            Assert.Equal([0, 1, 2], mine.Absorb(other, [0, 1, 2], NoneDistinct));
            var whole = Index(split);
            Assert.Equal(whole.Groups.Select(Bytes), mine.Groups.Select(Bytes));
            Assert.Equal(whole.Count, mine.Count);
        });

    [Fact]
    public void A_group_that_is_new_to_the_winner_gets_the_next_ordinal()
    {
        var mine = new EventIndex();
        mine.Add(mine.OpenGroup(), Row(1, Now, EventClass.PageViewed));
        var other = new EventIndex();
        other.Add(other.OpenGroup(), Row(2, Now, EventClass.PageViewed));
        Assert.Equal([1], mine.Absorb(other, [-1], NoneDistinct));
        Assert.Equal(1, mine.Lookup(EventHash.Of("test", "2")).Group);
    }

    [Fact]
    public void An_index_reads_back_with_all_fingerprints() => Split.Sample(split =>
    {
        var index = Index(split);
        var output = new ArrayBufferWriter<byte>();
        index.Write(output);
        var again = EventIndex.Read(output.WrittenSpan);
        Assert.All(split.Rows, row => Assert.Equal(index.Lookup(row.EventHash), again.Lookup(row.EventHash)));
        Assert.Equal(index.Groups.Select(Bytes), again.Groups.Select(Bytes));
        var cut = output.WrittenSpan[..^1].ToArray();
        Assert.Throws<FactFormatException>(() => EventIndex.Read(cut));
    });

    [Fact]
    public void Fingerprints_that_collide_in_the_table_survive_removals() =>
        Gen.Select(Gen.ULong[0, 40].Array[1, 40], Gen.ULong[0, 40].Array[0, 40]).Sample((added, removed) =>
        {
            var index = new EventIndex();
            var group = index.OpenGroup();
            var known = new HashSet<ulong>();
            foreach (var low in added.Distinct())
            {
                var hash = new EventHash(new UInt128(7, low << 3));
                index.Add(group, Row(0, Now, EventClass.PageViewed) with { EventHash = hash });
                known.Add(low);
            }

            foreach (var low in removed)
                Assert.Equal(known.Remove(low), index.TryRemove(group, new EventHash(new UInt128(7, low << 3))));
            for (ulong low = 0; low <= 40; low++)
            {
                Assert.Equal(
                    known.Contains(low) ? EventPresence.Present : EventPresence.Absent,
                    index.Lookup(new EventHash(new UInt128(7, low << 3))).Presence);
            }
        });

    private static EventIndex Index((FactRow[] Rows, int[] Groups) split, Func<int, bool>? holds = null)
    {
        var index = new EventIndex();
        for (var g = 0; g < 3; g++)
            index.OpenGroup();
        for (var i = 0; i < split.Rows.Length; i++)
        {
            if (holds is null || holds(i))
                index.Add(split.Groups[i], split.Rows[i]);
        }

        return index;
    }
}
