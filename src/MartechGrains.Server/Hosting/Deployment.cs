using System.Security.Cryptography;
using MartechGrains.Core.Identity;
using MartechGrains.Definitions;
using MartechGrains.Grains.Adoption;
using MartechGrains.Grains.Homes;
using MartechGrains.Grains.Registry;
using MartechGrains.Journal.Contracts;
using MartechGrains.Journal.Postgres;
using MartechGrains.Journal.Sealing;
using MartechGrains.Journal.Sqlite;
using MartechGrains.Journal.Writing;

namespace MartechGrains.Server.Hosting;

/// <summary>
/// What a server stands on: keys, store, writer, policy. Opened before the silo starts, closed after it stops.
/// </summary>
internal sealed class Deployment : IAsyncDisposable
{
    private readonly JournalWriter _writer;
    private readonly IJournalStore _store;

    private Deployment(
        HomeServices home, IdentifierKeyDerivation derivation, ServerOptions options, PolicyVersion? policy)
    {
        (Home, Derivation, Policy) = (home, derivation, policy);
        (_writer, _store) = (home.Writer, home.Store);
        StoreName = options.Postgres is null ? "sqlite" : "postgresql";
        (RegistryInvariant, RegistryConnection) = RegistryOf(options);
    }

    public HomeServices Home { get; }

    public IdentifierKeyDerivation Derivation { get; }

    /// <summary>The store's kind, without secrets.</summary>
    public string StoreName { get; }

    /// <summary>The identity policy that this server was started with; null where it was given none.</summary>
    public PolicyVersion? Policy { get; }

    /// <summary>The ADO.NET invariant under which low-rate grain state is kept.</summary>
    public string RegistryInvariant { get; }

    /// <summary>Where it is kept. A secret.</summary>
    public string RegistryConnection { get; }

    public static async Task<Deployment> OpenAsync(ServerOptions options, TimeProvider time,
        CancellationToken cancellationToken)
    {
        var policy = options.IdentityPolicy is { } path ? LoadPolicy(path) : null;
        Directory.CreateDirectory(options.Data);
        var secrets = KeyFile.LoadOrCreate(options.Data, RandomNumberGenerator.Fill);
        IJournalStore store = options.Postgres is { } connection
            ? new PostgresJournalStore(connection)
            : new SqliteJournalStore(options.Data);
        try
        {
            await store.MigrateAsync(cancellationToken);
            var (invariant, registry) = RegistryOf(options);
            await RegistrySchema.MigrateAsync(invariant, registry, cancellationToken);
            var writer = await JournalWriter.StartAsync(
                store, $"{Environment.MachineName}:{options.SiloPort}", new JournalWriterOptions { Time = time },
                cancellationToken);
            var home = new HomeServices(
                store, writer, secrets.WrappingKey, RandomBlock.Fill, new PolicyCache(), time);
            return new Deployment(home, new IdentifierKeyDerivation(secrets.IdentifierSecret.Span), options, policy);
        }
        catch
        {
            await store.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _writer.DisposeAsync();
        await _store.DisposeAsync();
        Home.WrappingKey.Dispose();
    }

    private static (string Invariant, string Connection) RegistryOf(ServerOptions options) =>
        options.Postgres is { } postgres
        ? (RegistrySchema.Postgres, postgres)
        : (RegistrySchema.Sqlite, $"Data Source={Path.Combine(options.Data, "registry.db")}");

    private static PolicyVersion LoadPolicy(string path)
    {
        string text;
        try
        {
            text = File.ReadAllText(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new OptionsException($"identity-policy cannot be read: {error.Message}");
        }
        if (text.Length > PolicyVersion.MaxYamlLength)
            throw new OptionsException(
                $"identity-policy has more than {PolicyVersion.MaxYamlLength} characters: shorten it.");
        var loaded = IdentityPolicyLoader.Load(text, path);
        return loaded.Definition is { } definition
            ? new PolicyVersion(definition.Policy.Version, text, 0, Environment.UserName, $"started with {path}")
            : throw new OptionsException(
                $"identity-policy is not valid:{Environment.NewLine}{string.Join(Environment.NewLine, loaded.Errors)}");
    }
}
