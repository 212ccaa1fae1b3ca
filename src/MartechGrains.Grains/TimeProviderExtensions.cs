namespace MartechGrains.Grains;

/// <summary>Reads a clock in the unit in which moments are kept.</summary>
public static class TimeProviderExtensions
{
    /// <summary>The present, in milliseconds since 1970 UTC.</summary>
    public static long UnixMilliseconds(this TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        return time.GetUtcNow().ToUnixTimeMilliseconds();
    }
}
