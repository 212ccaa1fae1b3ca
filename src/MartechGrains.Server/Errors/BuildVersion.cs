using System.Reflection;

namespace MartechGrains.Server.Errors;

/// <summary>Which build this is.</summary>
internal static class BuildVersion
{
    private static readonly string[] Parts = typeof(BuildVersion).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+', 2);

    /// <summary>The version, such as 0.1.0.</summary>
    public static string Number => Parts[0];

    /// <summary>The commit it was built from; empty where the build knew none.</summary>
    public static string Commit => Parts.Length > 1 ? Parts[1] : "";
}
