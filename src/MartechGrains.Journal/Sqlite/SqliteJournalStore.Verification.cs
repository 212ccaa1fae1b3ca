using MartechGrains.Core.Identity;
using MartechGrains.Journal.Contracts;
using MartechGrains.Journal.Stores;

namespace MartechGrains.Journal.Sqlite;

/// <content>What tells whether the store still has all that was committed.</content>
public sealed partial class SqliteJournalStore
{
    /// <inheritdoc/>
    public async Task<IReadOnlyList<BatchHeads>> ReadBatchHeadsAsync(
        long after, int limit, CancellationToken cancellationToken = default) =>
        await ReadAsync(
            session => session.Get(SqliteSql.ReadHeads).Bind(after).Bind(Page(limit)),
            static row => new BatchHeads(row.Number(0), HeadList.Decode(row.Bytes(1))),
            cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<PointerRow>> ReadAllPointersAsync(
        IdentifierKey? after, int limit, CancellationToken cancellationToken = default) =>
        await ReadAsync(
            session =>
            {
                var statement = session.Get(SqliteSql.ReadAllPointers);
                statement = after is { } key ? statement.BindKey(key.Bits) : statement.Bind([]);
                return statement.Bind(Page(limit));
            },
            ListedPointer,
            cancellationToken).ConfigureAwait(false);

    private static PointerRow ListedPointer(SqliteStatement row) => new(
        new IdentifierKey(row.Key(0)), row.Int(1), new HomeId(new(row.Key(2))), (PointerFlags)row.Int(3),
        row.Bytes(4));
}
