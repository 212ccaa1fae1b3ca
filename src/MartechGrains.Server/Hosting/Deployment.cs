using System.Data.Common;
using MartechGrains.Core.Identity;
using MartechGrains.Grains.Adoption;
using MartechGrains.Grains.Hosting;
using MartechGrains.Grains.Registry;
using MartechGrains.Journal.Clocks;
using MartechGrains.Journal.Contracts;
using MartechGrains.Journal.Postgres;
using MartechGrains.Journal.Sealing;
using MartechGrains.Journal.Sqlite;
using MartechGrains.Journal.Writing;
using MartechGrains.Server.Settings;

namespace MartechGrains.Server.Hosting;

/// <summary>
/// What a server stands on: keys, store, writer, policy. Opened before the silo starts, closed after it stops.
/// </summary>
internal sealed class Deployment : IAsyncDisposable
{
    private readonly PostgresDatabaseLock? _database;

    private Deployment(SiloResources resources, PostgresDatabaseLock? database, ServerOptions options)
    {
        _database = database;
        (Resources, Policy) = (resources, options.Policy.Given);
        StoreName = options.Store.Postgres is null ? "sqlite" : "postgresql";
        (RegistryInvariant, RegistryConnection) = RegistryOf(options);
    }

    /// <summary>What the silo works with.</summary>
    public SiloResources Resources { get; }

    /// <summary>The store's kind, without secrets.</summary>
    public string StoreName { get; }

    /// <summary>The identity policy that this server was started with; null where it was given none.</summary>
    public PolicyVersion? Policy { get; }

    /// <summary>The ADO.NET invariant under which low-rate grain state is kept.</summary>
    public string RegistryInvariant { get; }

    /// <summary>Where it is kept. A secret.</summary>
    public string RegistryConnection { get; }

    /// <summary>Completes when another server has taken the database; never where nobody can.</summary>
    public Task Taken => _database?.Taken ?? Task.Delay(Timeout.Infinite);

    /// <summary>What the process ends with: not 0 where it could not write any more.</summary>
    public int ExitCode => Resources.Writer.Ended.IsFaulted || _database?.Taken.IsCompleted is true ? 1 : 0;

    /// <summary>Opens what the options name.</summary>
    /// <exception cref="StartException">Something cannot be opened, or does not belong together.</exception>
    public static async Task<Deployment> OpenAsync(ServerOptions options, TimeProvider time,
        CancellationToken cancellationToken)
    {
        var folder = options.Store.Data;
        MakeFolder(folder);
        var loaded = DeploymentKeys.Load(folder);
        IJournalStore store = options.Store.Postgres is { } connection
            ? new PostgresJournalStore(connection)
            : OpenFolder(folder);
        PostgresDatabaseLock? database = null;
        try
        {
            if (options.Store.Postgres is { } shared)
                database = await PostgresDatabaseLock.TakeAsync(shared, time, cancellationToken);
            await store.MigrateAsync(cancellationToken);
            var secrets = await DeploymentKeys.ConfirmAsync(loaded, folder, store, cancellationToken);
            var (invariant, registry) = RegistryOf(options);
            if (options.Store.Postgres is null)
                PrivateFile.PrepareDatabase(Path.Combine(folder, DataFolder.RegistryName));
            await RegistrySchema.MigrateAsync(invariant, registry, cancellationToken);
            var writer = await JournalWriter.StartAsync(
                store, $"{Environment.MachineName}:{options.Network.SiloPort}", options.Journal with { Time = time },
                cancellationToken);
            var clock = new ClockGate(store, options.Store.MaxClockOffset, time);
            await clock.CheckAsync(cancellationToken);
            var resources = new SiloResources(
                store, writer, secrets.WrappingKey, RandomBlock.Fill,
                new IdentifierKeyDerivation(secrets.IdentifierSecret.Span), new PolicyCache(), clock, time);
            return new Deployment(resources, database, options);
        }
        catch (Exception error)
        {
            await store.DisposeAsync();
            if (database is not null) await database.DisposeAsync();
            if (error is StoreUnavailableException or DbException)
                throw new StartException($"{SettingFault.Sentence(error.Message)} {Remedy(options.Store)}", error);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Resources.Writer.DisposeAsync();
        await Resources.Store.DisposeAsync();
        if (_database is not null) await _database.DisposeAsync();
        Resources.WrappingKey.Dispose();
    }

    private static (string Invariant, string Connection) RegistryOf(ServerOptions options) =>
        options.Store.Postgres is { } postgres
        ? (RegistrySchema.Postgres, postgres)
        : (RegistrySchema.Sqlite, new DbConnectionStringBuilder
        {
            ["Data Source"] = Path.Combine(options.Store.Data, DataFolder.RegistryName),
        }.ConnectionString);

    private static string Remedy(StoreOptions store) => store.Postgres is null
        ? $"Look into {Path.GetFullPath(store.Data)}: what is damaged there must come from a copy."
        : "Check host, port, database, user and password of postgres.";

    private static SqliteJournalStore OpenFolder(string folder)
    {
        try
        {
            return new SqliteJournalStore(folder);
        }
        catch (UnauthorizedAccessException error)
        {
            throw new StartException(
                $"The data folder {Path.GetFullPath(folder)} cannot be written: {SettingFault.Sentence(error.Message)} "
                + "Choose another by --data, or let this user write there.",
                error);
        }
    }

    private static void MakeFolder(string folder)
    {
        try
        {
            DataFolder.Prepare(folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StartException(
                $"The data folder {Path.GetFullPath(folder)} cannot be made: {SettingFault.Sentence(error.Message)} "
                + "Choose another by --data.",
                error);
        }
    }
}
