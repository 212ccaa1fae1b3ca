using MartechGrains.Core.Identity;
using MartechGrains.Journal.Contracts;
using MartechGrains.Journal.Stores;
using static MartechGrains.Journal.Postgres.Statements;

namespace MartechGrains.Journal.Postgres;

/// <content>What tells whether the store still has all that was committed.</content>
public sealed partial class PostgresJournalStore
{
    /// <inheritdoc/>
    public async Task<IReadOnlyList<BatchHeads>> ReadBatchHeadsAsync(
        long after, int limit, CancellationToken cancellationToken = default) =>
        await ReadAsync(
            PostgresSql.ReadHeads,
            static row => new BatchHeads(row.GetInt64(0), HeadList.Decode(row.GetFieldValue<byte[]>(1))),
            cancellationToken, Value(after), Value(Page(limit))).ConfigureAwait(false);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<PointerRow>> ReadAllPointersAsync(
        IdentifierKey? after, int limit, CancellationToken cancellationToken = default) =>
        await ReadAsync(
            PostgresSql.ReadAllPointers, Pointer, cancellationToken,
            Optional(after?.ToGuid()), Value(Page(limit))).ConfigureAwait(false);
}
