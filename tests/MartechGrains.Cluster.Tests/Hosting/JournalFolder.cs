using System.Security.Cryptography;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Identity.Policy;
using MartechGrains.Definitions;
using MartechGrains.Grains.Hosting;
using MartechGrains.Grains.Registry;
using MartechGrains.Journal.Clocks;
using MartechGrains.Journal.Contracts;
using MartechGrains.Journal.Sealing;
using MartechGrains.Journal.Sqlite;
using MartechGrains.Journal.Writing;
using MartechGrains.Testing;

namespace MartechGrains.Cluster.Tests.Hosting;

/// <summary>A SQLite journal in a temporary folder, and what silos over it work with.</summary>
internal sealed class JournalFolder : IAsyncDisposable
{
    private readonly DeploymentKey _wrappingKey = new(new byte[DeploymentKey.KeySize]);
    private readonly List<JournalWriter> _writers = [];
    private readonly SqliteJournalStore _store;

    private JournalFolder(string path)
    {
        Path = path;
        _store = new SqliteJournalStore(path);
    }

    public string Path { get; }

    public IdentifierKeyDerivation Derivation { get; } = new(new byte[IdentifierKeyDerivation.MinSecretSize]);

    /// <summary>What silos know of the identity policy; each has a book of its own.</summary>
    public IdentityPolicies Policies { get; set; } = new(DefaultPolicy.Load());

    public static async Task<JournalFolder> CreateAsync()
    {
        var folder = new JournalFolder(TestFolder.Create("cluster"));
        await folder._store.MigrateAsync();
        return folder;
    }

    /// <summary>What one silo works with: its own writer over the shared store.</summary>
    public async Task<SiloResources> OpenAsync(string writer, Func<IJournalStore, IJournalStore>? wrap = null)
    {
        var store = wrap is null ? _store : wrap(_store);
        var opened = await JournalWriter.StartAsync(store, writer);
        _writers.Add(opened);
        return new SiloResources(
            store, opened, _wrappingKey, RandomNumberGenerator.Fill, Derivation, new PolicyCache(Policies),
            new ClockGate(store, ClockGate.DefaultMaxOffset, TimeProvider.System), TimeProvider.System);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var writer in _writers) await writer.DisposeAsync();
        await _store.DisposeAsync();
        _wrappingKey.Dispose();
        Directory.Delete(Path, recursive: true);
    }
}
