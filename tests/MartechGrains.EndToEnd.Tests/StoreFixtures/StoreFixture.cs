using System.IO.Compression;
using System.Text.Json;
using MartechGrains.EndToEnd.Tests.Support;
using MartechGrains.Protocol.Operations.V1;
using MartechGrains.Testing;

namespace MartechGrains.EndToEnd.Tests.StoreFixtures;

/// <summary>A deployment's data as an earlier build left it; see <c>tests/fixtures/stores/README.md</c>.</summary>
internal sealed class StoreFixture
{
    private const string Fixtures = "tests/fixtures/stores";
    private readonly string _policy;
    private readonly string _folder;

    public StoreFixture(string build, string database)
    {
        _policy = Path.Combine(Root(), build, "policy.yaml");
        _folder = Path.Combine(Root(), build, database);
        Expected = JsonDocument.Parse(File.ReadAllText(Path.Combine(_folder, "expected.json"))).RootElement;
    }

    /// <summary>What the build that wrote it answered.</summary>
    public JsonElement Expected { get; }

    /// <summary>The options a server needs beside the store.</summary>
    public string[] Options =>
    [
        "--identity-policy", _policy, "--write-key", "web=fixture-web", "--write-key", "crm=fixture-crm",
        "--write-key", "trial=fixture-trial", "--write-key", $"later={FixtureServer.WriteKey}",
    ];

    /// <summary>Every build's, for each database.</summary>
    public static IEnumerable<(string Build, string Database)> All() =>
        from build in Directory.GetDirectories(Root()).Order(StringComparer.Ordinal)
        from database in Directory.GetDirectories(build).Order(StringComparer.Ordinal)
        select (Path.GetFileName(build), Path.GetFileName(database));

    /// <summary>The change feed as that build told it.</summary>
    public IEnumerable<ChangeFeedEntry> Feed() =>
        ReadPacked("feed.jsonl.gz").Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .SelectMany(static line => ReadChangeFeedResponse.Parser.ParseJson(line).Entries);

    /// <summary>A copy to work on.</summary>
    public async Task<TestStore> RestoreAsync()
    {
        const string dump = "database.sql.gz";
        var store = File.Exists(Path.Combine(_folder, dump))
            ? TestStore.Of(await RestoreDatabaseAsync(ReadPacked(dump)))
            : TestStore.Sqlite();
        var data = Directory.CreateDirectory(Path.Combine(store.Folder, "data"));
        foreach (var file in Directory.GetFiles(Path.Combine(_folder, "data")))
            await RestoreFileAsync(file, data.FullName);
        return store;
    }

    private static async Task<PostgresDatabase> RestoreDatabaseAsync(string dump)
    {
        var database = await PostgresServer.CreateDatabaseAsync();
        await database.ExecuteAsync(dump);
        return database;
    }

    private static async Task RestoreFileAsync(string file, string folder)
    {
        var isPacked = Path.GetExtension(file) == ".gz";
        await using var stored = File.OpenRead(file);
        await using Stream content = isPacked ? new GZipStream(stored, CompressionMode.Decompress) : stored;
        var name = isPacked ? Path.GetFileNameWithoutExtension(file) : Path.GetFileName(file);
        await using var copy = File.Create(Path.Combine(folder, name));
        await content.CopyToAsync(copy);
    }

    private static string Root()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (Path.Combine(folder.FullName, Fixtures) is var root && Directory.Exists(root)) return root;
        throw new DirectoryNotFoundException($"There is no {Fixtures} above {AppContext.BaseDirectory}.");
    }

    private string ReadPacked(string name)
    {
        using var packed = File.OpenRead(Path.Combine(_folder, name));
        using var unpacked = new GZipStream(packed, CompressionMode.Decompress);
        using var reader = new StreamReader(unpacked);
        return reader.ReadToEnd();
    }
}
