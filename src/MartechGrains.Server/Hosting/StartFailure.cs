using MartechGrains.Journal.Contracts;
using MartechGrains.Server.Settings;

namespace MartechGrains.Server.Hosting;

/// <summary>Tells why the server did not start: one line for each wrong setting, or one for anything else.</summary>
internal static class StartFailure
{
    /// <summary>Exit code where something that the server stands on is not as it must be.</summary>
    public const int Environment = 1;

    /// <summary>Exit code where the server was told something it cannot work with.</summary>
    public const int Settings = 2;

    /// <summary>Writes the lines, and what the process ends with.</summary>
    /// <param name="error">Why it did not start.</param>
    /// <param name="verbose">Whether the stack is wanted too.</param>
    /// <param name="output">Where to.</param>
    public static int Report(Exception error, bool verbose, TextWriter output)
    {
        var wrong = error as SettingsException;
        foreach (var line in wrong?.Faults.Select(static fault => fault.Text) ?? [Text(error)])
            output.WriteLine(string.Join(' ', line.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries)));
        if (verbose) output.WriteLine(error);
        return wrong is null ? Environment : Settings;
    }

    private static string Text(Exception error) => error is StartException or JournalException or InvalidDataException
        ? error.Message
        : $"The server could not start: {error.Message} --verbose tells where.";
}
