using System.Buffers;
using CsCheck;
using MartechGrains.Core.Events;
using MartechGrains.Core.Facts;
using MartechGrains.Core.Time;
using Xunit;
using static MartechGrains.Core.Tests.Facts.Histories;

namespace MartechGrains.Core.Tests.Facts;

public class FactGroupTests
{
    [Fact]
    public void Any_order_of_arrival_gives_the_same_bytes() =>
        Rows.SelectMany(rows => Gen.Shuffle(rows).Select(shuffled => (rows, shuffled))).Sample(pair =>
            Bytes(OneByOne(pair.shuffled)) == Bytes(FactGroup.FromRows(pair.rows)));

    [Fact]
    public void Merging_is_the_same_as_adding_everything_to_one_group() => Split.Sample(split =>
    {
        var parts = Enumerable.Range(0, 3)
            .Select(g => split.Rows.Where((_, i) => split.Groups[i] == g).ToArray()).ToArray();
        var left = OneByOne(parts[0]);
        left.Merge(OneByOne(parts[1]));
        left.Merge(OneByOne(parts[2]));
        var inner = OneByOne(parts[2]);
        inner.Merge(OneByOne(parts[1]));
        var right = new FactGroup();
        right.Merge(inner);
        right.Merge(OneByOne(parts[0]));
        var all = Bytes(FactGroup.FromRows(split.Rows));
        Assert.Equal(all, Bytes(left));
        Assert.Equal(all, Bytes(right));
    });

    [Fact]
    public void Merging_leaves_the_other_group_as_it_was_so_that_it_can_be_separate_again() => Split.Sample(split =>
    {
        var other = FactGroup.FromRows(split.Rows.Where((_, i) => split.Groups[i] > 0));
        var before = Bytes(other);
        FactGroup.FromRows(split.Rows.Where((_, i) => split.Groups[i] == 0)).Merge(other);
        Assert.Equal(before, Bytes(other));
    });

    [Fact]
    public void A_view_stays_as_it_was_while_its_group_goes_on() =>
        Rows.SelectMany(rows => Gen.Shuffle(rows)).Sample(rows =>
        {
            var group = new FactGroup();
            var kept = new List<(FactGroupView View, string Bytes)>();
            foreach (var row in rows)
            {
                group.Add(row);
                kept.Add((group.Snapshot(), Bytes(group)));
            }

            Assert.All(kept, pair => Assert.Equal(pair.Bytes, Bytes(pair.View)));
        });

    [Fact]
    public void Resolution_depends_on_the_groups_own_newest_event_alone() => Rows.Sample(rows =>
    {
        var view = OneByOne(rows).Snapshot();
        if (rows.Length == 0)
            return;
        var newest = rows.Max(row => row.EventTime);
        var tilesFrom = FactLimits.DayOf(newest) - 400;
        var exact = rows.Where(row => row.EventTime >= newest - (8 * Day)).ToList();
        var older = rows.Except(exact).ToList();
        var tiled = older.Where(row => FactLimits.DayOf(row.EventTime) >= tilesFrom).ToList();
        Assert.Equal(
            exact.OrderBy(row => row.EventTime).ThenBy(row => row.EventHash),
            Enumerable.Range(0, view.RowCount).Select(view.Row));
        Assert.Equal(
            Sums(tiled, row => FactLimits.DayOf(row.EventTime)),
            view.Days.ToArray().SelectMany(tile => tile.Cells.ToArray().Select(cell => ((long)tile.Day, cell))));
        Assert.Equal(
            Sums(older.Except(tiled), _ => 0).Select(pair => pair.Cell), view.Lifetime.ToArray());
        Assert.Equal(
            older.Except(tiled).Where(row => row.Fact.Class == EventClass.OrderCompleted)
                .GroupBy(row => FactLimits.DayOf(row.EventTime))
                .OrderBy(day => day.Key)
                .Select(day => new OrderDay(day.Min(row => row.EventTime), day.Max(row => row.EventTime))),
            view.LifetimeOrderDays.ToArray());
    });

    [Fact]
    public void The_edges_of_log_and_tiles_fall_where_they_are_stated()
    {
        var midnight = Now / Day * Day;
        var group = OneByOne(
        [
            Row(1, midnight, EventClass.PageViewed),
            Row(2, midnight - (8 * Day), EventClass.PageViewed),
            Row(3, midnight - (8 * Day) - 1, EventClass.PageViewed),
            Row(4, midnight - (400 * Day), EventClass.PageViewed),
            Row(5, midnight - (400 * Day) - 1, EventClass.PageViewed),
        ]);
        var view = group.Snapshot();
        Assert.Equal([2, 1], Enumerable.Range(0, view.RowCount).Select(i => view.Row(i).Seq));
        Assert.Equal(
            [new EventTime(midnight - (400 * Day)), new EventTime(midnight - (8 * Day) - 1)],
            view.Days.ToArray().Select(tile => tile.Cells[0].First.Time));
        Assert.Equal(
            new EventTime(midnight - (400 * Day) - 1), Assert.Single(view.Lifetime.ToArray()).Last.Time);
        group.Add(Row(6, midnight + 1, EventClass.PageViewed));
        Assert.Equal(2, group.Snapshot().RowCount);
        Assert.Equal(3, view.Days.Length + view.Lifetime.Length);
    }

    [Fact]
    public void Bytes_read_back_give_the_same_group() => Rows.Sample(rows =>
    {
        var bytes = Bytes(FactGroup.FromRows(rows));
        Assert.Equal(bytes, Bytes(FactGroup.Read(Convert.FromHexString(bytes))));
    });

    [Fact]
    public void Damaged_bytes_are_refused_or_are_canonical_bytes_of_another_group() =>
        Gen.Select(Rows, Gen.Int[0, 10_000], Gen.Int[1, 255], Gen.Bool).Sample((rows, place, flip, cut) =>
        {
            var bytes = Convert.FromHexString(Bytes(FactGroup.FromRows(rows)));
            place %= bytes.Length;
            bytes[place] ^= (byte)flip;
            if (cut)
                bytes = bytes[..place];
            try
            {
                Assert.Equal(Convert.ToHexString(bytes), Bytes(FactGroup.Read(bytes)));
            }
            catch (FactFormatException refusal)
            {
                Assert.Contains("journal", refusal.Message, StringComparison.Ordinal);
            }
        });

    [Fact]
    public void Canonical_bytes_do_not_tell_journal_places_and_snapshots_do() => Rows.Sample(rows =>
    {
        var moved = rows.Select(row => row with { Seq = row.Seq + 100 });
        var left = new ArrayBufferWriter<byte>();
        var right = new ArrayBufferWriter<byte>();
        FactGroup.FromRows(rows).WriteCanonical(left);
        FactGroup.FromRows(moved).WriteCanonical(right);
        Assert.Equal(left.WrittenSpan.ToArray(), right.WrittenSpan.ToArray());
        Assert.Equal(rows.Length == 0, Bytes(FactGroup.FromRows(rows)) == Bytes(FactGroup.FromRows(moved)));
    });

    [Theory]
    [InlineData(FactLimits.MaxUnits + 1, 0, "EUR", "fact.units")]
    [InlineData(0, FactLimits.MaxAmountMinor + 1, "EUR", "fact.amount")]
    [InlineData(0, long.MinValue, "EUR", "fact.amount")]
    [InlineData(0, 5, "", "fact.currency")]
    [InlineData(0, 5, "eur", "fact.currency")]
    [InlineData(0, 5, "EURO", "fact.currency")]
    public void A_fact_out_of_bounds_is_refused_by_name_and_changes_nothing(
        long units, long amount, string currency, string field)
    {
        var group = OneByOne([Row(1, Now, EventClass.OrderCompleted, amount: 5, currency: "EUR")]);
        var before = Bytes(group);
        var bad = Row(2, Now + Day, EventClass.OrderCompleted, amount: amount, currency: currency, units: units);
        var refusal = Assert.ThrowsAny<InvalidFactException>(() => group.Add(bad));
        Assert.Equal(field, refusal.Field);
        Assert.ThrowsAny<InvalidFactException>(() => FactGroup.FromRows([bad]));
        Assert.Equal(before, Bytes(group));
        Assert.Throws<FactOverflowException>(() => group.Add(bad with { EventTime = new(-1) }));
    }

    [Fact]
    public void An_event_that_the_exact_log_holds_is_refused()
    {
        var row = Row(1, Now, EventClass.PageViewed);
        var group = OneByOne([row]);
        Assert.Throws<ArgumentException>(() => group.Add(row));
        Assert.Throws<ArgumentException>(() => group.Merge(OneByOne([row])));
        Assert.Throws<ArgumentException>(() => FactGroup.FromRows([row, row]));
        Assert.Equal(1, group.Count);
    }

    private static IEnumerable<(long Day, FactCell Cell)> Sums(IEnumerable<FactRow> rows, Func<FactRow, long> day) =>
        from row in rows
        group row by (Day: day(row), row.Fact.Class, row.Fact.Channel, row.Fact.Currency) into cell
        orderby cell.Key.Day, cell.Key.Class, cell.Key.Channel, cell.Key.Currency == "" ? 0 : 1, cell.Key.Currency
        let byTime = cell.OrderBy(row => row.EventTime).ThenBy(row => row.EventHash).ToList()
        select (cell.Key.Day, new FactCell(
            new FactCellKey(cell.Key.Class, cell.Key.Channel, Currency(cell.Key.Currency)),
            byTime.Count,
            byTime.Sum(row => row.Fact.Units),
            byTime.Sum(row => row.Fact.AmountMinor),
            new EventPoint(byTime[0].EventTime, byTime[0].EventHash),
            new EventPoint(byTime[^1].EventTime, byTime[^1].EventHash)));

    private static CurrencyCode Currency(string code)
    {
        Assert.True(CurrencyCode.TryParse(code, out var currency));
        Assert.Equal(code, currency.ToString());
        return currency;
    }
}
