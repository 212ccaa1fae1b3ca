using System.Diagnostics;
using System.Globalization;
using MartechGrains.StreamProducer;
using MartechGrains.Testing;

namespace MartechGrains.Cluster.Tests.Streams;

/// <summary>
/// A run of the producer, with the whole server in it, in a process of its own. The process ends with this one, since
/// its standard input closes then.
/// </summary>
internal sealed class ProducerProcess : IDisposable
{

    private readonly Process _process;
    private readonly Task _reading;
    private readonly Task<string> _errors;
    private readonly TaskCompletionSource<Uri> _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _marked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _waiting = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<string> _lines = [];

    private ProducerProcess(Process process, int mark)
    {
        _process = process;
        _errors = process.StandardError.ReadToEndAsync();
        _reading = ReadAsync(mark);
    }

    /// <summary>Its gRPC doors, once they are open.</summary>
    public Task<Uri> GrpcAsync => _listening.Task;

    /// <summary>Ends once it has had as many batches acknowledged as it was asked to tell.</summary>
    public Task MarkAsync => _marked.Task;

    /// <summary>Ends once it has no more batches to send, and waits to be killed.</summary>
    public Task WaitingAsync => _waiting.Task;

    /// <summary>Batches that it has begun to send.</summary>
    public Tally Sent { get; } = new();

    /// <summary>Steps of its start that it has begun.</summary>
    public Tally StartSteps { get; } = new();

    /// <summary>All it said; complete once it has ended.</summary>
    public string Said => $"{string.Join('\n', _lines)}\n{_errors.Result}";

    /// <summary>Starts it.</summary>
    /// <param name="folder">Its data, and the file of what was acknowledged.</param>
    /// <param name="postgres">Connection string, where its store is PostgreSQL.</param>
    /// <param name="orders">How many orders it sends.</param>
    /// <param name="seed">What it sends first, and what again.</param>
    /// <param name="mark">How many acknowledged batches it tells.</param>
    /// <param name="most">Most new batches it sends; then it waits to be killed.</param>
    public static ProducerProcess Start(
        string folder, string? postgres, int orders, int seed, int mark, int most = int.MaxValue)
    {
        var program = typeof(HostedServer).Assembly.Location;
        string[] command = [program, DataOf(folder), AcknowledgedOf(folder), $"{orders}", $"{seed}", $"{most}"];
        var start = new ProcessStartInfo("dotnet", postgres is null ? command : [.. command, postgres])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // It lives for seconds: code that first counts what it does would never be worth it.
        start.Environment["DOTNET_TieredPGO"] = "0";
        return new ProducerProcess(Process.Start(start)!, mark);
    }

    /// <summary>The data folder of a producer.</summary>
    public static string DataOf(string folder) => Path.Combine(folder, "data");

    /// <summary>Where it keeps what was acknowledged.</summary>
    public static string AcknowledgedOf(string folder) => Path.Combine(folder, "acknowledged");

    /// <summary>Kills it with SIGKILL; false where it had ended by itself.</summary>
    public async Task<bool> KillAsync()
    {
        var ran = !_process.HasExited;
        _process.Kill();
        await ExitAsync();
        return ran && _process.ExitCode != 0;
    }

    /// <summary>Waits until it has ended; answers its exit code.</summary>
    public async Task<int> ExitAsync()
    {
        await _process.WaitForExitAsync();
        await _reading;
        await _errors;
        return _process.ExitCode;
    }

    public void Dispose()
    {
        _process.Kill();
        _process.Dispose();
    }

    private async Task ReadAsync(int mark)
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.StartsWith(ProducerProgram.Starting, StringComparison.Ordinal))
                StartSteps.Add();
            else if (line.StartsWith(ProducerProgram.Listening, StringComparison.Ordinal))
                _listening.TrySetResult(new Uri(line[ProducerProgram.Listening.Length..]));
            else if (line.StartsWith(BatchSender.Sending, StringComparison.Ordinal))
                Sent.Add();
            else if (line == ProducerProgram.Waiting)
                _waiting.TrySetResult();
            else if (!line.StartsWith(BatchSender.Acknowledged, StringComparison.Ordinal))
                _lines.Add(line);
            else if (int.Parse(line[BatchSender.Acknowledged.Length..], CultureInfo.InvariantCulture) >= mark)
                _marked.TrySetResult();
        }
        // Whoever still waits would wait for ever.
        var ended = new InvalidOperationException(
            $"The producer has ended.\n{string.Join('\n', _lines)}\n{await _errors}");
        if (_listening.TrySetException(ended)) _ = _listening.Task.Exception;
        if (_marked.TrySetException(ended)) _ = _marked.Task.Exception;
        if (_waiting.TrySetException(ended)) _ = _waiting.Task.Exception;
    }
}
