namespace MartechGrains.Testing;

/// <summary>A clock at which it is always the same moment.</summary>
public sealed class StoppedClock(DateTimeOffset now) : TimeProvider
{
    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => now;
}
