using MartechGrains.Journal.Contracts;
using Npgsql;

namespace MartechGrains.Journal.Postgres;

/// <summary>
/// Keeps a schema of a PostgreSQL database for one server, by an advisory lock on a connection of its own. PostgreSQL
/// lets go of it when the server ends, however it ends. A connection that breaks is made anew, and the lock taken
/// again.
/// </summary>
public sealed class PostgresDatabaseLock : IAsyncDisposable
{
    /// <summary>How long a start waits for one that was killed just before to be noticed.</summary>
    public static readonly TimeSpan TakeLimit = TimeSpan.FromSeconds(3);

    /// <summary>Time between two attempts to take it.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    // So that PostgreSQL notices within half a minute that a machine is gone; and no limit may end the wait.
    private const string SessionSettings = "-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5"
        + " -c tcp_keepalives_count=3 -c idle_session_timeout=0";

    // The second key is the schema's, since several deployments may share a database.
    private const string TryLock = "SELECT pg_try_advisory_lock(1835466754, hashtext(current_schema()))";

    private const string EndOwn = """
        SELECT pg_terminate_backend(pid) FROM pg_locks
        WHERE locktype = 'advisory' AND classid = 1835466754 AND objsubid = 2 AND granted AND pid = $1
            AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
        """;

    private readonly string _connectionString;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _closing = new();
    private readonly TaskCompletionSource _taken = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _loop;

    private PostgresDatabaseLock(string connectionString, NpgsqlConnection connection, TimeProvider time)
    {
        (_connectionString, _time) = (connectionString, time);
        _loop = KeepAsync(connection);
    }

    /// <summary>Completes when another server has the lock: this one must end.</summary>
    public Task Taken => _taken.Task;

    /// <summary>Takes the lock.</summary>
    /// <exception cref="DataFolderInUseException">Another server has it.</exception>
    /// <exception cref="StoreUnavailableException">PostgreSQL cannot be reached.</exception>
    public static async Task<PostgresDatabaseLock> TakeAsync(
        string connectionString, TimeProvider time, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(time);
        var settings = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false, KeepAlive = 10 };
        settings.Options = string.IsNullOrEmpty(settings.Options)
            ? SessionSettings : $"{SessionSettings} {settings.Options}";
        settings.ApplicationName = "martechgrains-lock";
        var own = settings.ToString();
        var began = time.GetTimestamp();
        while (true)
        {
            try
            {
                if (await ConnectAndLockAsync(own, null, cancellationToken).ConfigureAwait(false) is { } connection)
                    return new PostgresDatabaseLock(own, connection, time);
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                throw PostgresErrors.Translate(error);
            }
            if (time.GetElapsedTime(began) > TakeLimit)
                throw new DataFolderInUseException(
                    "Another server works on this PostgreSQL database, and two would read behind each other's backs. "
                    + "Stop the other, or choose another database.");
            await Task.Delay(Pause, time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Lets go of the lock.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_closing.IsCancellationRequested) return;
        await _closing.CancelAsync().ConfigureAwait(false);
        // It ends by being cancelled.
        await _loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _closing.Dispose();
    }

    /// <summary>A connection that has the lock; null where somebody else has.</summary>
    private static async Task<NpgsqlConnection?> ConnectAndLockAsync(
        string connectionString, int? before, CancellationToken cancellationToken)
    {
        var connection = new NpgsqlConnection(connectionString);
        try
        {
            await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
            if (await AskAsync(connection, TryLock, null, cancellationToken).ConfigureAwait(false)) return connection;
            // Perhaps it is our own connection of before, whose end PostgreSQL has not noticed.
            if (before is { } process
                && await AskAsync(connection, EndOwn, process, cancellationToken).ConfigureAwait(false)
                && await AskAsync(connection, TryLock, null, cancellationToken).ConfigureAwait(false))
                return connection;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
        await connection.DisposeAsync().ConfigureAwait(false);
        return null;
    }

    private static async Task<bool> AskAsync(
        NpgsqlConnection connection, string question, int? parameter, CancellationToken cancellationToken)
    {
#pragma warning disable CA2100 // Only the constants of this class come here.
        var command = new NpgsqlCommand(question, connection);
#pragma warning restore CA2100
        await using (command.ConfigureAwait(false))
        {
            if (parameter is { } value) command.Parameters.Add(new NpgsqlParameter { Value = value });
            return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is true;
        }
    }

    private async Task KeepAsync(NpgsqlConnection first)
    {
        var connection = first;
        var refusals = 0;
        while (true)
        {
            var process = connection.ProcessID;
            await WaitForEndAsync(connection).ConfigureAwait(false);
            NpgsqlConnection? next = null;
            while (next is null)
            {
                _closing.Token.ThrowIfCancellationRequested();
                try
                {
                    next = await ConnectAndLockAsync(_connectionString, process, _closing.Token).ConfigureAwait(false);
                    // The own connection of before takes a moment to end.
                    if (next is null && ++refusals * Pause > TakeLimit)
                    {
                        _taken.TrySetResult();
                        return;
                    }
                }
                catch (Exception error) when (error is NpgsqlException or IOException or TimeoutException)
                {
                    // PostgreSQL is away, for all alike: nobody else can take the lock either.
                    refusals = 0;
                }
                if (next is null) await Task.Delay(Pause, _time, _closing.Token).ConfigureAwait(false);
            }
            (connection, refusals) = (next, 0);
        }
    }

    /// <summary>Returns when the connection is broken; throws when this closes.</summary>
    private async Task WaitForEndAsync(NpgsqlConnection connection)
    {
        await using var dispose = connection.ConfigureAwait(false);
        try
        {
            while (true) await connection.WaitAsync(_closing.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (error is NpgsqlException or IOException or InvalidOperationException)
        {
            // It is broken.
        }
    }
}
