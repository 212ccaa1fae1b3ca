using System.Collections.Immutable;
using MartechGrains.Journal.Contracts;

namespace MartechGrains.Journal.Stores;

/// <summary>Groups rows in feed order into whole batches.</summary>
internal sealed class FeedPage(FeedCursor after)
{
    private readonly List<(int Writer, long Batch, ImmutableArray<JournalRow>.Builder Rows)> _batches = [];

    /// <summary>Rows added so far.</summary>
    public int Count { get; private set; }

    /// <summary>Where it has one batch only: that batch, which a limit may have cut.</summary>
    public (int Writer, long Batch)? OnlyBatch =>
        _batches.Count == 1 ? (_batches[0].Writer, _batches[0].Batch) : null;

    /// <summary>Adds the next row.</summary>
    public void Add(int writer, long batch, in JournalRow row)
    {
        if (_batches.Count == 0 || _batches[^1].Writer != writer || _batches[^1].Batch != batch)
            _batches.Add((writer, batch, ImmutableArray.CreateBuilder<JournalRow>()));
        _batches[^1].Rows.Add(row);
        Count++;
    }

    /// <summary>Leaves out the last batch, of which rows may be missing.</summary>
    public void DropLast() => _batches.RemoveAt(_batches.Count - 1);

    /// <summary>The batches with their cursors.</summary>
    public IReadOnlyList<FeedBatch> ToBatches()
    {
        var cursor = after;
        var result = new List<FeedBatch>(_batches.Count);
        foreach (var (writer, batch, rows) in _batches)
        {
            cursor = cursor.With(writer, batch);
            rows.Sort(static (a, b) => (a.Home, a.Seq).CompareTo((b.Home, b.Seq)));
            result.Add(new FeedBatch(writer, batch, rows.ToImmutable(), cursor));
        }
        return result;
    }
}
