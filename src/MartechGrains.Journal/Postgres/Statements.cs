using Npgsql;
using NpgsqlTypes;

namespace MartechGrains.Journal.Postgres;

/// <summary>Several statements sent in one round trip, each with what to do with its rows.</summary>
internal sealed class Statements(NpgsqlConnection connection) : IAsyncDisposable
{
    private readonly NpgsqlBatch _batch = connection.CreateBatch();
    private readonly List<Action<NpgsqlDataReader>> _onRow = [];

    /// <summary>Adds a statement that returns no rows.</summary>
    public Statements Run(string sql, params ReadOnlySpan<NpgsqlParameter> parameters)
    {
        Add(sql, parameters);
        return this;
    }

    /// <summary>Adds a statement that returns rows.</summary>
    public Statements Read(string sql, Action<NpgsqlDataReader> onRow, params ReadOnlySpan<NpgsqlParameter> parameters)
    {
        Add(sql, parameters);
        _onRow.Add(onRow);
        return this;
    }

    /// <summary>Sends them.</summary>
    public async Task ExecuteAsync(CancellationToken cancellationToken)
    {
        var reader = await _batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
        {
            foreach (var onRow in _onRow)
            {
                while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                    onRow(reader);
                await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    public ValueTask DisposeAsync() => _batch.DisposeAsync();

    /// <summary>Runs one statement.</summary>
    public static async Task QueryAsync(
        NpgsqlConnection connection,
        string sql,
        Action<NpgsqlDataReader> onRow,
        CancellationToken cancellationToken,
        params NpgsqlParameter[] parameters)
    {
        var statements = new Statements(connection).Read(sql, onRow, parameters);
        await using (statements.ConfigureAwait(false))
            await statements.ExecuteAsync(cancellationToken).ConfigureAwait(false);
    }

    public static NpgsqlParameter Value<T>(T value) => new NpgsqlParameter<T> { TypedValue = value };

    public static NpgsqlParameter Optional(Guid? value) => new()
    {
        Value = value is { } given ? given : DBNull.Value,
        NpgsqlDbType = NpgsqlDbType.Uuid,
    };

    public static NpgsqlParameter Uuids(Guid[] values) => Array(values, NpgsqlDbType.Uuid);

    public static NpgsqlParameter Ints(int[] values) => Array(values, NpgsqlDbType.Integer);

    public static NpgsqlParameter Shorts(short[] values) => Array(values, NpgsqlDbType.Smallint);

    public static NpgsqlParameter Longs(long[] values) => Array(values, NpgsqlDbType.Bigint);

    public static NpgsqlParameter Texts(string[] values) => Array(values, NpgsqlDbType.Text);

    public static NpgsqlParameter Bytes(ReadOnlyMemory<byte>[] values) => Array(values, NpgsqlDbType.Bytea);

    private static NpgsqlParameter<T[]> Array<T>(T[] values, NpgsqlDbType type) =>
        new() { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | type };

    private void Add(string sql, ReadOnlySpan<NpgsqlParameter> parameters)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var parameter in parameters)
            command.Parameters.Add(parameter);
        _batch.BatchCommands.Add(command);
    }
}
