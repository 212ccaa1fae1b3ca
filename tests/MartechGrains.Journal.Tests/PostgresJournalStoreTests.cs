using MartechGrains.Journal.Contracts;
using MartechGrains.Journal.Postgres;
using MartechGrains.Journal.Writing;
using MartechGrains.Testing;
using Npgsql;
using Xunit;
using static MartechGrains.Journal.Tests.Sample;
using static MartechGrains.Journal.Contracts.WriteStatus;

namespace MartechGrains.Journal.Tests;

public sealed class PostgresJournalStoreTests : JournalStoreSuite
{
    private PostgresDatabase? _database;

    protected override async Task CreateAsync() => _database = await PostgresServer.CreateDatabaseAsync();

    protected override async Task DestroyAsync()
    {
        if (_database is not null)
            await _database.DisposeAsync();
    }

    protected override Task<IJournalStore> OpenAsync() =>
        Task.FromResult<IJournalStore>(new PostgresJournalStore(_database!.ConnectionString));

    protected override Task<IJournalStore> OpenOtherAsync() => OpenAsync();

    protected override Task ExecuteAsync(string sql) => _database!.ExecuteAsync(sql);

    [SkippableFact]
    public async Task A_constraint_of_the_database_itself_fails_the_guilty_only()
    {
        await ExecuteAsync("ALTER TABLE journal ADD CONSTRAINT picky CHECK (kind <> 77)");
        await CheckGuiltyAsync();
    }

    [SkippableFact]
    public async Task A_row_of_another_process_fences_only_its_home_although_the_copy_fails_as_a_whole()
    {
        await using var writer = await JournalWriter.StartAsync(Store, "w");
        var rows = Rows(Home(1), 2);
        Assert.Equal(Committed, (await writer.WriteAsync(Append(rows[0]))).Status);
        // The writer believes that row 1 is the last.
        await using var other = await OpenOtherAsync();
        var outcomes = new WriteOutcome[1];
        await other.CommitAsync(await other.RegisterWriterAsync("o"), [Append(rows[1])], outcomes);
        var writes = Enumerable.Range(2, 50).Select(i => writer.WriteAsync(Append(Home((ulong)i))).AsTask())
            .Prepend(writer.WriteAsync(At(Home(1), 2)).AsTask()).ToArray();
        var statuses = (await Task.WhenAll(writes)).Select(outcome => outcome.Status).ToArray();
        Assert.Equal(Fenced, statuses[0]);
        Assert.All(statuses[1..], status => Assert.Equal(Committed, status));
    }

    [SkippableFact]
    public async Task Migrating_from_several_processes_at_once_works()
    {
        await using var empty = await PostgresServer.CreateDatabaseAsync();
        var stores = Enumerable.Range(0, 4).Select(_ => new PostgresJournalStore(empty.ConnectionString)).ToArray();
        await Task.WhenAll(stores.Select(store => store.MigrateAsync()));
        Assert.Equal(1, await stores[0].RegisterWriterAsync("w"));
        foreach (var store in stores)
            await store.DisposeAsync();
    }

    [SkippableFact]
    public async Task A_look_waits_for_the_transaction_in_question_and_ends_it_where_it_hangs()
    {
        var writer = await Store.RegisterWriterAsync("w");
        // A transaction as a lost connection leaves it: it holds the writer's lock and could still be committed.
        await using var lost = new NpgsqlConnection(_database!.ConnectionString);
        await lost.OpenAsync();
        await using var transaction = await lost.BeginTransactionAsync();
        await using (var command = new NpgsqlCommand("SELECT pg_advisory_xact_lock($1, $2)", lost))
        {
            command.Parameters.Add(new NpgsqlParameter { Value = 0x6d67_0001 });
            command.Parameters.Add(new NpgsqlParameter { Value = writer });
            await command.ExecuteNonQueryAsync();
        }
        Assert.False((await Store.ArePresentAsync(writer, [Append(Home(1))]))[0]);
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => transaction.CommitAsync());
    }

    [SkippableFact]
    public async Task A_server_that_drops_every_connection_loses_nothing_acknowledged()
    {
        await using var writer = await JournalWriter.StartAsync(Store, "w",
            new JournalWriterOptions { MaxBatchRows = 5 });
        var writes = new List<Task<WriteOutcome>>();
        for (var i = 1; i <= 400; i++)
        {
            writes.Add(writer.WriteAsync(Append(Home((ulong)i))).AsTask());
            if (i % 50 == 0)
            {
                await _database!.ExecuteAsync(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    + "WHERE application_name = 'martechgrains-journal' AND datname = current_database()");
                await writes[^1];
            }
        }
        Assert.All(await Task.WhenAll(writes), outcome => Assert.Equal(Committed, outcome.Status));
        Assert.Equal(400L, await _database!.ScalarAsync("SELECT count(*) FROM journal"));
    }

    [SkippableFact]
    public async Task Commits_that_may_be_lost_are_refused_at_the_start()
    {
        await ExecuteAsync(
            "DO $$ BEGIN "
            + "EXECUTE format('ALTER DATABASE %I SET synchronous_commit = off', current_database()); END $$");
        await using var store = await OpenOtherAsync();
        await Assert.ThrowsAsync<StoreSetupException>(() => store.MigrateAsync());
    }

    [SkippableFact]
    public async Task A_server_that_is_not_there_is_unavailable()
    {
        await using var store = new PostgresJournalStore("Host=127.0.0.1;Port=1;Username=nobody;Database=none");
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.ReadHeadAsync(Home(1)));
    }
}
