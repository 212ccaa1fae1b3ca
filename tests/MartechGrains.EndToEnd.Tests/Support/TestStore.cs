using MartechGrains.Testing;

namespace MartechGrains.EndToEnd.Tests.Support;

/// <summary>Where a server of a test keeps its data: a temporary folder, and a database where asked for.</summary>
public sealed class TestStore : IAsyncDisposable
{
    private readonly PostgresDatabase? _database;
    private readonly string? _connection;

    private TestStore(PostgresDatabase? database, string? connection = null)
    {
        _connection = connection ?? database?.ConnectionString;
        _database = database;
        Folder = TestFolder.Create("e2e");
    }

    /// <summary>The folder, for the embedded store, the deployment key and logs.</summary>
    public string Folder { get; }

    /// <summary>How the database is reached; null for the embedded store.</summary>
    public string? Connection => _connection;

    /// <summary>The server's options that name the store.</summary>
    public IEnumerable<string> Arguments
    {
        get
        {
            string[] folder = ["--data", Path.Combine(Folder, "data")];
            return _connection is null ? folder : [.. folder, "--postgres", _connection];
        }
    }

    /// <summary>The embedded store.</summary>
    public static TestStore Sqlite() => new(null);

    /// <summary>A database that is there; it is dropped at the end.</summary>
    internal static TestStore Of(PostgresDatabase database) => new(database);

    /// <summary>A database of its own that is reached another way; it is dropped at the end.</summary>
    internal static TestStore Of(PostgresDatabase database, string connection) => new(database, connection);

    /// <summary>A database of its own; skips the test, visibly, where there is no PostgreSQL.</summary>
    public static async Task<TestStore> PostgresAsync() => new(await PostgresServer.CreateDatabaseAsync());

    public async ValueTask DisposeAsync()
    {
        if (_database is not null)
            await _database.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }
}
