using System.Reflection;
using MartechGrains.LoadTests.Servers;
using Npgsql;
using Orleans.Storage;


namespace MartechGrains.LoadTests.Baselines.Naive;

/// <summary>
/// The naive service: a straightforward Orleans service that keeps a profile as grain state in PostgreSQL through
/// Microsoft.Orleans.Persistence.AdoNet and writes it for every event.
/// </summary>
public static class NaiveServer
{
    private const int MaxPoolSize = 100;
    private const int MaxPreparedStatements = 20;

    /// <summary>Creates the tables in an empty database and serves until told to stop.</summary>
    public static async Task RunAsync(int httpPort, int grpcPort, string postgres, CancellationToken cancellation)
    {
        var settings = new NpgsqlConnectionStringBuilder(postgres)
        {
            MaxPoolSize = MaxPoolSize,
            MaxAutoPrepare = MaxPreparedStatements,
            AutoPrepareMinUsages = 2,
        };
        await CreateTablesAsync(postgres, cancellation);
        var builder = BaselineHost.NewBuilder(httpPort, grpcPort);
        builder.UseOrleans(silo =>
        {
            var ports = Ports.Free(2);
            silo.UseLocalhostClustering(ports[0], ports[1]);
            silo.AddAdoNetGrainStorageAsDefault(options => options.Configure<IServiceProvider>((storage, services) =>
            {
                storage.Invariant = "Npgsql";
                storage.ConnectionString = settings.ToString();
                // Smaller and faster than the default JSON: in the baseline's favour.
                storage.GrainStorageSerializer = ActivatorUtilities
                    .CreateInstance<OrleansGrainStorageSerializer>(services);
            }));
        });
        await using var host = builder.Build();
        host.MapGrpcService<NaiveIngestService>();
        await BaselineHost.WithHealth(host).RunAsync(cancellation);
    }

    private static async Task CreateTablesAsync(string postgres, CancellationToken cancellation)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("orleans-postgresql.sql")
            ?? throw new InvalidOperationException("The resource orleans-postgresql.sql is missing from the build.");
        using var reader = new StreamReader(stream);
        await using var source = NpgsqlDataSource.Create(postgres);
#pragma warning disable CA2100 // A constant script of this program.
        await using var command = source.CreateCommand(await reader.ReadToEndAsync(cancellation));
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
