using MartechGrains.Grains.Registry;
using MartechGrains.Testing;
using Microsoft.Data.Sqlite;

namespace MartechGrains.Cluster.Tests.Registry;

public sealed class SqliteRegistryTests : RegistrySuite
{
    private readonly string _folder = TestFolder.Create("registry");

    protected override string Invariant => RegistrySchema.Sqlite;

    protected override Task<string> OpenAsync() => Task.FromResult(
        new SqliteConnectionStringBuilder { DataSource = Path.Combine(_folder, "registry.db") }.ToString());

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }
}
