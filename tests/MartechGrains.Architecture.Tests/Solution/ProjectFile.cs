using System.Xml.Linq;

namespace MartechGrains.Architecture.Tests.Solution;

/// <summary>What a project file names.</summary>
internal sealed record ProjectFile(string Name, string Path, IReadOnlyList<string> Projects)
{
    public static ProjectFile Read(string path) => Parse(path, Repository.Read(path));

    public static ProjectFile Parse(string path, string text)
    {
        var document = XDocument.Parse(text);
        return new ProjectFile(
            System.IO.Path.GetFileNameWithoutExtension(path),
            path,
            [.. document.Descendants("ProjectReference").Attributes("Include")
                .Select(static include => System.IO.Path.GetFileNameWithoutExtension(include.Value.Replace('\\', '/')))]);
    }

    public static IReadOnlyList<ProjectFile> All() =>
        [.. Repository.Files().Where(static path => path.EndsWith(".csproj", StringComparison.Ordinal)).Select(Read)];
}
