using MartechGrains.Journal.Contracts;
using MartechGrains.Server.Settings;

namespace MartechGrains.Server.Hosting;

/// <summary>
/// Tells why the server did not start: a line for each wrong setting or taken port, or one for anything else.
/// </summary>
internal static class StartFailure
{
    /// <summary>Exit code where the operator stopped it.</summary>
    public const int Stopped = 0;

    /// <summary>Exit code where something that the server stands on is not as it must be.</summary>
    public const int Environment = 1;

    /// <summary>Exit code where the server was told something it cannot work with.</summary>
    public const int Settings = 2;

    /// <summary>What the process ends with, for an operator.</summary>
    public static string ExitCodes => $"""
        Exit codes:
          {Stopped}  stopped by a signal (SIGTERM, SIGINT, SIGQUIT), also while it started
          {Environment}  something else than a setting kept it from starting, such as a taken
             port; or nothing could be written to the store any more
          {Settings}  settings are wrong, or a file that they name: a line for each fault
        """;

    /// <summary>Writes the lines, and what the process ends with.</summary>
    /// <param name="error">Why it did not start.</param>
    /// <param name="verbose">Whether the stack is wanted too.</param>
    /// <param name="output">Where to.</param>
    public static int Report(Exception error, bool verbose, TextWriter output)
    {
        foreach (var line in Lines(error))
            output.WriteLine(string.Join(' ', line.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries)));
        if (verbose) output.WriteLine(error);
        return error is SettingsException ? Settings : Environment;
    }

    /// <summary>Tells that the operator stopped the start: no failure, whatever that broke off.</summary>
    /// <param name="error">What the start ended with.</param>
    /// <param name="verbose">Whether the stack is wanted too.</param>
    /// <param name="output">Where to.</param>
    public static int ReportStopped(Exception error, bool verbose, TextWriter output)
    {
        output.WriteLine("Stopped before it had started.");
        if (verbose) output.WriteLine(error);
        return Stopped;
    }

    private static IReadOnlyList<string> Lines(Exception error) => error switch
    {
        SettingsException wrong => [.. wrong.Faults.Select(static fault => fault.Text)],
        StartException start => start.Lines,
        JournalException or InvalidDataException => [error.Message],
        _ => [$"The server could not start: {SettingFault.Sentence(error.Message)} --verbose tells where."],
    };
}
