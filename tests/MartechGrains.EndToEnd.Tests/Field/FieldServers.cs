using MartechGrains.EndToEnd.Tests.Support;
using Xunit;

namespace MartechGrains.EndToEnd.Tests.Field;

/// <summary>A server with the shipped policy over each store, started when a test asks first.</summary>
public sealed class FieldServers : IAsyncLifetime
{
    public const string ShopKey = "shopkey";
    public const string PhoneKey = "phonekey";

    private static readonly string[] Options =
    [
        "--write-key", $"shop={ShopKey}", "--write-key", $"phones={PhoneKey}", "--client-clock", "phones",
    ];

    private readonly Dictionary<bool, (TestStore Store, ServerProcess Server)> _servers = [];

    /// <summary>Where the server over a store listens.</summary>
    public async Task<ServerAddress> AddressAsync(bool postgres)
    {
        if (!_servers.TryGetValue(postgres, out var running))
        {
            var store = postgres ? await TestStore.PostgresAsync() : TestStore.Sqlite();
            _servers.Add(postgres, running = (store, await ServerProcess.StartAsync(store, Options)));
        }

        return running.Server.Address;
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var (store, server) in _servers.Values)
        {
            await server.DisposeAsync();
            await store.DisposeAsync();
        }
    }
}
