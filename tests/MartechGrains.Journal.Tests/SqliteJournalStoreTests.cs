using MartechGrains.Journal.Contracts;
using MartechGrains.Journal.Entries;
using MartechGrains.Journal.Sqlite;
using MartechGrains.Testing;
using Microsoft.Data.Sqlite;
using Xunit;
using static MartechGrains.Journal.Tests.Sample;

namespace MartechGrains.Journal.Tests;

public sealed class SqliteJournalStoreTests : JournalStoreSuite
{
    private string _folder = "";

    protected override Task CreateAsync()
    {
        _folder = TestFolder.Create("journal");
        return Task.CompletedTask;
    }

    protected override Task DestroyAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return Task.CompletedTask;
    }

    protected override Task<IJournalStore> OpenAsync() =>
        Task.FromResult<IJournalStore>(new SqliteJournalStore(_folder));

    protected override Task<IJournalStore> OpenOtherAsync() => Task.FromResult(Store);

    protected override Task ExecuteAsync(string sql)
    {
        var path = Path.Combine(_folder, SqliteJournalStore.FileName);
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Tests write their own statements.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
        return Task.CompletedTask;
    }

    [Fact]
    public void A_second_process_is_kept_out_of_the_folder()
    {
        var error = Assert.Throws<DataFolderInUseException>(() => new SqliteJournalStore(_folder));
        Assert.Contains(_folder, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_committed_before_a_kill_is_there_after_it()
    {
        await CommitAsync(Append(Home(1), 5), Pointer(1, 1, home: 1));
        // The files as a killed process leaves them: the log is not yet in the database.
        var killed = Path.Combine(_folder, "killed");
        Directory.CreateDirectory(killed);
        foreach (var name in new[] { SqliteJournalStore.FileName, SqliteJournalStore.FileName + "-wal" })
            File.Copy(Path.Combine(_folder, name), Path.Combine(killed, name));
        Assert.True(new FileInfo(Path.Combine(killed, SqliteJournalStore.FileName + "-wal")).Length > 0);
        await using var store = new SqliteJournalStore(killed);
        await store.MigrateAsync();
        Assert.Equal(5, await store.ReadHeadAsync(Home(1)));
        Assert.Single(await store.ReadPointersAsync([Key(1)]));
        Assert.Null(HashChain.Verify(await ToListAsync(store.ReadHomeAsync(Home(1)))));
    }

    [Fact]
    public async Task A_constraint_of_the_database_itself_fails_the_guilty_only()
    {
        await ExecuteAsync("""
            CREATE TRIGGER picky BEFORE INSERT ON journal WHEN NEW.kind = 77
            BEGIN SELECT RAISE(ABORT, 'kind 77'); END
            """);
        await CheckGuiltyAsync();
    }
}
