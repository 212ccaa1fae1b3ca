using System.Buffers;
using MartechGrains.Core.Events;
using MartechGrains.Core.Time;

namespace MartechGrains.Core.Facts;

/// <summary>The binary form of a fact group; one leading byte tells version and kind.</summary>
internal static class FactGroupFormat
{
    /// <summary>Version 1 with journal places, which can be read back.</summary>
    public const byte SnapshotVersion = 1;

    /// <summary>Version 1 without journal places, which is only hashed and compared.</summary>
    public const byte CanonicalVersion = 0x81;

    private const int MinRowBytes = 1 + 16 + 8 + 3 + 2;
    private const int MinCellBytes = 3 + 3 + (2 * 17);

    public static void Write(FactGroupView view, IBufferWriter<byte> output, bool withSeq)
    {
        ArgumentNullException.ThrowIfNull(output);
        var writer = new FactWriter(output);
        writer.Byte(withSeq ? SnapshotVersion : CanonicalVersion);
        writer.Unsigned((ulong)view.Count);
        writer.Unsigned((ulong)view.Newest.Milliseconds);
        writer.Unsigned((ulong)view.RowCount);
        for (var i = 0; i < view.RowCount; i++)
            WriteRow(writer, view.Newest, view.Log, i, withSeq);
        writer.Unsigned((ulong)view.Days.Length);
        foreach (var tile in view.Days)
        {
            writer.Unsigned((ulong)tile.Day);
            WriteCells(writer, tile.Cells);
        }

        WriteCells(writer, view.Lifetime);
        writer.Unsigned((ulong)view.LifetimeOrderDays.Length);
        foreach (var day in view.LifetimeOrderDays)
        {
            writer.Unsigned((ulong)day.First.Milliseconds);
            writer.Unsigned((ulong)(day.Last - day.First));
        }
    }

    public static FactGroup Read(ReadOnlySpan<byte> bytes)
    {
        var reader = new FactReader(bytes);
        reader.Require(reader.Byte() == SnapshotVersion, "unknown version");
        var count = reader.Unsigned(long.MaxValue);
        var newest = reader.Time();
        var rows = ReadRows(ref reader, newest);
        var days = ReadDays(ref reader, newest);
        var lifetime = ReadCells(ref reader);
        var tilesFrom = FactLimits.DayOf(newest) - FactLimits.TileDays;
        foreach (var cell in lifetime)
            reader.Require(FactLimits.DayOf(cell.Last.Time) < tilesFrom, "a lifetime sum reaches into the tiles");
        var orderDays = ReadOrderDays(ref reader, tilesFrom);
        reader.Require(reader.AtEnd, "bytes follow the end");
        reader.Require(count == TotalOf(rows, days, lifetime), "the events do not add up to their count");
        reader.Require(
            rows.Length == 0 ? count == 0 && newest == default : rows[^1].EventTime == newest,
            "the newest event is not the last row");
        return FactGroup.Restore(count, newest, rows, days, lifetime, orderDays);
    }

    private static Int128 TotalOf(FactRow[] rows, DayTile[] days, FactCell[] lifetime)
    {
        Int128 total = rows.Length;
        foreach (var tile in days)
        {
            foreach (ref readonly var cell in tile.Cells)
                total += cell.Count;
        }

        foreach (var cell in lifetime)
            total += cell.Count;
        return total;
    }

    private static void WriteRow(FactWriter writer, EventTime newest, FactLogSlice log, int place, bool withSeq)
    {
        ref readonly var entry = ref log.Entries[place];
        var amount = log.Amount(place);
        writer.Unsigned((ulong)(newest - entry.EventTime));
        writer.Hash(entry.EventHash);
        writer.Fixed(entry.ContentHash);
        writer.Key(log.Key(place));
        writer.Signed(amount.Units);
        writer.Signed(amount.Amount);
        if (withSeq)
            writer.Signed(entry.Seq);
    }

    private static FactRow[] ReadRows(ref FactReader reader, EventTime newest)
    {
        var rows = new FactRow[reader.Count(MinRowBytes)];
        for (var i = 0; i < rows.Length; i++)
        {
            var time = newest - reader.Unsigned(Math.Min(newest.Milliseconds, FactLimits.LogSpan));
            var hash = reader.Hash();
            var content = reader.Fixed();
            var key = reader.Key();
            var units = reader.Signed(FactLimits.MaxUnits);
            var amount = reader.Signed(FactLimits.MaxAmountMinor);
            var seq = (int)reader.Signed(int.MaxValue);
            reader.Require(amount == 0 || !key.Currency.IsNone, "an amount without a currency");
            var fact = new Fact(key.Class, key.Channel, units, amount, key.Currency.ToString());
            rows[i] = new FactRow(time, hash, content, fact, seq);
            reader.Require(
                i == 0 || new EventPoint(rows[i - 1].EventTime, rows[i - 1].EventHash) < new EventPoint(time, hash),
                "rows are out of order");
        }

        return rows;
    }

    private static DayTile[] ReadDays(ref FactReader reader, EventTime newest)
    {
        var tilesFrom = FactLimits.DayOf(newest) - FactLimits.TileDays;
        var days = new DayTile[reader.Count(2 + MinCellBytes)];
        for (var i = 0; i < days.Length; i++)
        {
            var day = (int)reader.Unsigned(FactLimits.DayOf(newest));
            reader.Require(day >= tilesFrom, "a day tile is too old");
            reader.Require(i == 0 || days[i - 1].Day < day, "day tiles are out of order");
            var cells = ReadCells(ref reader);
            reader.Require(cells.Length > 0, "an empty day tile");
            foreach (var cell in cells)
            {
                reader.Require(
                    FactLimits.DayOf(cell.First.Time) == day && FactLimits.DayOf(cell.Last.Time) == day
                    && cell.Last.Time < newest - FactLimits.LogSpan,
                    "an event is not of its tile");
            }

            days[i] = new DayTile(day, cells);
        }

        return days;
    }

    private static void WriteCells(FactWriter writer, ReadOnlySpan<FactCell> cells)
    {
        writer.Unsigned((ulong)cells.Length);
        foreach (ref readonly var cell in cells)
        {
            writer.Key(cell.Key);
            writer.Unsigned((ulong)cell.Count);
            writer.Signed(cell.Units);
            writer.Signed(cell.Amount);
            writer.Point(cell.First);
            writer.Point(cell.Last);
        }
    }

    private static FactCell[] ReadCells(ref FactReader reader)
    {
        var cells = new FactCell[reader.Count(MinCellBytes)];
        for (var i = 0; i < cells.Length; i++)
        {
            var key = reader.Key();
            var count = reader.Unsigned(long.MaxValue);
            var units = reader.Signed(long.MaxValue);
            var amount = reader.Signed();
            cells[i] = new FactCell(key, count, units, amount, reader.Point(), reader.Point());
            reader.Require(i == 0 || cells[i - 1].Key < key, "cells are out of order");
            reader.Require(count > 0 && cells[i].First <= cells[i].Last, "an impossible cell");
        }

        return cells;
    }

    private static OrderDay[] ReadOrderDays(ref FactReader reader, int tilesFrom)
    {
        var days = new OrderDay[reader.Count(2)];
        for (var i = 0; i < days.Length; i++)
        {
            var first = reader.Time();
            days[i] = new OrderDay(first, first + reader.Unsigned(FactLimits.DayMilliseconds));
            reader.Require(
                days[i].Day < tilesFrom && FactLimits.DayOf(days[i].Last) == days[i].Day, "an impossible order day");
            reader.Require(i == 0 || days[i - 1].Day < days[i].Day, "order days are out of order");
        }

        return days;
    }
}
