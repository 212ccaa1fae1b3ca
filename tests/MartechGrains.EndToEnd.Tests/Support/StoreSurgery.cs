using System.Data.Common;
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

    /// <summary>A column of keys, as text in SQL of the store.</summary>
    public static string Hex(this TestStore store, string column) => store.Connection is null
        ? $"lower(hex({column}))"
        : $"replace({column}::text, '-', '')";

    /// <summary>Runs a statement; the server is down.</summary>
    /// <returns>How many rows it changed.</returns>
    public static Task<int> CutAsync(this TestStore store, string sql) =>
        store.WithAsync(sql, static statement => statement.ExecuteNonQueryAsync());

    /// <summary>The texts that a query of one column gives.</summary>
    public static Task<List<string>> TextsAsync(this TestStore store, string sql) => store.WithAsync(
        sql,
        static async statement =>
        {
            var texts = new List<string>();
            await using var rows = await statement.ExecuteReaderAsync();
            while (await rows.ReadAsync()) texts.Add(rows.GetString(0));
            return texts;
        });

    private static async Task<T> WithAsync<T>(this TestStore store, string sql, Func<DbCommand, Task<T>> run)
    {
        var file = new SqliteConnectionStringBuilder
        {
            DataSource = Path.Combine(store.Folder, "data", "journal.db"),
            Pooling = false,
        };
        await using DbConnection connection = store.Connection is { } postgres
            ? new NpgsqlConnection(new NpgsqlConnectionStringBuilder(postgres) { Pooling = false }.ToString())
            : new SqliteConnection(file.ToString());
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Tests write their own statements.
        command.CommandText = sql;
#pragma warning restore CA2100
        return await run(command);
    }
}
