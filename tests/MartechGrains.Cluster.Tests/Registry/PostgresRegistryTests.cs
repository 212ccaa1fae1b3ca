using MartechGrains.Grains.Registry;
using MartechGrains.Testing;

namespace MartechGrains.Cluster.Tests.Registry;

public sealed class PostgresRegistryTests : RegistrySuite
{
    private PostgresDatabase? _database;

    protected override string Invariant => RegistrySchema.Postgres;

    protected override async Task<string> OpenAsync()
    {
        _database ??= await PostgresServer.CreateDatabaseAsync();
        return _database.ConnectionString;
    }

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        if (_database is not null) await _database.DisposeAsync();
    }
}
