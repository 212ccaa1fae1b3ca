using MartechGrains.Journal.Contracts;
using MartechGrains.Journal.Stores;
using Npgsql;
using static MartechGrains.Journal.Postgres.Statements;

namespace MartechGrains.Journal.Postgres;

/// <summary>Checks the server and creates or updates the schema.</summary>
internal static class PostgresMigration
{
    private const long MigrationLock = 0x6d67_0000;

    /// <summary>Refuses a server that acknowledges commits before they are on disk.</summary>
    public static async Task RefuseLossAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var setting = "";
        await QueryAsync(connection, "SHOW synchronous_commit", row => setting = row.GetString(0), cancellationToken)
            .ConfigureAwait(false);
        if (setting == "off")
        {
            throw new StoreSetupException(
                "PostgreSQL has synchronous_commit = off: what is acknowledged could be lost. Set it to on "
                + "for this user or database.");
        }
    }

    /// <summary>Brings the schema up to date, one process at a time; inside a transaction.</summary>
    public static async Task RunAsync(
        NpgsqlConnection connection, IReadOnlyList<string> scripts, CancellationToken cancellationToken)
    {
        var found = 0;
        await QueryAsync(
            connection, "SELECT pg_advisory_xact_lock($1)", static _ => { }, cancellationToken, Value(MigrationLock))
            .ConfigureAwait(false);
        await ExecuteAsync(
            connection, "CREATE TABLE IF NOT EXISTS schema_version (version integer NOT NULL)", cancellationToken)
            .ConfigureAwait(false);
        await QueryAsync(
            connection,
            "SELECT coalesce(max(version), 0) FROM schema_version",
            row => found = row.GetInt32(0),
            cancellationToken).ConfigureAwait(false);
        EmbeddedSchema.RefuseNewer(found, scripts.Count);
        for (var version = found; version < scripts.Count; version++)
        {
            await ExecuteAsync(connection, scripts[version], cancellationToken).ConfigureAwait(false);
            var insert = new Statements(connection)
                .Run("INSERT INTO schema_version (version) VALUES ($1)", Value(version + 1));
            await using (insert.ConfigureAwait(false))
                await insert.ExecuteAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task ExecuteAsync(
        NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
#pragma warning disable CA2100 // Only constants and the program's own schema scripts come here.
        var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        await using (command.ConfigureAwait(false))
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}
