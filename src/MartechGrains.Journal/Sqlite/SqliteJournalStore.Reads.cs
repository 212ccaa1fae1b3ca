using System.Runtime.CompilerServices;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Time;
using MartechGrains.Journal.Contracts;
using MartechGrains.Journal.Stores;

namespace MartechGrains.Journal.Sqlite;

public sealed partial class SqliteJournalStore
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
        while (true)
        {
            var from = fromSeq;
            var chunk = await ReadAsync(
                session => session.Get(SqliteSql.ReadHome)
                    .BindKey(home.Founder.Bits).Bind(from).Bind(toSeq).Bind(HomeChunk),
                Row,
                cancellationToken).ConfigureAwait(false);
            foreach (var row in chunk)
                yield return row;
            if (chunk.Count < HomeChunk)
                yield break;
            fromSeq = chunk[^1].Seq + 1;
        }
    }

    /// <inheritdoc/>
    public Task<Dictionary<HomeId, List<JournalRow>>> ReadBeginningsAsync(
        IReadOnlyCollection<HomeId> homes, int rows, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(homes);
        return _readers.ReadAsync(
            session =>
            {
                var found = new Dictionary<HomeId, List<JournalRow>>();
                foreach (var home in homes)
                {
                    var beginning = new List<JournalRow>();
                    var row = session.Get(SqliteSql.ReadHome).BindKey(home.Founder.Bits).Bind(1).Bind(rows).Bind(rows);
                    while (row.Step())
                        beginning.Add(Row(row));
                    if (beginning.Count > 0)
                        found[home] = beginning;
                }
                return found;
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task<int> ReadHeadAsync(HomeId home, CancellationToken cancellationToken = default) =>
        _readers.ReadAsync(session => SqliteCommit.ReadHead(session, home), cancellationToken);

    /// <inheritdoc/>
    public async Task<SnapshotRow?> ReadSnapshotAsync(HomeId home, CancellationToken cancellationToken = default) =>
        (await ReadAsync(
            session => session.Get(SqliteSql.ReadSnapshot).BindKey(home.Founder.Bits),
            row => new SnapshotRow(home, row.Int(0), row.Int(1), row.Bytes(2)),
            cancellationToken).ConfigureAwait(false)).SingleOrDefault();

    /// <inheritdoc/>
    public Task<Dictionary<IdentifierKey, PointerRow>> ReadPointersAsync(
        IReadOnlyCollection<IdentifierKey> identifiers, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(identifiers);
        return _readers.ReadAsync(
            session =>
            {
                var found = new Dictionary<IdentifierKey, PointerRow>(identifiers.Count);
                foreach (var key in identifiers)
                {
                    var row = session.Get(SqliteSql.ReadPointer).BindKey(key.Bits);
                    if (row.Step())
                    {
                        found[key] = new PointerRow(
                            key, row.Int(0), new HomeId(new(row.Key(1))), (PointerFlags)row.Int(2), row.Bytes(3));
                    }
                    row.Reset();
                }
                return found;
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ReadOnlyMemory<byte>>> ReadOpenJoinsAsync(
        HomeId home, CancellationToken cancellationToken = default) =>
        await ReadAsync(
            session => session.Get(SqliteSql.ReadOpenJoins).BindKey(home.Founder.Bits),
            row => new ReadOnlyMemory<byte>(row.Bytes(0)),
            cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public Task<IReadOnlyList<HomeId>> ReadHomesAsync(
        HomeId? after, int limit, CancellationToken cancellationToken = default) =>
        ReadHomesAsync(SqliteSql.ReadHomes, after, limit, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<HomeId>> ReadUnfinishedHomesAsync(
        HomeId? after, int limit, CancellationToken cancellationToken = default) =>
        ReadHomesAsync(SqliteSql.ReadUnfinished, after, limit, cancellationToken);

    private async Task<IReadOnlyList<HomeId>> ReadHomesAsync(
        string sql, HomeId? after, int limit, CancellationToken cancellationToken) =>
        await ReadAsync(
            session =>
            {
                var statement = session.Get(sql);
                statement = after is { } home ? statement.BindKey(home.Founder.Bits) : statement.Bind([]);
                return statement.Bind(Page(limit));
            },
            row => new HomeId(new(row.Key(0))),
            cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<DueRow>> ReadDueAsync(
        IngestTime until, int limit, CancellationToken cancellationToken = default) =>
        await ReadAsync(
            session => session.Get(SqliteSql.ReadDue).Bind(until.Milliseconds).Bind(Page(limit)),
            row => new DueRow(new HomeId(new(row.Key(0))), new(row.Number(1))),
            cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<QuarantineRow>> ReadQuarantineAsync(
        QuarantineCursor? after, int limit, CancellationToken cancellationToken = default)
    {
        var (receivedAt, id) = after ?? QuarantineCursor.Start;
        return await ReadAsync(
            session => session.Get(SqliteSql.ReadQuarantine)
                .Bind(receivedAt.Milliseconds).Bind(id.ToByteArray(bigEndian: true)).Bind(Page(limit)),
            Quarantined,
            cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<QuarantineRow?> ReadQuarantinedAsync(Guid id, CancellationToken cancellationToken = default) =>
        (await ReadAsync(
            session => session.Get(SqliteSql.ReadQuarantined).Bind(id.ToByteArray(bigEndian: true)),
            Quarantined,
            cancellationToken).ConfigureAwait(false)).SingleOrDefault();

    /// <inheritdoc/>
    public async Task<IReadOnlyList<WrappedKeyRow>> ReadWrappedKeysAsync(
        HomeId home, CancellationToken cancellationToken = default) =>
        await ReadAsync(
            session => session.Get(SqliteSql.ReadWrappedKeys).BindKey(home.Founder.Bits),
            row => new WrappedKeyRow(row.Int(0), row.Bytes(1)),
            cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public Task<IReadOnlyList<FeedBatch>> ReadFeedAsync(
        FeedCursor after, int limit, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(after);
        var wanted = Page(limit);
        // One connection commits: whoever has seen a batch has seen all before it, whatever their writers.
        var newest = after.Newest;
        return _readers.ReadAsync(
            session =>
            {
                var page = new FeedPage(after);
                Fill(page, session.Get(SqliteSql.ReadFeed).Bind(newest).Bind(newest).Bind(wanted + 1));
                if (page.Count > wanted)
                {
                    if (page.OnlyBatch is { } only)
                    {
                        page = new FeedPage(after);
                        Fill(page, session.Get(SqliteSql.ReadFeedBatch).Bind(only.Batch).Bind(int.MaxValue));
                    }
                    else
                    {
                        page.DropLast();
                    }
                }
                return page.ToBatches();
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task<bool> HasBatchesAsync(FeedCursor cursor, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(cursor);
        return _readers.ReadAsync(
            session => cursor.Batches.All(one =>
            {
                var row = session.Get(SqliteSql.ReadWriterOfBatch).Bind(one.Value);
                var isThere = row.Step() && row.Int(0) == one.Key;
                row.Reset();
                return isThere;
            }),
            cancellationToken);
    }

    private static void Fill(FeedPage page, SqliteStatement rows)
    {
        while (rows.Step())
            page.Add(rows.Int(6), rows.Number(7), Row(rows));
    }

    private static int Page(int limit) => Math.Clamp(limit, 1, StoreLimits.MaxPage);

    private static JournalRow Row(SqliteStatement row) => new(
        new HomeId(new(row.Key(0))), row.Int(1), (byte)row.Int(2), row.Bytes(3), row.Bytes(4), row.Bytes(5));

    private static QuarantineRow Quarantined(SqliteStatement row) => new(
        new Guid(row.Bytes(0), bigEndian: true),
        row.Text(1), row.Text(2), new IngestTime(row.Number(3)), row.Text(4), row.Text(5), row.Text(6), row.Bytes(7));

    private Task<List<T>> ReadAsync<T>(
        Func<SqliteSession, SqliteStatement> query,
        Func<SqliteStatement, T> convert,
        CancellationToken cancellationToken) =>
        _readers.ReadAsync(
            session =>
            {
                var rows = new List<T>();
                var statement = query(session);
                while (statement.Step())
                    rows.Add(convert(statement));
                return rows;
            },
            cancellationToken);
}
