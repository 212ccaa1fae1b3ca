using System.Diagnostics;
using System.Text.RegularExpressions;
using Grpc.Net.Client;
using Xunit;

namespace MartechGrains.EndToEnd.Tests.Support;

/// <summary>
/// The real server in a process of its own, on free ports, over a <see cref="TestStore"/>. It can be killed as a power
/// cut would kill it, and started again over the same store. It ends when the test run ends, however that ends: a shell
/// holds it, and kills it once its own standard input closes. What it writes is read as it comes.
/// </summary>
public sealed partial class ServerProcess : IAsyncDisposable
{
    /// <summary>A server that is not ready after this time has failed.</summary>
    public static readonly TimeSpan ReadyLimit = TimeSpan.FromSeconds(60);

    /// <summary>Only the server holds the pipe that its output goes through: if that ends, so has it.</summary>
    private const string Supervise = """
        "$@" </dev/null 2>&1 & exec >/dev/null 2>&1; read -r signal; kill -"${signal:-KILL}" $!; wait $!
        """;

    private readonly string[] _command;
    private readonly List<string> _log = [];
    private readonly List<(string Words, TaskCompletionSource Written)> _awaited = [];
    private volatile TaskCompletionSource<ServerAddress> _up = NewSource();
    private Process? _shell;
    private Task _reading = Task.CompletedTask;
    private int _kills;

    private ServerProcess(TestStore store, IEnumerable<string> options) =>
        _command = ["dotnet", Dll(), .. store.Arguments, "--http-port", "0", "--grpc-port", "0", .. options];

    /// <summary>What it ended with, once it was stopped; of a kill it has none of its own.</summary>
    public int? ExitCode { get; private set; }

    /// <summary>How often it was killed; grows just before the process dies.</summary>
    public int Kills => Volatile.Read(ref _kills);

    /// <summary>Where it listens; throws while it is down.</summary>
    public ServerAddress Address => _up.Task.IsCompletedSuccessfully
        ? _up.Task.Result
        : throw new InvalidOperationException("The server is down.");

    /// <summary>Starts a server and waits until it is ready.</summary>
    public static async Task<ServerProcess> StartAsync(TestStore store, params string[] options)
    {
        Skip.If(OperatingSystem.IsWindows(), "The server is held by a POSIX shell.");
        var server = new ServerProcess(store, options);
        try
        {
            await server.StartAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Where it listens, as soon as it is up.</summary>
    public Task<ServerAddress> WaitUntilUpAsync(CancellationToken cancellation) => _up.Task.WaitAsync(cancellation);

    /// <summary>Waits until it has written a line with some words in it, now or ever before.</summary>
    public Task WaitForLineAsync(string words, CancellationToken cancellation)
    {
        var written = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_log)
        {
            if (_log.Any(line => line.Contains(words, StringComparison.Ordinal))) return Task.CompletedTask;
            _awaited.Add((words, written));
        }

        return written.Task.WaitAsync(cancellation);
    }

    /// <summary>Kills it with SIGKILL and waits until it is gone.</summary>
    public async Task KillAsync()
    {
        // In this order, whoever reads Kills and then the address knows a broken connection for the work of a kill.
        var down = _up;
        _up = NewSource();
        Interlocked.Increment(ref _kills);
        await EndAsync("KILL");
        if (down.Task.IsCompletedSuccessfully)
            down.Task.Result.Dispose();
    }

    /// <summary>Starts it again, over the same store, after it was killed or stopped.</summary>
    public Task RestartAsync()
    {
        if (_up.Task.IsCompletedSuccessfully)
        {
            _up.Task.Result.Dispose();
            _up = NewSource();
        }

        return StartAsync();
    }

    /// <summary>Asks it to stop and waits until it has; returns all that it ever wrote.</summary>
    public async Task<string> StopAsync()
    {
        await EndAsync("TERM");
        return $"{LogTail(int.MaxValue)}\n";
    }

    /// <summary>The last lines it wrote.</summary>
    public string LogTail(int lines = 40)
    {
        lock (_log) return string.Join('\n', _log.TakeLast(lines));
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync("KILL");
        if (_up.Task.IsCompletedSuccessfully)
            _up.Task.Result.Dispose();
    }

    private static TaskCompletionSource<ServerAddress> NewSource() =>
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static string Dll()
    {
        var file = Path.Combine(AppContext.BaseDirectory, "MartechGrains.Server.dll");
        return File.Exists(Path.ChangeExtension(file, ".runtimeconfig.json"))
            ? file
            : throw new FileNotFoundException("The server was not built along with its tests.", file);
    }

    private async Task StartAsync()
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", Supervise, "sh", .. _command])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        foreach (var name in start.Environment.Keys
            .Where(name => name.StartsWith("MARTECHGRAINS_", StringComparison.Ordinal)))
            start.Environment.Remove(name);
        // It lives for seconds: code that first counts what it does would never be worth it.
        start.Environment["DOTNET_TieredPGO"] = "0";
        // And a heap that is as small as its life is short would be collected hundreds of times.
        start.Environment["DOTNET_GCgen0size"] = "0x8000000";
        _shell = Process.Start(start)!;
        var listening = NewSource();
        _reading = ReadAsync(_shell.StandardOutput, listening);
        var began = Stopwatch.GetTimestamp();
        try
        {
            var address = await listening.Task.WaitAsync(ReadyLimit);
            while (!await address.IsReadyAsync())
            {
                if (_reading.IsCompleted || Stopwatch.GetElapsedTime(began) > ReadyLimit)
                    throw new TimeoutException("It listens, and is not ready.");
            }

            _up.SetResult(address);
        }
        catch (Exception error) when (error is TimeoutException or EndOfStreamException)
        {
            throw new InvalidOperationException(
                $"The server did not get ready: {error.Message} Its last words:\n{LogTail()}", error);
        }
    }

    /// <summary>Reads what it writes until it ends.</summary>
    private async Task ReadAsync(StreamReader output, TaskCompletionSource<ServerAddress> listening)
    {
        while (await output.ReadLineAsync() is { } line)
        {
            lock (_log)
            {
                _log.Add(line);
                foreach (var (_, written) in _awaited.Where(one => line.Contains(one.Words, StringComparison.Ordinal)))
                    written.TrySetResult();
            }

            if (ListeningLine().Match(line) is { Success: true } match)
                listening.TrySetResult(
                    new ServerAddress(new Uri(match.Groups[1].Value), new Uri(match.Groups[2].Value)));
        }

        // Whoever still waits would wait in vain.
        if (listening.TrySetException(new EndOfStreamException("It has ended."))) _ = listening.Task.Exception;
    }

    private async Task EndAsync(string signal)
    {
        if (_shell is not { } shell)
            return;
        _shell = null;
        await shell.StandardInput.WriteLineAsync(signal);
        shell.StandardInput.Close();
        await shell.WaitForExitAsync();
        await _reading;
        ExitCode = shell.ExitCode;
        shell.Dispose();
    }

    [GeneratedRegex(@"Listening: HTTP on (\S+), gRPC on (\S+)\. ")]
    private static partial Regex ListeningLine();
}

/// <summary>Where a server listens, with clients that share their connections.</summary>
public sealed class ServerAddress(Uri http, Uri grpc) : IDisposable
{
    /// <summary>A client of its HTTP doors.</summary>
    public HttpClient Http { get; } = new() { BaseAddress = http };

    /// <summary>A channel to its gRPC doors.</summary>
    public GrpcChannel Channel { get; } = GrpcChannel.ForAddress(grpc);

    /// <summary>Whether it says so.</summary>
    public async Task<bool> IsReadyAsync()
    {
        try
        {
            using var answer = await Http.GetAsync(new Uri("/health/ready", UriKind.Relative));
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    public void Dispose()
    {
        Http.Dispose();
        Channel.Dispose();
    }
}
