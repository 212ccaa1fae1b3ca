using System.Data.Common;
using System.Reflection;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace MartechGrains.Grains.Registry;

/// <summary>The tables of low-rate grain state, on SQLite and PostgreSQL.</summary>
public static class RegistrySchema
{
    /// <summary>Orleans' name of SQLite; it loads Microsoft.Data.Sqlite.</summary>
    public const string Sqlite = "System.Data.SQLite";

    /// <summary>Orleans' name of PostgreSQL.</summary>
    public const string Postgres = "Npgsql";

    /// <summary>
    /// Creates the tables, or brings their queries up to date; to be awaited before the silo starts. May be called
    /// again and from several processes.
    /// </summary>
    /// <param name="invariant"><see cref="Sqlite"/> or <see cref="Postgres"/>.</param>
    /// <param name="connectionString">The database; a SQLite file is created where it is missing.</param>
    /// <param name="cancellationToken">Gives up; nothing is half done.</param>
    /// <exception cref="ArgumentException">Another invariant.</exception>
    /// <exception cref="DbException">The database cannot be reached or refuses.</exception>
    public static async Task MigrateAsync(
        string invariant, string connectionString, CancellationToken cancellationToken = default)
    {
        RequireKnown(invariant);
        await using DbConnection connection = invariant == Sqlite
            ? new SqliteConnection(connectionString)
            : new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.Transaction = transaction;
#pragma warning disable CA2100 // The script is a resource of this assembly.
        command.CommandText = ReadScript(invariant == Sqlite ? "Registry.Sqlite.sql" : "Registry.Postgres.sql");
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    internal static void RequireKnown(string invariant)
    {
        if (invariant is not (Sqlite or Postgres))
            throw new ArgumentException(
                $"Grain state is kept in {Sqlite} or {Postgres}, not {invariant}.", nameof(invariant));
    }

    private static string ReadScript(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The resource {name} is missing.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
