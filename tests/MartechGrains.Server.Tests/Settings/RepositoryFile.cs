namespace MartechGrains.Server.Tests.Settings;

/// <summary>Files of the repository that the tests were built in.</summary>
internal static class RepositoryFile
{
    /// <summary>Where one is.</summary>
    /// <param name="name">Its path in the repository.</param>
    public static string Path(string name)
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
            if (File.Exists(System.IO.Path.Combine(at.FullName, "MartechGrains.sln")))
                return System.IO.Path.Combine(at.FullName, name);
        throw new DirectoryNotFoundException($"No MartechGrains.sln above {AppContext.BaseDirectory}.");
    }
}
