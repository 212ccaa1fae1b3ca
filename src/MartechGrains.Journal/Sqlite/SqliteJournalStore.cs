using System.Security.Cryptography;
using MartechGrains.Journal.Contracts;
using MartechGrains.Journal.Sealing;
using MartechGrains.Journal.Stores;
using Microsoft.Data.Sqlite;
using static SQLitePCL.raw;

namespace MartechGrains.Journal.Sqlite;

/// <summary>
/// The journal in one file of a data folder, for one process. Every commit is synced to the disk before it returns.
/// </summary>
public sealed partial class SqliteJournalStore : IJournalStore
{
    /// <summary>The database's name in the data folder.</summary>
    public const string FileName = "journal.db";

    private readonly DataFolderLock _lock;
    private readonly string _path;
    private readonly SqliteCommitThread _thread = new();
    private readonly SqliteReaders _readers;
    private readonly HeadCache _heads = new();
    private SqliteSession? _session;
    private bool _disposed;

    /// <summary>Takes the folder for this process, and creates it where it is missing.</summary>
    /// <exception cref="DataFolderInUseException">Another process, or another store of this one, has it.</exception>
    public SqliteJournalStore(string folder)
    {
        _lock = DataFolderLock.Take(folder);
        _path = Path.Combine(folder, FileName);
        try
        {
            PrivateFile.PrepareDatabase(_path);
        }
        catch
        {
            _lock.Dispose();
            throw;
        }
        _readers = new SqliteReaders(_path);
    }

    /// <inheritdoc/>
    public Task MigrateAsync(CancellationToken cancellationToken = default) => OnThread(session =>
    {
        var scripts = EmbeddedSchema.Load("Sqlite");
        session.Execute("BEGIN IMMEDIATE");
        session.Execute("CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL)");
        var statement = session.Get("SELECT coalesce(max(version), 0) FROM schema_version");
        statement.Step();
        var found = statement.Int(0);
        statement.Reset();
        EmbeddedSchema.RefuseNewer(found, scripts.Count);
        for (var version = found; version < scripts.Count; version++)
        {
            session.Execute(scripts[version]);
            session.Get("INSERT INTO schema_version (version) VALUES (?)").Bind(version + 1).Run();
        }
        session.Execute("COMMIT");
        return true;
    });

    /// <inheritdoc/>
    public Task<int> RegisterWriterAsync(string name, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        return OnThread(session =>
        {
            var statement = session.Get(SqliteSql.RegisterWriter).Bind(name);
            statement.Step();
            var number = statement.Int(0);
            statement.Run();
            return number;
        });
    }

    /// <inheritdoc/>
    public Task CommitAsync(
        int writer,
        IReadOnlyList<StoreWrite> batch,
        WriteOutcome[] outcomes,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(outcomes);
        cancellationToken.ThrowIfCancellationRequested();
        return OnThread(session =>
        {
            var plan = new BatchPlan(batch);
            session.Get("BEGIN IMMEDIATE").Run();
            SqliteCommit.Write(session, writer, batch, plan, _heads, outcomes);
            Commit(session);
            _heads.Keep(plan.Heads);
            return true;
        });
    }

    /// <inheritdoc/>
    public Task<bool[]> ArePresentAsync(
        int writer, IReadOnlyList<StoreWrite> batch, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return OnThread(session =>
        {
            var present = new bool[batch.Count];
            for (var i = 0; i < present.Length; i++)
                present[i] = SqliteCommit.IsPresent(session, batch[i]);
            return present;
        });
    }

    /// <inheritdoc/>
    public Task ProbeAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return OnThread(session =>
        {
            session.Get("BEGIN IMMEDIATE").Run();
            session.Get(SqliteSql.PutProbe).Bind(RandomNumberGenerator.GetBytes(StoreLimits.ProbeBytes)).Run();
            Commit(session);
            return true;
        });
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
            return;
        _disposed = true;
        await _thread.RunAsync(() =>
        {
            CloseSession();
            return true;
        }).ConfigureAwait(false);
        _thread.Dispose();
        _readers.Dispose();
        _lock.Dispose();
    }

    private static void Commit(SqliteSession session)
    {
        try
        {
            session.Get("COMMIT").Run();
        }
        catch (SqliteException error) when (error.SqliteErrorCode != SQLITE_BUSY)
        {
            throw new AmbiguousCommitException($"SQLite could not finish a commit: {error.Message}", error)
            {
                RefusesWrites = RefusesWrites(error),
            };
        }
    }

    /// <summary>Runs work on the writing connection and leaves no transaction behind.</summary>
    private Task<T> OnThread<T>(Func<SqliteSession, T> work) => _thread.RunAsync(() =>
    {
        try
        {
            _session ??= new SqliteSession(_path, writes: true);
            return work(_session);
        }
        catch (Exception error)
        {
            // A new connection rolls back, and has no doubtful state.
            CloseSession();
            if (error is SqliteException sqlite)
                throw Translate(sqlite);
            throw;
        }
    });

    private void CloseSession()
    {
        _session?.Dispose();
        _session = null;
    }

    private static JournalException Translate(SqliteException error) => error.SqliteErrorCode switch
    {
        SQLITE_CONSTRAINT => new BatchRejectedException(
            error.Message, error.SqliteExtendedErrorCode == SQLITE_CONSTRAINT_UNIQUE, error),
        SQLITE_TOOBIG or SQLITE_MISMATCH or SQLITE_RANGE => new BatchRejectedException(error.Message, false, error),
        _ => new StoreUnavailableException($"The journal could not be written: {error.Message}", error)
        {
            RefusesWrites = RefusesWrites(error),
        },
    };

    /// <summary>All but somebody else's lock: a full or bad disk, a file or folder that may not be written.</summary>
    private static bool RefusesWrites(SqliteException error) =>
        error.SqliteErrorCode is not (SQLITE_BUSY or SQLITE_LOCKED or SQLITE_INTERRUPT or SQLITE_SCHEMA);
}
