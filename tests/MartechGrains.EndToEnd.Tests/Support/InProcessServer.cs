using MartechGrains.Journal.Clocks;
using MartechGrains.Journal.Sealing;
using MartechGrains.Server.Access;
using MartechGrains.Server.Hosting;
using MartechGrains.Server.Identity;
using MartechGrains.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace MartechGrains.EndToEnd.Tests.Support;

/// <summary>
/// The whole server inside the test's process, over a fresh folder or database: a process would cost seconds. The same
/// code as <c>Program</c> runs, asked through the same sockets.
/// </summary>
internal sealed class InProcessServer : IAsyncDisposable
{
    private readonly string _folder;
    private readonly Deployment _deployment;
    private readonly WebApplication _application;

    private InProcessServer(string folder, Deployment deployment, WebApplication application)
    {
        (_folder, _deployment, _application) = (folder, deployment, application);
        var addresses = application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>();
        var uris = addresses!.Addresses.Select(address => new Uri(address)).ToArray();
        Address = new ServerAddress(uris[0], uris[1]);
    }

    public ServerAddress Address { get; }

    /// <summary>What the process would end with.</summary>
    public int ExitCode => _deployment.ExitCode;

    /// <summary>What keeps events from a node whose clock is off.</summary>
    public ClockGate Clock => _deployment.Resources.Clock;

    /// <summary>What the server is made of, for tests of its parts.</summary>
    public IServiceProvider Services => _application.Services;

    /// <summary>Starts one.</summary>
    /// <param name="keySeed">Deployments of the same seed have the same keys, and so the same profile ids.</param>
    /// <param name="policyYaml">The identity policy.</param>
    /// <param name="writeKeys">Write keys by source.</param>
    /// <param name="database">A database of its own; null for the embedded store.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <param name="log">Takes what the server logs; null for nobody but the console.</param>
    /// <param name="callers">Names, pages and proxies; null for what holds where none are set.</param>
    public static async Task<InProcessServer> StartAsync(
        int keySeed, string policyYaml, IReadOnlyDictionary<string, string> writeKeys,
        PostgresDatabase? database = null, TimeProvider? time = null, ILoggerProvider? log = null,
        CallerOptions? callers = null)
    {
        var folder = TestFolder.Create("e2e");
        var path = Path.Combine(folder, "policy.yaml");
        await File.WriteAllTextAsync(path, policyYaml);
        var policy = PolicyFile.Read(path);
        Assert.Empty(policy.Faults);
        var random = new Random(keySeed);
        KeyFile.LoadOrCreate(folder, random.NextBytes);
        var options = new ServerOptions
        {
            Store = new StoreOptions { Data = folder, Postgres = database?.ConnectionString },
            Network = new NetworkOptions { HttpPort = 0, GrpcPort = 0 },
            Access = new AccessOptions { WriteKeys = [.. writeKeys.Select(pair => $"{pair.Key}={pair.Value}")] },
            Callers = callers ?? new CallerOptions(),
            Policy = new PolicyOptions { IdentityPolicy = path, Given = policy.Version },
        };
        var deployment = await Deployment.OpenAsync(options, time ?? TimeProvider.System, CancellationToken.None);
        var application = ServerHost.Build(options, deployment);
        if (log is not null) application.Services.GetRequiredService<ILoggerFactory>().AddProvider(log);
        await application.StartAsync();
        return new InProcessServer(folder, deployment, application);
    }

    public async ValueTask DisposeAsync()
    {
        Address.Dispose();
        await _application.StopAsync();
        await _application.DisposeAsync();
        await _deployment.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
