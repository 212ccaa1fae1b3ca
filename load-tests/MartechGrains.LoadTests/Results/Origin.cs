using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Npgsql;


namespace MartechGrains.LoadTests.Results;

/// <summary>Where, when, by what and from what a result came.</summary>
public sealed record Origin
{
    /// <summary>When the run began, UTC.</summary>
    public required DateTimeOffset Date { get; init; }

    /// <summary>The commit that was built, as far as the working tree tells.</summary>
    public required string Commit { get; init; }

    /// <summary>Whether the working tree had changes besides; earlier results are none.</summary>
    public required bool Dirty { get; init; }

    /// <summary>The command line, without passwords.</summary>
    public required string Command { get; init; }

    /// <summary>Processor model.</summary>
    public required string Processor { get; init; }

    /// <summary>Processors we may use.</summary>
    public required int Cores { get; init; }

    /// <summary>Memory in GiB.</summary>
    public required double MemoryGiB { get; init; }

    /// <summary>Operating system and kernel.</summary>
    public required string Kernel { get; init; }

    /// <summary>Version of .NET.</summary>
    public required string Runtime { get; init; }

    /// <summary>Debug or Release.</summary>
    public required string Configuration { get; init; }

    /// <summary>Load of the last minute when the run began, of other programs too.</summary>
    public required double LoadAverage { get; init; }

    /// <summary>Looks all of it up.</summary>
    /// <param name="repository">The repository's root.</param>
    /// <param name="arguments">This program's arguments.</param>
    public static Origin Here(string repository, IReadOnlyList<string> arguments) => new()
    {
        Date = DateTimeOffset.UtcNow,
        Commit = Git(repository, "rev-parse", "HEAD"),
        Dirty = Git(repository, "status", "--porcelain", "--", ".", ":(exclude)load-tests/results").Length > 0,
        Command = "dotnet run -c Release --project load-tests/MartechGrains.LoadTests -- "
            + string.Join(' ', WithoutPasswords(arguments)),
        Processor = FromFile("/proc/cpuinfo", "model name"),
        Cores = Environment.ProcessorCount,
        MemoryGiB = Math.Round(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (double)(1L << 30), 1),
        Kernel = RuntimeInformation.OSDescription,
        Runtime = RuntimeInformation.FrameworkDescription,
#if DEBUG
        Configuration = "Debug",
#else
        Configuration = "Release",
#endif
        LoadAverage = double.Parse(
            File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture),
    };

    private static IEnumerable<string> WithoutPasswords(IReadOnlyList<string> arguments)
    {
        const string option = "--postgres";
        for (var index = 0; index < arguments.Count; index++)
        {
            if (index > 0 && arguments[index - 1] == option)
                yield return '"' + Masked(arguments[index]) + '"';
            else if (arguments[index].StartsWith(option + "=", StringComparison.Ordinal))
                yield return $"{option}=\"{Masked(arguments[index][(option.Length + 1)..])}\"";
            else
                yield return arguments[index];
        }
    }

    private static string Masked(string connection)
    {
        var settings = new NpgsqlConnectionStringBuilder(connection);
        if (!string.IsNullOrEmpty(settings.Password))
            settings.Password = "***";
        return settings.ToString();
    }

    private static string FromFile(string path, string name)
    {
        var line = File.ReadLines(path).FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal));
        return line is null ? "unknown" : line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
    }

    private static string Git(string repository, params string[] arguments)
    {
        var start = new ProcessStartInfo("git", ["-C", repository, .. arguments])
        {
            RedirectStandardOutput = true,
        };
        using var git = Process.Start(start) ?? throw new InvalidOperationException("git did not start.");
        var output = git.StandardOutput.ReadToEnd().Trim();
        git.WaitForExit();
        return git.ExitCode == 0 ? output : throw new InvalidOperationException("git failed; is this a repository?");
    }
}
