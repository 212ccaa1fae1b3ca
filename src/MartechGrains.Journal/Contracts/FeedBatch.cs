using System.Collections.Immutable;
using System.Globalization;

namespace MartechGrains.Journal.Contracts;

/// <summary>The journal rows of one committed batch.</summary>
/// <param name="Writer">Who committed it.</param>
/// <param name="Batch">Its number; rises with each batch of the writer, with gaps.</param>
/// <param name="Rows">By home, then seq; never empty.</param>
/// <param name="Cursor">The reader's cursor once it has dealt with this batch and those before it.</param>
public sealed record FeedBatch(int Writer, long Batch, ImmutableArray<JournalRow> Rows, FeedCursor Cursor)
{
    /// <summary>The stable id of an entry: <c>home:seq</c>.</summary>
    public static string EntryId(in JournalRow row) =>
        string.Create(CultureInfo.InvariantCulture, $"{row.Home}:{row.Seq}");
}
