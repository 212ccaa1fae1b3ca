namespace MartechGrains.Architecture.Tests.Assemblies;

/// <summary>What pure code may not name: clocks, chance, async, threads, I/O, logging, the runtime of grains.</summary>
internal static class PurityRule
{
    /// <summary>Libraries beside the platform's own that pure code may use: calculations, all of them.</summary>
    private static readonly string[] Libraries = ["PhoneNumbers"];

    private static readonly string[] BannedAssemblies =
    [
        "System.Net", "System.IO.FileSystem", "System.IO.Pipes", "System.Console", "System.Data", "System.Diagnostics",
        "System.Threading.Tasks", "System.Threading.Channels", "System.Threading.Thread",
    ];

    private static readonly string[] BannedTypes =
    [
        "System.Threading.Tasks.", "System.Threading.Thread", "System.Threading.Timer", "System.Threading.Monitor",
        "System.Threading.Semaphore", "System.Threading.Cancellation", "System.IO.", "System.Net.", "System.Console",
        "System.Diagnostics.Stopwatch", "System.Diagnostics.Process", "System.Diagnostics.Trace",
        "System.Diagnostics.Activity", "System.Diagnostics.Metrics.", "System.TimeProvider", "System.TimeZoneInfo",
        "System.Random", "System.Security.Cryptography.RandomNumberGenerator", "System.Collections.Generic.IAsync",
        "System.Runtime.CompilerServices.IAsyncStateMachine", "Orleans.", "Microsoft.Extensions.",
    ];

    /// <summary>Reading a table that is embedded in the assembly itself is no I/O.</summary>
    private static readonly string[] AllowedTypes =
        ["System.IO.Stream", "System.IO.StreamReader", "System.IO.TextReader", "System.IO.MemoryStream",
            "System.IO.InvalidDataException"];

    private static readonly string[] BannedMembers =
    [
        "System.DateTime.get_UtcNow", "System.DateTime.get_Now", "System.DateTime.get_Today",
        "System.DateTimeOffset.get_UtcNow", "System.DateTimeOffset.get_Now", "System.DateTime.ToLocalTime",
        "System.DateTimeOffset.ToLocalTime", "System.DateTimeOffset.get_LocalDateTime", "System.Guid.NewGuid",
        "System.Guid.CreateVersion7", "System.String.GetHashCode", "System.Environment.",
        "System.Globalization.CultureInfo.get_CurrentCulture", "System.Globalization.CultureInfo.get_CurrentUICulture",
    ];

    /// <summary>The compiler puts the id of the thread into every iterator.</summary>
    private static readonly string[] AllowedMembers = ["System.Environment.get_CurrentManagedThreadId"];

    public static IEnumerable<string> Violations(CompiledUse use) =>
        use.Assemblies.Where(IsBannedAssembly).Select(static name => $"assembly {name}")
            .Concat(use.Types.Where(IsBannedType).Select(static name => $"type {name}"))
            .Concat(use.Members.Where(IsBannedMember).Select(static name => $"member {name}"))
            .Order(StringComparer.Ordinal);

    private static bool IsBannedAssembly(string name) =>
        StartsWithAny(name, BannedAssemblies)
        || !(name.StartsWith("System.", StringComparison.Ordinal) || Libraries.Contains(name, StringComparer.Ordinal));

    private static bool IsBannedType(string name) =>
        StartsWithAny(name, BannedTypes) && !AllowedTypes.Contains(name, StringComparer.Ordinal);

    private static bool IsBannedMember(string name) =>
        StartsWithAny(name, BannedMembers) && !AllowedMembers.Contains(name, StringComparer.Ordinal);

    private static bool StartsWithAny(string name, string[] starts) =>
        starts.Any(start => name.StartsWith(start, StringComparison.Ordinal));
}
