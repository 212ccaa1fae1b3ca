using static MartechGrains.Journal.Postgres.Statements;

namespace MartechGrains.Journal.Postgres;

/// <content>The check of the deployment key.</content>
public sealed partial class PostgresJournalStore
{
    /// <inheritdoc/>
    public async Task<ReadOnlyMemory<byte>?> ReadKeyCheckAsync(CancellationToken cancellationToken = default)
    {
        var found = await ReadAsync(
            PostgresSql.ReadKeyCheck,
            static row => new ReadOnlyMemory<byte>(row.GetFieldValue<byte[]>(0)),
            cancellationToken).ConfigureAwait(false);
        ReadOnlyMemory<byte>? check = null;
        if (found is [var kept]) check = kept;
        return check;
    }

    /// <inheritdoc/>
    public Task KeepKeyCheckAsync(ReadOnlyMemory<byte> check, CancellationToken cancellationToken = default) =>
        WithConnectionAsync(
            async connection =>
            {
                await QueryAsync(
                    connection, PostgresSql.KeepKeyCheck, static _ => { }, cancellationToken, Value(check.ToArray()))
                    .ConfigureAwait(false);
                return true;
            },
            cancellationToken);
}
