using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace MartechGrains.LoadTests.Servers;

/// <summary>
/// A program that ends when we end, however we end: a shell holds it, waits for its own standard input to close, and
/// then stops it. Its output goes to a log file. For Linux.
/// </summary>
public sealed class SupervisedProcess : IAsyncDisposable
{
    /// <summary>A program that has not stopped after this time is killed.</summary>
    public static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(30);

    private const string Supervise =
        """trap '' INT; log=$1 signal=$2; shift 2; "$@" >"$log" 2>&1 </dev/null & """
        + """child=$!; echo $child; read -r _; kill -"$signal" $child; wait $child""";

    private readonly Process shell;
    private readonly Process program;

    private SupervisedProcess(Process shell, Process program, string logFile)
    {
        (this.shell, this.program, LogFile) = (shell, program, logFile);
    }

    /// <summary>Where the program's output goes.</summary>
    public string LogFile { get; }

    /// <summary>The program's process id.</summary>
    public int Id => program.Id;

    /// <summary>Whether the program has ended.</summary>
    public bool HasExited => program.HasExited;

    /// <summary>Processor time of the program so far, of all its threads.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            program.Refresh();
            return program.TotalProcessorTime;
        }
    }

    /// <summary>Starts a program.</summary>
    /// <param name="logFile">Where its output goes.</param>
    /// <param name="stopSignal">The signal that stops it, such as <c>TERM</c>.</param>
    /// <param name="command">The program and its arguments.</param>
    /// <exception cref="InvalidOperationException">It ended at once.</exception>
    public static async Task<SupervisedProcess> StartAsync(
        string logFile, string stopSignal, params IEnumerable<string> command)
    {
        string[] arguments = ["-c", Supervise, "sh", logFile, stopSignal, .. command];
        var start = new ProcessStartInfo("/bin/sh", arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        var shell = Process.Start(start) ?? throw new InvalidOperationException("/bin/sh did not start.");
        var id = await shell.StandardOutput.ReadLineAsync();
        try
        {
            var program = Process.GetProcessById(int.Parse(id ?? "", CultureInfo.InvariantCulture));
            return new SupervisedProcess(shell, program, logFile);
        }
        catch (ArgumentException gone)
        {
            shell.StandardInput.Close();
            shell.Dispose();
            var log = await File.ReadAllTextAsync(logFile);
            throw new InvalidOperationException($"{arguments[5]} ended at once: {log}", gone);
        }
    }

    /// <summary>The last lines of the program's output.</summary>
    public string LogTail(int lines = 30) =>
        File.Exists(LogFile) ? string.Join('\n', File.ReadLines(LogFile).TakeLast(lines)) : "";

    /// <summary>Stops the program and waits for it.</summary>
    public async ValueTask DisposeAsync()
    {
        shell.StandardInput.Close();
        using var limit = new CancellationTokenSource(StopLimit);
        try
        {
            await shell.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine($"A server did not stop within {StopLimit}; it is killed.");
            KillIfRunning(program);
            KillIfRunning(shell);
        }

        program.Dispose();
        shell.Dispose();
    }

    private static void KillIfRunning(Process process)
    {
        try
        {
            process.Kill();
        }
        catch (Exception ended) when (ended is InvalidOperationException or Win32Exception)
        {
            Console.Error.WriteLine("It ended by itself meanwhile.");
        }
    }
}
