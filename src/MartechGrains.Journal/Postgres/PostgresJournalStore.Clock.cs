using MartechGrains.Core.Time;
using MartechGrains.Journal.Contracts;

namespace MartechGrains.Journal.Postgres;

/// <content>The clock of the database's server.</content>
public sealed partial class PostgresJournalStore
{
    /// <inheritdoc/>
    public async Task<StoreClock> ReadClockAsync(CancellationToken cancellationToken = default)
    {
        var now = await ReadAsync(
            PostgresSql.Clock, static row => new IngestTime(row.GetInt64(0)), cancellationToken).ConfigureAwait(false);
        return new StoreClock(now[0], null);
    }
}
