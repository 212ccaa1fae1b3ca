namespace MartechGrains.Testing;

/// <summary>The system's clock, as somebody sets it wrong and right again. What has passed is measured rightly.
/// </summary>
public sealed class ShiftedClock : TimeProvider
{
    private long _ticks;

    /// <summary>By how much it is ahead.</summary>
    public TimeSpan Shift
    {
        get => new(Volatile.Read(ref _ticks));
        set => Volatile.Write(ref _ticks, value.Ticks);
    }

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Shift;
}
