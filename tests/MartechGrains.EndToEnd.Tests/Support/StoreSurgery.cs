using Microsoft.Data.Sqlite;
using Npgsql;

namespace MartechGrains.EndToEnd.Tests.Support;

/// <summary>Changes rows of a store behind its server's back, as a bad disk or a clumsy hand would.</summary>
internal static class StoreSurgery
{
    /// <summary>Another last byte, in SQL of both stores: the length stays.</summary>
    public static string Broken(this TestStore store, string column) => store.Connection is null
        ? $"substr({column}, 1, length({column}) - 1) || x'2a'"
        : $"set_byte({column}, length({column}) - 1, 255 - get_byte({column}, length({column}) - 1))";

    /// <summary>A home or identifier key, as SQL of the store.</summary>
    public static string Key(this TestStore store, string key) => store.Connection is null
        ? $"x'{key}'"
        : $"'{key}'::uuid";

    /// <summary>Runs statements; the server is down.</summary>
    /// <returns>How many rows they changed.</returns>
    public static async Task<int> CutAsync(this TestStore store, string sql)
    {
#pragma warning disable CA2100 // Tests write their own statements.
        if (store.Connection is { } postgres)
        {
            await using var database = NpgsqlDataSource.Create(postgres);
            await using var statement = database.CreateCommand(sql);
            return await statement.ExecuteNonQueryAsync();
        }

        var file = new SqliteConnectionStringBuilder
        {
            DataSource = Path.Combine(store.Folder, "data", "journal.db"),
            Pooling = false,
        };
        await using var connection = new SqliteConnection(file.ToString());
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return await command.ExecuteNonQueryAsync();
#pragma warning restore CA2100
    }
}
