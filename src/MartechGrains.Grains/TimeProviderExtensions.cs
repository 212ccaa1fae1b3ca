using MartechGrains.Core.Time;

namespace MartechGrains.Grains;

/// <summary>Reads a clock as a moment of this program.</summary>
public static class TimeProviderExtensions
{
    /// <summary>The present.</summary>
    public static IngestTime Now(this TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        return IngestTime.Of(time.GetUtcNow());
    }
}
