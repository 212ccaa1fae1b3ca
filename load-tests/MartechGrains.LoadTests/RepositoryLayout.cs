namespace MartechGrains.LoadTests;

/// <summary>Where things are in the repository this program was built in.</summary>
public static class RepositoryLayout
{
    /// <summary>The repository's root.</summary>
    /// <exception cref="InvalidOperationException">The program was copied elsewhere.</exception>
    public static string Root { get; } = FindRoot();

    /// <summary>Where results go by default.</summary>
    public static string Results => Path.Combine(Root, "load-tests", "results");

    /// <summary>The server's build output of the same configuration as ours.</summary>
    public static string ServerDll
    {
        get
        {
            var configuration = Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
            return Path.Combine(
                Root, "artifacts", "bin", "MartechGrains.Server", configuration, "MartechGrains.Server.dll");
        }
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "MartechGrains.sln")))
                return folder.FullName;
        }

        throw new InvalidOperationException("The load tests run from the build output inside the repository.");
    }
}
