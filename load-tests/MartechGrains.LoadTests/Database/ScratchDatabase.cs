using Npgsql;

namespace MartechGrains.LoadTests.Database;

/// <summary>A database of its own for one measured server; dropped at the end.</summary>
public sealed class ScratchDatabase : IAsyncDisposable
{
    private readonly string server;
    private readonly string name;

    private ScratchDatabase(string server, string name)
    {
        (this.server, this.name) = (server, name);
        Connection = new NpgsqlConnectionStringBuilder(server) { Database = name }.ToString();
    }

    /// <summary>Its connection string.</summary>
    public string Connection { get; }

    /// <summary>Creates an empty database.</summary>
    /// <param name="server">Connection string of a user who may.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<ScratchDatabase> CreateAsync(string server, CancellationToken cancellation)
    {
        var database = new ScratchDatabase(server, $"load_{Guid.NewGuid():n}");
        await ExecuteAsync(server, $"CREATE DATABASE {database.name}", cancellation);
        return database;
    }

    /// <summary>The settings of the server that decide what a commit costs.</summary>
    public static async Task<IReadOnlyDictionary<string, string>> SettingsAsync(
        string server, CancellationToken cancellation)
    {
        var settings = new SortedDictionary<string, string>(StringComparer.Ordinal);
        await using var source = NpgsqlDataSource.Create(server);
        await using var command = source.CreateCommand(
            """
            SELECT name, current_setting(name) FROM pg_settings
            WHERE name IN ('fsync', 'synchronous_commit', 'full_page_writes', 'shared_buffers', 'max_wal_size',
                           'server_version', 'wal_sync_method', 'commit_delay')
            """);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            settings[reader.GetString(0)] = reader.GetString(1);
        return settings;
    }

    /// <summary>Drops the database, and whoever is connected to it.</summary>
    public async ValueTask DisposeAsync() =>
        await ExecuteAsync(server, $"DROP DATABASE {name} WITH (FORCE)", CancellationToken.None);

    private static async Task ExecuteAsync(string connection, string sql, CancellationToken cancellation)
    {
        await using var source = NpgsqlDataSource.Create(connection);
#pragma warning disable CA2100 // The only variable part is a name made here.
        await using var command = source.CreateCommand(sql);
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
