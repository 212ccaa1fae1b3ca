namespace MartechGrains.Journal.Sqlite;

/// <content>The check of the deployment key.</content>
public sealed partial class SqliteJournalStore
{
    /// <inheritdoc/>
    public Task<ReadOnlyMemory<byte>?> ReadKeyCheckAsync(CancellationToken cancellationToken = default) =>
        _readers.ReadAsync(
            session =>
            {
                var row = session.Get(SqliteSql.ReadKeyCheck);
                ReadOnlyMemory<byte>? check = null;
                if (row.Step()) check = row.Bytes(0);
                row.Reset();
                return check;
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task KeepKeyCheckAsync(ReadOnlyMemory<byte> check, CancellationToken cancellationToken = default) =>
        OnThread(session =>
        {
            session.Get(SqliteSql.KeepKeyCheck).Bind(check.Span).Run();
            return true;
        });
}
