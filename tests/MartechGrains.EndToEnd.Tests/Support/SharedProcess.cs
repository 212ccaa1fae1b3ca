using Xunit;

namespace MartechGrains.EndToEnd.Tests.Support;

/// <summary>A server process over the embedded store that tests share, each with people of its own.</summary>
/// <param name="options">Options of the command line.</param>
public abstract class SharedProcess(params string[] options) : IAsyncLifetime
{
    private readonly TestStore _store = TestStore.Sqlite();
    private ServerProcess? _server;

    /// <summary>Where it listens; the first test that asks starts it, so that it can be skipped.</summary>
    public async Task<ServerAddress> AddressAsync() =>
        (_server ??= await ServerProcess.StartAsync(_store, options)).Address;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        await _store.DisposeAsync();
    }
}
