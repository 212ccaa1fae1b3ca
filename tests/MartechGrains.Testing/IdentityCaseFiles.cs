using System.Text.Json;

namespace MartechGrains.Testing;

/// <summary>
/// Identity cases as files of JSON: the shared ones, where there are any, and this repository's own.
/// </summary>
public static class IdentityCaseFiles
{
    /// <summary>The cases of this repository, worked out by hand; each with the file and id it is named by.</summary>
    public static IEnumerable<(string Name, JsonElement Case)> Own() =>
        In(Path.Combine(AppContext.BaseDirectory, "IdentityCases"));

    /// <summary>The shared cases; skips the calling test where there are none.</summary>
    public static IEnumerable<(string Name, JsonElement Case)> Shared() => In(ConformanceData.Require("identity"));

    private static IEnumerable<(string Name, JsonElement Case)> In(string folder)
    {
        foreach (var file in Directory.GetFiles(folder, "*.json").Order(StringComparer.Ordinal))
        {
            using var document = JsonDocument.Parse(File.ReadAllText(file));
            foreach (var one in document.RootElement.GetProperty("cases").EnumerateArray())
                yield return ($"{Path.GetFileName(file)}: {one.GetProperty("id").GetString()}", one.Clone());
        }
    }
}
