using System.Runtime.CompilerServices;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Time;
using MartechGrains.Journal.Contracts;
using MartechGrains.Journal.Stores;
using Npgsql;
using static MartechGrains.Journal.Postgres.Statements;

namespace MartechGrains.Journal.Postgres;

public sealed partial class PostgresJournalStore
{
    /// <summary>Rows read at a time from one home.</summary>
    private const int HomeChunk = 512;

    /// <inheritdoc/>
    public async IAsyncEnumerable<JournalRow> ReadHomeAsync(
        HomeId home,
        int fromSeq = 1,
        int toSeq = int.MaxValue,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        // In chunks by seq: a slow reader holds no connection.
        while (fromSeq <= toSeq)
        {
            var last = (int)Math.Min((long)fromSeq + HomeChunk - 1, toSeq);
            var chunk = await ReadAsync(
                PostgresSql.ReadHome, Row, cancellationToken, Value(home.Founder.ToGuid()), Value(fromSeq), Value(last))
                .ConfigureAwait(false);
            foreach (var row in chunk)
                yield return row;
            if (chunk.Count == 0 || chunk[^1].Seq < last || last == int.MaxValue)
                yield break;
            fromSeq = last + 1;
        }
    }

    /// <inheritdoc/>
    public async Task<Dictionary<HomeId, List<JournalRow>>> ReadBeginningsAsync(
        IReadOnlyCollection<HomeId> homes, int rows, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(homes);
        var found = new Dictionary<HomeId, List<JournalRow>>();
        await ReadAsync(
            PostgresSql.ReadBeginnings,
            reader =>
            {
                var row = Row(reader);
                if (!found.TryGetValue(row.Home, out var beginning))
                    found.Add(row.Home, beginning = []);
                beginning.Add(row);
                return true;
            },
            cancellationToken,
            Uuids([.. homes.Select(home => home.Founder.ToGuid())]),
            Value(rows)).ConfigureAwait(false);
        return found;
    }

    /// <inheritdoc/>
    public async Task<int> ReadHeadAsync(HomeId home, CancellationToken cancellationToken = default) =>
        (await ReadAsync(
            PostgresSql.ReadHead, row => row.GetInt32(0), cancellationToken, Value(home.Founder.ToGuid()))
            .ConfigureAwait(false))[0];

    /// <inheritdoc/>
    public async Task<SnapshotRow?> ReadSnapshotAsync(HomeId home, CancellationToken cancellationToken = default) =>
        (await ReadAsync(
            PostgresSql.ReadSnapshot,
            row => new SnapshotRow(home, row.GetInt32(0), row.GetInt32(1), row.GetFieldValue<byte[]>(2)),
            cancellationToken,
            Value(home.Founder.ToGuid())).ConfigureAwait(false)).SingleOrDefault();

    /// <inheritdoc/>
    public async Task<Dictionary<IdentifierKey, PointerRow>> ReadPointersAsync(
        IReadOnlyCollection<IdentifierKey> identifiers, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(identifiers);
        if (identifiers.Count == 0)
            return [];
        var rows = await ReadAsync(
            PostgresSql.ReadPointers, Pointer, cancellationToken, Uuids([.. identifiers.Select(key => key.ToGuid())]))
            .ConfigureAwait(false);
        return rows.ToDictionary(row => row.Identifier);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ReadOnlyMemory<byte>>> ReadOpenJoinsAsync(
        HomeId home, CancellationToken cancellationToken = default) =>
        await ReadAsync(
            PostgresSql.ReadOpenJoins,
            row => new ReadOnlyMemory<byte>(row.GetFieldValue<byte[]>(0)),
            cancellationToken,
            Value(home.Founder.ToGuid())).ConfigureAwait(false);

    /// <inheritdoc/>
    public Task<IReadOnlyList<HomeId>> ReadHomesAsync(
        HomeId? after, int limit, CancellationToken cancellationToken = default) =>
        ReadHomesAsync(PostgresSql.ReadHomes, after, limit, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<HomeId>> ReadUnfinishedHomesAsync(
        HomeId? after, int limit, CancellationToken cancellationToken = default) =>
        ReadHomesAsync(PostgresSql.ReadUnfinished, after, limit, cancellationToken);

    private async Task<IReadOnlyList<HomeId>> ReadHomesAsync(
        string sql, HomeId? after, int limit, CancellationToken cancellationToken) =>
        await ReadAsync(
            sql,
            row => Home(row, 0),
            cancellationToken,
            Optional(after?.Founder.ToGuid()),
            Value(Page(limit))).ConfigureAwait(false);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<DueRow>> ReadDueAsync(
        IngestTime until, int limit, CancellationToken cancellationToken = default) =>
        await ReadAsync(
            PostgresSql.ReadDue,
            row => new DueRow(Home(row, 0), new(row.GetInt64(1))),
            cancellationToken,
            Value(until.Milliseconds),
            Value(Page(limit))).ConfigureAwait(false);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<QuarantineRow>> ReadQuarantineAsync(
        QuarantineCursor? after, int limit, CancellationToken cancellationToken = default)
    {
        var (receivedAt, id) = after ?? QuarantineCursor.Start;
        return await ReadAsync(
            PostgresSql.ReadQuarantine,
            Quarantined,
            cancellationToken,
            Value(receivedAt.Milliseconds),
            Value(id),
            Value(Page(limit)))
            .ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<QuarantineRow?> ReadQuarantinedAsync(Guid id, CancellationToken cancellationToken = default) =>
        (await ReadAsync(PostgresSql.ReadQuarantined, Quarantined, cancellationToken, Value(id)).ConfigureAwait(false))
        .SingleOrDefault();

    /// <inheritdoc/>
    public async Task<IReadOnlyList<WrappedKeyRow>> ReadWrappedKeysAsync(
        HomeId home, CancellationToken cancellationToken = default) =>
        await ReadAsync(
            PostgresSql.ReadWrappedKeys,
            row => new WrappedKeyRow(row.GetInt32(0), row.GetFieldValue<byte[]>(1)),
            cancellationToken,
            Value(home.Founder.ToGuid())).ConfigureAwait(false);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<FeedBatch>> ReadFeedAsync(
        FeedCursor after, int limit, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(after);
        var wanted = Page(limit);
        var page = await FeedAsync(
            after,
            PostgresSql.ReadFeed,
            cancellationToken,
            Ints([.. after.Batches.Keys]),
            Longs([.. after.Batches.Values]),
            Value(wanted + 1)).ConfigureAwait(false);
        if (page.Count > wanted)
        {
            // One row more than wanted: the last batch may have been cut.
            if (page.OnlyBatch is { } only)
            {
                page = await FeedAsync(
                    after, PostgresSql.ReadFeedBatch, cancellationToken, Value(only.Writer), Value(only.Batch))
                    .ConfigureAwait(false);
            }
            else
            {
                page.DropLast();
            }
        }
        return page.ToBatches();
    }

    /// <inheritdoc/>
    public async Task<bool> HasBatchesAsync(FeedCursor cursor, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(cursor);
        var found = await ReadAsync(
            PostgresSql.CountBatches,
            static row => row.GetInt64(0),
            cancellationToken,
            Ints([.. cursor.Batches.Keys]),
            Longs([.. cursor.Batches.Values])).ConfigureAwait(false);
        return found[0] == cursor.Batches.Count;
    }

    private async Task<FeedPage> FeedAsync(
        FeedCursor after, string sql, CancellationToken cancellationToken, params NpgsqlParameter[] parameters)
    {
        var page = new FeedPage(after);
        await ReadAsync(
            sql,
            row =>
            {
                page.Add(row.GetInt32(6), row.GetInt64(7), Row(row));
                return true;
            },
            cancellationToken,
            parameters).ConfigureAwait(false);
        return page;
    }

    private static int Page(int limit) => Math.Clamp(limit, 1, StoreLimits.MaxPage);

    private static HomeId Home(NpgsqlDataReader row, int column) => new(IdentifierKey.FromGuid(row.GetGuid(column)));

    private static JournalRow Row(NpgsqlDataReader row) => new(
        Home(row, 0),
        row.GetInt32(1),
        (byte)row.GetInt16(2),
        row.GetFieldValue<byte[]>(3),
        row.GetFieldValue<byte[]>(4),
        row.IsDBNull(5) ? default(ReadOnlyMemory<byte>) : row.GetFieldValue<byte[]>(5));

    private static PointerRow Pointer(NpgsqlDataReader row) => new(
        IdentifierKey.FromGuid(row.GetGuid(0)),
        row.GetInt32(1),
        Home(row, 2),
        (PointerFlags)row.GetInt16(3),
        row.GetFieldValue<byte[]>(4));

    private static QuarantineRow Quarantined(NpgsqlDataReader row) => new(
        row.GetGuid(0),
        row.GetString(2),
        row.GetString(3),
        new IngestTime(row.GetInt64(1)),
        row.GetString(4),
        row.GetString(5),
        row.GetString(6),
        row.GetFieldValue<byte[]>(7));

    private Task<List<T>> ReadAsync<T>(
        string sql,
        Func<NpgsqlDataReader, T> convert,
        CancellationToken cancellationToken,
        params NpgsqlParameter[] parameters) =>
        WithConnectionAsync(
            async connection =>
            {
                var rows = new List<T>();
                await QueryAsync(connection, sql, row => rows.Add(convert(row)), cancellationToken, parameters)
                    .ConfigureAwait(false);
                return rows;
            },
            cancellationToken);
}
