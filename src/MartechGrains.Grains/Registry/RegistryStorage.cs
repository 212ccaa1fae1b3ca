using Orleans.Serialization;
using Orleans.Storage;

namespace MartechGrains.Grains.Registry;

/// <summary>Where low-rate grain state is kept. Never for what every event touches: one round trip per write.</summary>
public static class RegistryStorage
{
    /// <summary>The storage provider's name.</summary>
    public const string Name = "registry";

    /// <summary>Adds the storage; <see cref="RegistrySchema.MigrateAsync"/> must run before the silo starts.</summary>
    /// <param name="silo">The silo.</param>
    /// <param name="invariant"><see cref="RegistrySchema.Sqlite"/> or <see cref="RegistrySchema.Postgres"/>.</param>
    /// <param name="connectionString">The database.</param>
    /// <exception cref="ArgumentException">Another invariant.</exception>
    public static ISiloBuilder AddRegistryStorage(this ISiloBuilder silo, string invariant, string connectionString)
    {
        RegistrySchema.RequireKnown(invariant);
        return silo.AddAdoNetGrainStorage(Name, options => options.Configure<Serializer>((storage, serializer) =>
        {
            storage.Invariant = invariant;
            storage.ConnectionString = connectionString;
            storage.GrainStorageSerializer = new OrleansGrainStorageSerializer(serializer);
        }));
    }
}
