using System.Collections.Concurrent;
using MartechGrains.Journal.Contracts;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace MartechGrains.Journal.Sqlite;

/// <summary>A bounded pool of connections that read, off the caller's thread.</summary>
internal sealed class SqliteReaders(string path) : IDisposable
{
    /// <summary>Most reads at a time; the others wait.</summary>
    private const int MaxReaders = 4;

    private readonly ConcurrentBag<SqliteSession> _idle = [];
    private readonly SemaphoreSlim _places = new(MaxReaders);

    /// <summary>Runs a read in one consistent view of the database.</summary>
    /// <exception cref="StoreUnavailableException">SQLite reports an error.</exception>
    public async Task<T> ReadAsync<T>(Func<SqliteSession, T> read, CancellationToken cancellationToken)
    {
        await _places.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await Task.Run(() => Read(read), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _places.Release();
        }
    }

    public void Dispose()
    {
        while (_idle.TryTake(out var session))
            session.Dispose();
        _places.Dispose();
    }

    private T Read<T>(Func<SqliteSession, T> read)
    {
        SqliteSession? session = null;
        try
        {
            if (!_idle.TryTake(out session))
                session = new SqliteSession(path, writes: false);
            session.Get("BEGIN").Run();
            var result = read(session);
            session.Get("COMMIT").Run();
            _idle.Add(session);
            return result;
        }
        catch (SqliteException error)
        {
            session?.Dispose();
            throw new StoreUnavailableException($"The journal could not be read: {error.Message}", error)
            {
                IsDamage = error.SqliteErrorCode == raw.SQLITE_CORRUPT,
            };
        }
        catch
        {
            session?.Dispose();
            throw;
        }
    }
}
