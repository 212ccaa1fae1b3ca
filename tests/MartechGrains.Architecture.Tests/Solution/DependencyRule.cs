namespace MartechGrains.Architecture.Tests.Solution;

/// <summary>
/// Which product project may know which, directly or through another: Core ← Definitions, Journal ← Grains ← Server;
/// the operator's tool knows the protos, Core and definitions.
/// </summary>
internal static class DependencyRule
{
    private const string Prefix = "MartechGrains.";

    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["MartechGrains.Core"] = [],
        ["MartechGrains.Protos"] = [],
        ["MartechGrains.Definitions"] = ["MartechGrains.Core"],
        ["MartechGrains.Journal"] = ["MartechGrains.Core"],
        ["MartechGrains.Grains"] = ["MartechGrains.Core", "MartechGrains.Definitions", "MartechGrains.Journal"],
        ["MartechGrains.Server"] =
        [
            "MartechGrains.Core", "MartechGrains.Definitions", "MartechGrains.Journal", "MartechGrains.Grains",
            "MartechGrains.Protos",
        ],
        ["martech"] = ["MartechGrains.Core", "MartechGrains.Definitions", "MartechGrains.Protos"],
        ["MartechGrains.Cli"] = ["MartechGrains.Core", "MartechGrains.Definitions", "MartechGrains.Protos"],
    };

    /// <summary>The references of a project or assembly that the direction forbids.</summary>
    public static IEnumerable<string> Violations(string name, IEnumerable<string> references)
    {
        if (!Allowed.TryGetValue(name, out var allowed))
            return [$"{name} has no place in the direction; give it one in {nameof(DependencyRule)}"];
        return references
            .Where(static reference => reference.StartsWith(Prefix, StringComparison.Ordinal) || reference == "martech")
            .Where(reference => !allowed.Contains(reference, StringComparer.Ordinal))
            .Select(reference => $"{name} → {reference}");
    }
}
