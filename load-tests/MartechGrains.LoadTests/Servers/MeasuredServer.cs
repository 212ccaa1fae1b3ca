using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using MartechGrains.LoadTests.Driving;
using MartechGrains.LoadTests.Tracing;


namespace MartechGrains.LoadTests.Servers;

/// <summary>A server in a process of its own, ready to be measured.</summary>
public sealed class MeasuredServer : IAsyncDisposable
{
    /// <summary>A server that is not ready after this time has failed.</summary>
    public static readonly TimeSpan ReadyLimit = TimeSpan.FromSeconds(60);

    /// <summary>One that does so much by itself after this time is measured all the same.</summary>
    public static readonly TimeSpan SettleLimit = TimeSpan.FromSeconds(10);

    private const string LoadSource = "load";
    private const int QuietTimes = 2;
    private const double QuietShare = 0.1;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);
    private readonly SupervisedProcess process;

    private MeasuredServer(string name, SupervisedProcess process, int grpcPort, string? writeKey)
    {
        this.process = process;
        (Name, GrpcPort, WriteKey) = (name, grpcPort, writeKey);
    }

    /// <summary>What results call it.</summary>
    public string Name { get; }

    /// <summary>Its gRPC port on this machine.</summary>
    public int GrpcPort { get; }

    /// <summary>The producer's key, where it wants one.</summary>
    public string? WriteKey { get; }

    /// <summary>Its process id.</summary>
    public int ProcessId => process.Id;

    /// <summary>Starts MartechGrains from its build output.</summary>
    /// <param name="dll">MartechGrains.Server.dll.</param>
    /// <param name="store">Which store it works on.</param>
    /// <param name="folder">Where its data and its output go.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <param name="name">What results call it.</param>
    public static Task<MeasuredServer> StartMartechGrainsAsync(
        string dll, MartechStore store, string folder, CancellationToken cancellation, string name = "MartechGrains")
    {
        if (!File.Exists(dll))
        {
            throw new InvalidOperationException(
                $"{dll} is not there. Build it (dotnet build -c Release src/MartechGrains.Server), name another with "
                + "--server-dll, or try the harness alone with --self-check.");
        }

        var key = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        string[] arguments =
            ["--data", Path.Combine(folder, "data"), .. store.Arguments, "--write-key", $"{LoadSource}={key}"];
        return StartAsync(name, dll, arguments, key, folder, cancellation);
    }

    /// <summary>Starts one of the baselines, which are commands of this program.</summary>
    /// <param name="name">What results call it.</param>
    /// <param name="arguments">The command and its options, without the ports.</param>
    /// <param name="logFolder">Where its output goes.</param>
    /// <param name="cancellation">Gives up.</param>
    public static Task<MeasuredServer> StartBaselineAsync(
        string name, string[] arguments, string logFolder, CancellationToken cancellation) =>
        StartAsync(name, typeof(MeasuredServer).Assembly.Location, arguments, null, logFolder, cancellation);

    /// <summary>Runs a measurement and adds the server's processor time to its result.</summary>
    public async Task<LoadResult> MeasureAsync(Func<Task<LoadResult>> load)
    {
        var before = process.ProcessorTime;
        try
        {
            var result = await load();
            result.ServerCpuSeconds = (process.ProcessorTime - before).TotalSeconds;
            return result;
        }
        catch (Exception) when (process.HasExited)
        {
            throw new InvalidOperationException($"{Name} ended under load. Its last words:\n{process.LogTail()}");
        }
    }

    /// <summary>Runs a measurement and adds what the runtime counted meanwhile, too.</summary>
    /// <param name="counters">The server's.</param>
    /// <param name="load">The measurement.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<LoadResult> MeasureAsync(
        RuntimeCounters counters, Func<Task<LoadResult>> load, CancellationToken cancellation)
    {
        var before = await counters.ReadAsync(cancellation);
        var result = await MeasureAsync(load);
        var after = await counters.ReadAsync(cancellation);
        result.ServerAllocatedBytes = after.AllocatedBytes - before.AllocatedBytes;
        result.ServerPauseSeconds = after.PauseSeconds - before.PauseSeconds;
        return result;
    }

    /// <summary>
    /// Waits until the server is quiet: until the just-in-time compiler has done what the load so far gave it to do.
    /// </summary>
    public async Task SettleAsync(CancellationToken cancellation)
    {
        var quiet = 0;
        for (var left = SettleLimit; quiet < QuietTimes && left > TimeSpan.Zero; left -= Look)
        {
            var before = process.ProcessorTime;
            await Task.Delay(Look, cancellation);
            quiet = process.ProcessorTime - before < Look * QuietShare ? quiet + 1 : 0;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => process.DisposeAsync();

    private static async Task<MeasuredServer> StartAsync(
        string name, string dll, string[] arguments, string? key, string logFolder, CancellationToken cancellation)
    {
        var ports = Ports.Free(2);
        var log = Path.Combine(logFolder, $"{name.Replace(' ', '-')}-{ports[0]}.log");
        string[] command =
        [
            DotnetHost(), dll, .. arguments,
            "--http-port", ports[0].ToString(CultureInfo.InvariantCulture),
            "--grpc-port", ports[1].ToString(CultureInfo.InvariantCulture),
        ];
        var process = await SupervisedProcess.StartAsync(log, "TERM", command);
        try
        {
            await WaitUntilReadyAsync(name, process, ports[0], cancellation);
            return new MeasuredServer(name, process, ports[1], key);
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    private static string DotnetHost() =>
        Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? Environment.ProcessPath switch
        {
            { } path when Path.GetFileNameWithoutExtension(path) == "dotnet" => path,
            _ => "dotnet",
        };

    private static async Task WaitUntilReadyAsync(
        string name, SupervisedProcess process, int httpPort, CancellationToken cancellation)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(2) };
        var address = new Uri($"http://127.0.0.1:{httpPort}/health/ready");
        var began = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                using var answer = await http.GetAsync(address, cancellation);
                if (answer.IsSuccessStatusCode)
                    return;
            }
            catch (Exception notYet) when (notYet is HttpRequestException or TaskCanceledException)
            {
                cancellation.ThrowIfCancellationRequested();
            }

            if (process.HasExited || Stopwatch.GetElapsedTime(began) > ReadyLimit)
            {
                throw new InvalidOperationException(
                    $"{name} did not get ready within {ReadyLimit}. Its last words:\n{process.LogTail()}");
            }

            await Task.Delay(100, cancellation);
        }
    }
}

/// <summary>Which store MartechGrains works on.</summary>
/// <param name="Arguments">The options that say so, beside its folder.</param>
/// <param name="Name">What results call it.</param>
public sealed record MartechStore(string[] Arguments, string Name)
{
    /// <summary>The embedded store, in the server's folder.</summary>
    public static MartechStore Embedded { get; } = new([], "SQLite");

    /// <summary>A PostgreSQL database.</summary>
    public static MartechStore Postgres(string connection) => new(["--postgres", connection], "PostgreSQL");
}
