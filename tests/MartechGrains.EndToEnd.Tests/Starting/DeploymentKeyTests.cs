using System.Security.Cryptography;
using MartechGrains.EndToEnd.Tests.StoreFixtures;
using MartechGrains.EndToEnd.Tests.Support;
using MartechGrains.Journal.Sealing;
using Xunit;

namespace MartechGrains.EndToEnd.Tests.Starting;

/// <summary>A used store is opened with the key that it was written with, or not at all.</summary>
public sealed class DeploymentKeyTests
{
    private const int Refused = 1;

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_used_store_is_not_opened_without_its_key_nor_with_another(bool postgres)
    {
        await using var store = postgres ? await TestStore.PostgresAsync() : TestStore.Sqlite();
        await using (var server = await ServerProcess.StartAsync(store))
            await server.StopAsync();

        await RefusesOthersAsync(store);

        await using var again = await ServerProcess.StartAsync(store);
        await again.StopAsync();
    }

    [SkippableTheory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task Nor_is_a_store_of_a_build_that_kept_nothing_to_tell_keys_by(string database)
    {
        await using var store = await new StoreFixture("c3ec537", database).RestoreAsync();

        await RefusesOthersAsync(store);

        await using var server = await ServerProcess.StartAsync(store);
        await server.StopAsync();
    }

    /// <summary>Starts it without a key and with a new one, and puts its own back.</summary>
    private static async Task RefusesOthersAsync(TestStore store)
    {
        var key = Path.Combine(store.Folder, "data", KeyFile.Name);
        var own = await File.ReadAllBytesAsync(key);

        File.Delete(key);
        (await StartAsync(store)).Tells(Refused, KeyFile.Name, "missing");
        Assert.False(File.Exists(key));

        using (KeyFile.LoadOrCreate(Path.GetDirectoryName(key)!, RandomNumberGenerator.Fill).WrappingKey)
            (await StartAsync(store)).Tells(Refused, KeyFile.Name, "is not the key that the store was written with");

        await File.WriteAllBytesAsync(key, own);
    }

    private static Task<EndedServer> StartAsync(TestStore store) =>
        EndedServer.RunAsync([.. store.Arguments, "--http-port", "0", "--grpc-port", "0"]);
}
