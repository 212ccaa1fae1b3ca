using MartechGrains.Journal.Contracts;

namespace MartechGrains.Journal.Sqlite;

/// <content>What the file knows of the time: when something was last written to it.</content>
public sealed partial class SqliteJournalStore
{
    /// <inheritdoc/>
    public async Task<StoreClock> ReadClockAsync(CancellationToken cancellationToken = default)
    {
        var rows = await ReadAsync(static session => session.Get(SqliteSql.NewestRow), Row, cancellationToken)
            .ConfigureAwait(false);
        return new StoreClock(null, rows.Count > 0 ? rows[0] : null);
    }
}
