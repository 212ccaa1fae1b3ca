using System.Collections.Immutable;
using MartechGrains.Core.Events;
using MartechGrains.Core.Homes.Machine;
using MartechGrains.Core.Homes.State;
using MartechGrains.Core.Identity;
using MartechGrains.Grains.Damage;
using MartechGrains.Journal.Contracts;
using MartechGrains.Journal.Entries;
using MartechGrains.Journal.Reading;
using MartechGrains.Journal.Sealing;

namespace MartechGrains.Grains.Homes;

/// <summary>
/// The journal of one home, and those of the homes that it absorbs, as its machine reads them; and its snapshots.
/// </summary>
/// <param name="home">The home.</param>
/// <param name="store">Reads journals.</param>
/// <param name="reads">Its small reads, batched.</param>
/// <param name="snapshots">Reads and writes snapshots.</param>
/// <param name="wrapping">Wraps data keys.</param>
/// <param name="random">Nonces and data keys.</param>
internal sealed class HomeJournal(
    HomeId home, IJournalReads store, BatchedReads reads, HomeSnapshots snapshots, DeploymentKey wrapping,
    RandomFill random)
{
    // Only while it reads.
    private Dictionary<int, HomeCodec>? _readings;
    private HomeCodec _codec = new(home, wrapping, random);
    private bool _isWriting;
    private bool _isTooLarge;

    /// <summary>Encodes what follows the last row that was read or encoded.</summary>
    public ImmutableArray<JournalRow> Encode(IReadOnlyList<HomeEntry> entries)
    {
        var rows = ImmutableArray.CreateBuilder<JournalRow>(entries.Count);
        foreach (var entry in entries) rows.Add(_codec.Encode(entry));
        return rows.MoveToImmutable();
    }

    /// <summary>Reads and decodes the next page.</summary>
    public async ValueTask ReadAsync(ReadRowsEffect read, CancellationToken cancellationToken)
    {
        var codec = CodecOf(read);
        var page = new List<HomeEntry>();
        var upTo = (int)Math.Min(read.UpTo, read.After + (long)ReadRowsEffect.PageSize);
        if (read.After == 0)
        {
            foreach (var row in await reads.ReadWholeBeginningAsync(read.Home, cancellationToken))
                if (row.Seq <= read.UpTo) page.Add(codec.DecodeNext(row));
        }
        else
        {
            await foreach (var row in store.ReadWholeAsync(read.Home, read.After + 1, upTo, cancellationToken))
                page.Add(codec.DecodeNext(row));
        }
        // Of its own the home may ask for what it has not written yet; what it has absorbed must be there.
        if (read.Home != home) RowDecoding.RequireRows(read.Home, read.After + page.Count, upTo);
        read.Reply = page;
    }

    /// <summary>
    /// What goes into quarantine of the events that an append displaces. Their journals have been gone through in this
    /// turn.
    /// </summary>
    public async IAsyncEnumerable<QuarantineRow> OpenDisplacedAsync(AppendEffect append)
    {
        foreach (var (applied, from, seq) in append.Displaced)
        {
            var codec = from == home
                ? _codec
                : _readings!.Values.First(reading => reading.Home == from && reading.Seq >= seq);
            var row = await RowAsync(from, seq);
            yield return QuarantineRow.Of(
                new QuarantineReason(
                    EventFault.ConflictingDuplicate, applied.Event.Source, applied.Event.EventId,
                    codec.OpenPayload(row).Raw),
                applied.At);
        }
    }

    private async ValueTask<JournalRow> RowAsync(HomeId from, int seq)
    {
        await foreach (var row in store.ReadHomeAsync(from, seq, seq)) return row;
        throw new EntryFormatException($"Row {seq} of home {from} is gone.");
    }

    /// <summary>Forgets what a turn has read of journals.</summary>
    public void EndReadings() => _readings = null;

    /// <summary>The snapshot, if its last row is that of the journal.</summary>
    public async ValueTask FindSnapshotAsync(ReadSnapshotEffect find, CancellationToken cancellationToken)
    {
        if (await snapshots.FindAsync(home, cancellationToken) is not { } found) return;
        await foreach (var row in store.ReadHomeAsync(home, found.Seq, found.Seq, cancellationToken))
        {
            if (!found.Codec.EndsWith(row)) break;
            SnapshotMetrics.Used.Add(1);
            _codec = found.Codec;
            find.Reply = found.Snapshot;
            return;
        }
        snapshots.IgnoreForeign(home, found.Seq);
    }

    /// <summary>
    /// Takes the home down; packing, sealing and writing go on in the background. An attempt that fails is not repeated
    /// before the next is due.
    /// </summary>
    public async ValueTask WriteSnapshotAsync(WriteSnapshotEffect write)
    {
        write.Reply = _isTooLarge ? SnapshotStart.TooLarge : SnapshotStart.Busy;
        if (_isTooLarge || _isWriting || !snapshots.TryReserve()) return;
        // Answers are continuations that wait for this scheduler: they go out first.
        await Task.Yield();
        write.Reply = SnapshotStart.Begun;
        _ = WriteAsync(write.Snapshot);
    }

    private async Task WriteAsync(HomeSnapshot snapshot)
    {
        _isWriting = true;
        try
        {
            _isTooLarge = !await snapshots.WriteAsync(snapshot, _codec);
        }
        finally
        {
            _isWriting = false;
        }
    }

    private HomeCodec CodecOf(ReadRowsEffect read)
    {
        if (read.Reading == ReadRowsEffect.OwnReading) return _codec;
        _readings ??= [];
        if (!_readings.TryGetValue(read.Reading, out var codec))
            _readings.Add(read.Reading, codec = new HomeCodec(read.Home, wrapping, random));
        return codec;
    }
}
