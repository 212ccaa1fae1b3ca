using System.Diagnostics;
using Xunit;

namespace MartechGrains.EndToEnd.Tests.Starting;

/// <summary>A start of the real server, in a process of its own, that has ended by itself.</summary>
/// <param name="ExitCode">What it ended with.</param>
/// <param name="Output">All of its standard output.</param>
/// <param name="Errors">All of its standard error.</param>
internal sealed record EndedServer(int ExitCode, string Output, string Errors)
{
    /// <summary>A server that has not ended after this time never will.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>Starts it, and waits until it has ended.</summary>
    public static Task<EndedServer> RunAsync(params string[] arguments) =>
        RunAsync(static (_, _) => Task.CompletedTask, arguments);

    /// <summary>Starts it, does something beside its start, and waits until it has ended.</summary>
    /// <param name="beside">Is given the process.</param>
    /// <param name="arguments">Its command line.</param>
    public static async Task<EndedServer> RunAsync(
        Func<Process, CancellationToken, Task> beside, params string[] arguments)
    {
        var dll = Path.Combine(AppContext.BaseDirectory, "MartechGrains.Server.dll");
        var start = new ProcessStartInfo("dotnet", [dll, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys
            .Where(static name => name.StartsWith("MARTECHGRAINS_", StringComparison.Ordinal)))
            start.Environment.Remove(name);
        using var process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            var errors = process.StandardError.ReadToEndAsync(limit.Token);
            await beside(process, limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return new EndedServer(process.ExitCode, await output, await errors);
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
    }

    /// <summary>
    /// Holds what an operator gets of a failure to start: a code, and one line with all of these words.
    /// </summary>
    public void Tells(int exitCode, params string[] words)
    {
        Assert.True(exitCode == ExitCode, $"{ExitCode}: {Output}{Errors}");
        var line = Assert.Single(Errors.TrimEnd().Split('\n'));
        Assert.All(words, word => Assert.Contains(word, line, StringComparison.Ordinal));
        Assert.DoesNotContain(" at ", line, StringComparison.Ordinal);
        Assert.Equal("", Output);
    }
}
