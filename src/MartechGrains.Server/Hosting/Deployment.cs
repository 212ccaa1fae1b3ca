using System.Security.Cryptography;
using MartechGrains.Core.Identity;
using MartechGrains.Definitions;
using MartechGrains.Grains.Homes;
using MartechGrains.Journal;
using MartechGrains.Journal.Postgres;
using MartechGrains.Journal.Sealing;
using MartechGrains.Journal.Sqlite;

namespace MartechGrains.Server.Hosting;

/// <summary>What a server stands on: keys, store, writer, policy. Opened before the silo starts, closed after it stops.</summary>
internal sealed class Deployment : IAsyncDisposable
{
    private readonly JournalWriter _writer;
    private readonly IJournalStore _store;

    private Deployment(HomeServices home, IdentifierKeyDerivation derivation, string storeName)
    {
        (Home, Derivation, StoreName) = (home, derivation, storeName);
        (_writer, _store) = (home.Writer, home.Store);
    }

    public HomeServices Home { get; }

    public IdentifierKeyDerivation Derivation { get; }

    /// <summary>The store's kind, without secrets.</summary>
    public string StoreName { get; }

    public static async Task<Deployment> OpenAsync(ServerOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        var policy = LoadPolicy(options.IdentityPolicy);
        var secrets = KeyFile.LoadOrCreate(options.Data, RandomNumberGenerator.Fill);
        IJournalStore store = options.Postgres is { } connection
            ? new PostgresJournalStore(connection)
            : new SqliteJournalStore(options.Data);
        try
        {
            await store.MigrateAsync(cancellationToken);
            var writer = await JournalWriter.StartAsync(
                store, $"{Environment.MachineName}:{options.SiloPort}", new JournalWriterOptions { Time = time },
                cancellationToken);
            var home = new HomeServices(
                store, writer, secrets.WrappingKey, RandomNumberGenerator.Fill, policy, time);
            return new Deployment(
                home, new IdentifierKeyDerivation(secrets.IdentifierSecret.Span),
                options.Postgres is null ? "sqlite" : "postgresql");
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

    private static IdentityPolicy LoadPolicy(string? path)
    {
        if (path is null) return DefaultPolicy.Load();
        string text;
        try
        {
            text = File.ReadAllText(path);
        }
        catch (IOException error)
        {
            throw new OptionsException($"identity-policy cannot be read: {error.Message}");
        }
        var loaded = IdentityPolicyLoader.Load(text, path);
        return loaded.Definition?.Policy
            ?? throw new OptionsException(
                $"identity-policy is not valid:{Environment.NewLine}{string.Join(Environment.NewLine, loaded.Errors)}");
    }
}
