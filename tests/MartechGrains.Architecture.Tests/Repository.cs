namespace MartechGrains.Architecture.Tests;

/// <summary>The source tree these tests were built from.</summary>
internal static class Repository
{
    private static readonly string[] NotOurs = ["artifacts", "bin", "obj", "node_modules", ".git", ".vs", ".idea"];

    public static string Root { get; } = Find();

    /// <summary>
    /// Paths of the files below a folder, relative to the root, with forward slashes, in ordinal order.
    /// </summary>
    public static IReadOnlyList<string> Files(string folder = "")
    {
        var found = new List<string>();
        Collect(new DirectoryInfo(Path.Combine(Root, folder)), found);
        found.Sort(StringComparer.Ordinal);
        return found;
    }

    /// <summary>The C# files of products, tests and load tools.</summary>
    public static IReadOnlyList<string> CSharpFiles() =>
        [.. Files().Where(static path => path.EndsWith(".cs", StringComparison.Ordinal))];

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    public static bool Exists(string path)
    {
        var full = Path.Combine(Root, path);
        return File.Exists(full) || Directory.Exists(full);
    }

    private static void Collect(DirectoryInfo folder, List<string> found)
    {
        foreach (var file in folder.EnumerateFiles())
            found.Add(Path.GetRelativePath(Root, file.FullName).Replace('\\', '/'));
        foreach (var below in folder.EnumerateDirectories())
            if (!NotOurs.Contains(below.Name, StringComparer.Ordinal)) Collect(below, found);
    }

    private static string Find()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
            if (File.Exists(Path.Combine(at.FullName, "MartechGrains.sln"))) return at.FullName;
        throw new DirectoryNotFoundException($"No MartechGrains.sln above {AppContext.BaseDirectory}.");
    }
}
