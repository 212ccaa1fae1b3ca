using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace MartechGrains.Journal.Sqlite;

/// <summary>One connection with its prepared statements. Not for several threads at a time.</summary>
internal sealed class SqliteSession : IDisposable
{
    private const int BusyTimeoutMs = 5_000;
    private readonly SqliteConnection _connection;
    private readonly Dictionary<string, SqliteStatement> _statements = new(StringComparer.Ordinal);

    public SqliteSession(string path, bool writes)
    {
        var settings = new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = writes ? SqliteOpenMode.ReadWriteCreate : SqliteOpenMode.ReadWrite,
            Pooling = false,
        };
        _connection = new SqliteConnection(settings.ToString());
        try
        {
            _connection.Open();
            Execute($"PRAGMA busy_timeout = {BusyTimeoutMs}");
            if (writes)
                Execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -65536");
            else
                Execute("PRAGMA query_only = ON; PRAGMA cache_size = -8192");
        }
        catch
        {
            _connection.Dispose();
            throw;
        }
    }

    /// <summary>The statement of this text, prepared once.</summary>
    public SqliteStatement Get(string sql)
    {
        if (_statements.TryGetValue(sql, out var statement))
            return statement;
        var result = raw.sqlite3_prepare_v3(_connection.Handle, sql, raw.SQLITE_PREPARE_PERSISTENT, out var prepared);
        if (result != raw.SQLITE_OK)
            SqliteException.ThrowExceptionForRC(result, _connection.Handle);
        statement = new SqliteStatement(_connection.Handle!, prepared);
        _statements.Add(sql, statement);
        return statement;
    }

    /// <summary>Runs statements that are needed once.</summary>
    public void Execute(string sql)
    {
        using var command = _connection.CreateCommand();
#pragma warning disable CA2100 // Only constants and the program's own schema scripts come here.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    public void Dispose()
    {
        foreach (var statement in _statements.Values)
            statement.Dispose();
        _connection.Dispose();
    }
}
