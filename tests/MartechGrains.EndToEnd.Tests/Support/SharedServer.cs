using Xunit;

namespace MartechGrains.EndToEnd.Tests.Support;

/// <summary>A server that the tests of a class share, each with people of its own.</summary>
/// <param name="keySeed">Servers of the same seed give the same people the same profile ids.</param>
/// <param name="policyYaml">The identity policy.</param>
/// <param name="writeKeys">Write keys by source.</param>
public abstract class SharedServer(int keySeed, string policyYaml, IReadOnlyDictionary<string, string> writeKeys)
    : IAsyncLifetime
{
    private InProcessServer? _server;

    internal InProcessServer Server => _server!;

    /// <summary>Where it listens.</summary>
    public ServerAddress Address => Server.Address;

    public async Task InitializeAsync() => _server = await StartAnotherAsync();

    public async Task DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
    }

    /// <summary>One just like it, for a test that looks at all that a server has.</summary>
    internal Task<InProcessServer> StartAnotherAsync() => InProcessServer.StartAsync(keySeed, policyYaml, writeKeys);
}
