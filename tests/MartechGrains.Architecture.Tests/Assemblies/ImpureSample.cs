using System.Diagnostics;

namespace MartechGrains.Architecture.Tests.Assemblies;

/// <summary>Everything that <see cref="PurityRule"/> must find, compiled into this assembly to be found.</summary>
internal static class ImpureSample
{
    private static readonly Func<DateTime> ClockAsAValue = () => DateTime.UtcNow;

    public static async Task<string> ReadAsync()
    {
        await Task.Yield();
        return File.ReadAllText("nowhere") + Guid.NewGuid() + Random.Shared.Next() + ClockAsAValue()
            + TimeProvider.System.GetTimestamp() + Stopwatch.GetTimestamp() + Environment.TickCount64
            + "text".GetHashCode(StringComparison.Ordinal);
    }
}
