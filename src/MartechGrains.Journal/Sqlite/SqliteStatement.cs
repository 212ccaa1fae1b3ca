using MartechGrains.Journal.Stores;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace MartechGrains.Journal.Sqlite;

/// <summary>
/// A prepared statement, used over and over without allocating: the ADO.NET layer costs more than SQLite itself on
/// small rows. Parameters and columns are counted from 1 and 0, as in SQLite.
/// </summary>
internal sealed class SqliteStatement(sqlite3 database, sqlite3_stmt statement) : IDisposable
{
    private int _next = 1;

    public SqliteStatement Bind(long value)
    {
        Check(raw.sqlite3_bind_int64(statement, _next++, value));
        return this;
    }

    public SqliteStatement Bind(string value)
    {
        Check(raw.sqlite3_bind_text(statement, _next++, StoredText.Clean(value)));
        return this;
    }

    public SqliteStatement Bind(ReadOnlySpan<byte> value)
    {
        // A span without bytes may have no address, which would bind NULL.
        Check(value.IsEmpty
            ? raw.sqlite3_bind_zeroblob(statement, _next++, 0)
            : raw.sqlite3_bind_blob(statement, _next++, value));
        return this;
    }

    public SqliteStatement BindOrNull(ReadOnlySpan<byte> value)
    {
        if (!value.IsEmpty)
            return Bind(value);
        Check(raw.sqlite3_bind_null(statement, _next++));
        return this;
    }

    public SqliteStatement BindKey(UInt128 value)
    {
        Span<byte> bytes = stackalloc byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(bytes, value);
        return Bind(bytes);
    }

    /// <summary>Runs it to its end and returns how many rows it changed.</summary>
    public int Run()
    {
        while (Step())
        {
        }
        return raw.sqlite3_changes(database);
    }

    /// <summary>
    /// Moves to the next row; at the end, and on an error, makes the statement ready for new parameters.
    /// </summary>
    public bool Step()
    {
        var result = raw.sqlite3_step(statement);
        if (result == raw.SQLITE_ROW)
            return true;
        try
        {
            if (result != raw.SQLITE_DONE)
                SqliteException.ThrowExceptionForRC(result, database);
        }
        finally
        {
            Reset();
        }
        return false;
    }

    public void Reset()
    {
        // The result repeats the error of the last step, which has been dealt with.
        _ = raw.sqlite3_reset(statement);
        _next = 1;
    }

    public long Number(int column) => raw.sqlite3_column_int64(statement, column);

    public int Int(int column) => raw.sqlite3_column_int(statement, column);

    public string Text(int column) => raw.sqlite3_column_text(statement, column).utf8_to_string();

    public byte[] Bytes(int column) => raw.sqlite3_column_blob(statement, column).ToArray();

    public UInt128 Key(int column) =>
        System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(raw.sqlite3_column_blob(statement, column));

    public void Dispose() => statement.Dispose();

    private void Check(int result)
    {
        if (result != raw.SQLITE_OK)
            SqliteException.ThrowExceptionForRC(result, database);
    }
}
