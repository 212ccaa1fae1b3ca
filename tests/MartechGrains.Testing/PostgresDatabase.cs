using Npgsql;

namespace MartechGrains.Testing;

/// <summary>An own database on the test server; dropped at the end.</summary>
public sealed class PostgresDatabase : IAsyncDisposable
{
    private readonly string _server;
    private readonly string _name;

    private PostgresDatabase(string server, string name)
    {
        _server = server;
        _name = name;
        ConnectionString = new NpgsqlConnectionStringBuilder(server) { Database = name }.ToString();
    }

    /// <summary>The connection string of the database.</summary>
    public string ConnectionString { get; }

    internal static async Task<PostgresDatabase> CreateAsync(string server)
    {
        var database = new PostgresDatabase(server, $"test_{Guid.NewGuid():n}");
        await ExecuteAsync(server, $"CREATE DATABASE {database._name}").ConfigureAwait(false);
        return database;
    }

    /// <summary>Runs a statement in the database.</summary>
    public Task ExecuteAsync(string sql) => ExecuteAsync(ConnectionString, sql);

    /// <summary>Runs a query that returns one value.</summary>
    public async Task<object?> ScalarAsync(string sql)
    {
        await using var source = NpgsqlDataSource.Create(ConnectionString);
#pragma warning disable CA2100 // Tests write their own statements.
        await using var command = source.CreateCommand(sql);
#pragma warning restore CA2100
        return await command.ExecuteScalarAsync().ConfigureAwait(false);
    }

    /// <summary>Drops the database, and whoever is connected to it.</summary>
    public async ValueTask DisposeAsync() =>
        await ExecuteAsync(_server, $"DROP DATABASE {_name} WITH (FORCE)").ConfigureAwait(false);

    private static async Task ExecuteAsync(string connectionString, string sql)
    {
        var unpooled = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false };
        await using var connection = new NpgsqlConnection(unpooled.ToString());
        await connection.OpenAsync().ConfigureAwait(false);
#pragma warning disable CA2100 // Tests write their own statements.
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync().ConfigureAwait(false);
    }
}
