using Xunit.Sdk;

namespace MartechGrains.Architecture.Tests;

/// <summary>What rules found; a test that meets any fails with all of them.</summary>
internal static class Findings
{
    public static void MustBeNone(IEnumerable<string> findings, string remedy)
    {
        var found = findings.ToArray();
        if (found.Length == 0) return;
        throw new XunitException($"{remedy}\n{found.Length} found:\n{string.Join('\n', found)}");
    }
}
