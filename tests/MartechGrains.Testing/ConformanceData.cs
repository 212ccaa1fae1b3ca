using Xunit;

namespace MartechGrains.Testing;

/// <summary>
/// Finds the shared conformance data: the folder of MARTECH_CONFORMANCE_DIR, else <c>../shared/conformance</c> beside
/// the repository. The data is never copied; tests that need it skip visibly where it is absent.
/// </summary>
public static class ConformanceData
{
    /// <summary>The environment variable that names the folder.</summary>
    public const string Variable = "MARTECH_CONFORMANCE_DIR";

    /// <summary>The folder, or null where there is none.</summary>
    public static string? Root { get; } = Find();

    /// <summary>Whether the variable names the folder: then nothing is known of what it holds.</summary>
    public static bool IsNamed => Named is not null;

    private static string? Named =>
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named ? named : null;

    /// <summary>A file or folder of the data; skips the calling test where there is none.</summary>
    public static string Require(params string[] path)
    {
        var full = Root is null ? null : Path.Combine([Root, .. path]);
        Skip.If(full is null || (!File.Exists(full) && !Directory.Exists(full)),
            $"No conformance data {string.Join('/', path)}: set {Variable}.");
        return full!;
    }

    private static string? Find()
    {
        if (Named is { } named)
        {
            return Directory.Exists(named)
                ? named
                : throw new DirectoryNotFoundException($"{Variable} names a folder that does not exist: {named}");
        }

        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (!File.Exists(Path.Combine(at.FullName, "MartechGrains.sln")))
                continue;
            var beside = Path.Combine(at.FullName, "..", "shared", "conformance");
            return Directory.Exists(beside) ? Path.GetFullPath(beside) : null;
        }

        return null;
    }
}
