using System.Security.Cryptography;
using MartechGrains.Journal.Contracts;
using MartechGrains.Journal.Stores;
using Npgsql;
using static MartechGrains.Journal.Postgres.Statements;

namespace MartechGrains.Journal.Postgres;

/// <summary>
/// The journal in a PostgreSQL database, for any number of processes. What is committed survives the server's crash;
/// it survives the loss of the server only where replication is synchronous.
/// </summary>
public sealed partial class PostgresJournalStore : IJournalStore
{
    private const int ConnectTimeoutSeconds = 5;
    private const int CommandTimeoutSeconds = 15;
    private const int MaxPreparedStatements = 64;
    private const int LockTimeoutMs = 2_000;

    // A transaction whose process is gone, or cut off, must not hold its writer's lock for ever. And a plan made while
    // a table was empty lives as long as its connection: every statement here has an index to go by, so no other way is
    // considered.
    private const string SessionSettings = "-c idle_in_transaction_session_timeout=15000"
        + " -c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off";

    private readonly NpgsqlDataSource _source;
    private readonly HeadCache _heads = new();

    /// <summary>Prepares the store; connects when first used.</summary>
    /// <param name="connectionString">For Npgsql. The user needs to create tables in the first schema of its search
    /// path.</param>
    /// <exception cref="ArgumentException">The connection string cannot be read.</exception>
    public PostgresJournalStore(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString)
        {
            MaxAutoPrepare = MaxPreparedStatements,
            AutoPrepareMinUsages = 2,
            NoResetOnClose = true,
            Timeout = ConnectTimeoutSeconds,
            CommandTimeout = CommandTimeoutSeconds,
            Enlist = false,
        };
        settings.Options = string.IsNullOrEmpty(settings.Options)
            ? SessionSettings : $"{SessionSettings} {settings.Options}";
        settings.ApplicationName ??= "martechgrains-journal";
        _source = NpgsqlDataSource.Create(settings);
    }

    /// <inheritdoc/>
    public async Task MigrateAsync(CancellationToken cancellationToken = default)
    {
        var scripts = EmbeddedSchema.Load("Postgres");
        await WithConnectionAsync(
            async connection =>
            {
                await PostgresMigration.RefuseLossAsync(connection, cancellationToken).ConfigureAwait(false);
                var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
                await using (transaction.ConfigureAwait(false))
                {
                    await PostgresMigration.RunAsync(connection, scripts, cancellationToken).ConfigureAwait(false);
                    await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
                }
                return true;
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public Task<int> RegisterWriterAsync(string name, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        return WithConnectionAsync(
            async connection =>
            {
                var number = 0;
                await QueryAsync(
                    connection,
                    PostgresSql.RegisterWriter,
                    row => number = row.GetInt32(0),
                    cancellationToken,
                    Value(name))
                    .ConfigureAwait(false);
                return number;
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public async Task CommitAsync(
        int writer,
        IReadOnlyList<StoreWrite> batch,
        WriteOutcome[] outcomes,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(outcomes);
        await WithConnectionAsync(
            async connection =>
            {
                var commit = new PostgresCommit(connection, writer, batch, outcomes, _heads);
                try
                {
                    await commit.PrepareAsync(cancellationToken).ConfigureAwait(false);
                    await FinishAsync(commit).ConfigureAwait(false);
                }
                catch
                {
                    commit.Forget();
                    await RollBackAsync(connection).ConfigureAwait(false);
                    throw;
                }
                return true;
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<bool[]> ArePresentAsync(
        int writer, IReadOnlyList<StoreWrite> batch, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(batch);
        try
        {
            return await LookAsync(writer, batch, cancellationToken).ConfigureAwait(false);
        }
        catch (StoreUnavailableException error)
            when (error.InnerException is PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable })
        {
            // The transaction in question hangs: end it, so that it can no longer be committed behind our back.
            await WithConnectionAsync(
                async connection =>
                {
                    await QueryAsync(
                        connection,
                        PostgresSql.EndLockHolders,
                        static _ => { },
                        cancellationToken,
                        Value((long)PostgresCommit.WriterLock),
                        Value((long)writer)).ConfigureAwait(false);
                    return true;
                },
                cancellationToken).ConfigureAwait(false);
            return await LookAsync(writer, batch, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public Task ProbeAsync(CancellationToken cancellationToken = default) => WithConnectionAsync(
        async connection =>
        {
            await QueryAsync(
                connection, PostgresSql.PutProbe, static _ => { }, cancellationToken,
                Value(RandomNumberGenerator.GetBytes(StoreLimits.ProbeBytes))).ConfigureAwait(false);
            return true;
        },
        cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _source.DisposeAsync();

    private Task<bool[]> LookAsync(int writer, IReadOnlyList<StoreWrite> batch, CancellationToken cancellationToken) =>
        WithConnectionAsync(
            async connection =>
            {
                var present = new bool[batch.Count];
                var statements = new Statements(connection);
                await using (statements.ConfigureAwait(false))
                {
                    statements.Run(PostgresSql.Begin).Run($"SET LOCAL lock_timeout = {LockTimeoutMs}").Read(
                        PostgresSql.LockWriter, static _ => { }, Value(PostgresCommit.WriterLock), Value(writer));
                    PostgresPresence.Add(statements, batch, present);
                    statements.Run("COMMIT");
                    try
                    {
                        await statements.ExecuteAsync(cancellationToken).ConfigureAwait(false);
                    }
                    catch
                    {
                        await RollBackAsync(connection).ConfigureAwait(false);
                        throw;
                    }
                }
                return present;
            },
            cancellationToken);

    private static async Task FinishAsync(PostgresCommit commit)
    {
        try
        {
            await commit.FinishAsync().ConfigureAwait(false);
        }
        catch (Exception error) when (!PostgresErrors.IsRolledBack(error))
        {
            throw new AmbiguousCommitException($"PostgreSQL did not answer a commit: {error.Message}", error);
        }
    }

    private static async Task RollBackAsync(NpgsqlConnection connection)
    {
        try
        {
            var statements = new Statements(connection).Run("ROLLBACK");
            await using (statements.ConfigureAwait(false))
                await statements.ExecuteAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception error) when (error is NpgsqlException or InvalidOperationException or IOException)
        {
            // The connection is broken, and the server rolls back by itself.
            await connection.CloseAsync().ConfigureAwait(false);
        }
    }

    private async Task<T> WithConnectionAsync<T>(
        Func<NpgsqlConnection, Task<T>> work, CancellationToken cancellationToken)
    {
        try
        {
            var connection = await _source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
            await using (connection.ConfigureAwait(false))
                return await work(connection).ConfigureAwait(false);
        }
        catch (Exception error) when (error is not (JournalException or OperationCanceledException))
        {
            throw PostgresErrors.Translate(error);
        }
    }
}
