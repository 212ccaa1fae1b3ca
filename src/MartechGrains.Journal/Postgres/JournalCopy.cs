using System.Buffers;
using System.Buffers.Binary;
using MartechGrains.Core.Identity;
using MartechGrains.Journal.Contracts;
using Npgsql;

namespace MartechGrains.Journal.Postgres;

/// <summary>
/// Copies journal rows to the server in PostgreSQL's binary format, written here: through the driver's importer, each
/// column would be a call of its own.
/// </summary>
internal static class JournalCopy
{
    private const string Sql =
        "COPY journal (home, batch, seq, writer, kind, hash, wrapped_key, entry) FROM STDIN (FORMAT BINARY)";

    private const short Columns = 8;
    private const int Null = -1;
    private const int ChunkBytes = 32 * 1024;
    private const int MaxKeptBytes = 1 << 20;

    // The last copy's, for the next one: with many commits a second, a new one each would be much of what they
    // allocate. What was in it is sealed.
    private static ArrayBufferWriter<byte>? _spare;

    // Signature, flags, and length of the header's extension.
    private static readonly byte[] Header = [.. "PGCOPY\n"u8, 0xff, (byte)'\r', (byte)'\n', 0, 0, 0, 0, 0, 0, 0, 0, 0];

    /// <summary>Copies the rows of appends; they become visible with the transaction.</summary>
    public static async Task RunAsync(
        NpgsqlConnection connection,
        IReadOnlyList<AppendWrite> appends,
        int writer,
        long batch,
        CancellationToken cancellationToken)
    {
        var stream = await connection.BeginRawBinaryCopyAsync(Sql, cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            try
            {
                var chunk = Interlocked.Exchange(ref _spare, null) ?? new ArrayBufferWriter<byte>(2 * ChunkBytes);
                chunk.ResetWrittenCount();
                chunk.Write(Header);
                foreach (var append in appends)
                {
                    foreach (var row in append.Rows)
                        Add(chunk, row, writer, batch);
                    if (chunk.WrittenCount < ChunkBytes)
                        continue;
                    await stream.WriteAsync(chunk.WrittenMemory, cancellationToken).ConfigureAwait(false);
                    chunk.ResetWrittenCount();
                }
                Add(chunk, (short)-1);
                await stream.WriteAsync(chunk.WrittenMemory, cancellationToken).ConfigureAwait(false);
                if (chunk.Capacity <= MaxKeptBytes)
                    Volatile.Write(ref _spare, chunk);
            }
            catch
            {
                await stream.CancelAsync().ConfigureAwait(false);
                throw;
            }
        }
    }

    private static void Add(ArrayBufferWriter<byte> chunk, in JournalRow row, int writer, long batch)
    {
        Add(chunk, Columns);
        Add(chunk, IdentifierKey.Size);
        row.Home.Founder.Write(chunk.GetSpan(IdentifierKey.Size));
        chunk.Advance(IdentifierKey.Size);
        Add(chunk, sizeof(long));
        BinaryPrimitives.WriteInt64BigEndian(chunk.GetSpan(sizeof(long)), batch);
        chunk.Advance(sizeof(long));
        Add(chunk, sizeof(int));
        Add(chunk, row.Seq);
        Add(chunk, sizeof(int));
        Add(chunk, writer);
        Add(chunk, sizeof(short));
        Add(chunk, (short)row.Kind);
        Add(chunk, row.Hash.Span);
        if (row.WrappedKey.IsEmpty)
            Add(chunk, Null);
        else
            Add(chunk, row.WrappedKey.Span);
        Add(chunk, row.Entry.Span);
    }

    private static void Add(ArrayBufferWriter<byte> chunk, ReadOnlySpan<byte> value)
    {
        Add(chunk, value.Length);
        chunk.Write(value);
    }

    private static void Add(ArrayBufferWriter<byte> chunk, int value)
    {
        BinaryPrimitives.WriteInt32BigEndian(chunk.GetSpan(sizeof(int)), value);
        chunk.Advance(sizeof(int));
    }

    private static void Add(ArrayBufferWriter<byte> chunk, short value)
    {
        BinaryPrimitives.WriteInt16BigEndian(chunk.GetSpan(sizeof(short)), value);
        chunk.Advance(sizeof(short));
    }
}
