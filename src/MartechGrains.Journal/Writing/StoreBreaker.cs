namespace MartechGrains.Journal.Writing;

/// <summary>
/// Decides when callers are refused at once because the store takes no writes, and when they are let through again.
/// Moments are times since any fixed one; not for several threads at a time.
/// </summary>
internal sealed class StoreBreaker
{
    /// <summary>How long failures that may pass by themselves, such as a lost connection, are borne.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>Time between two probes of a store that takes no writes.</summary>
    public static readonly TimeSpan FirstProbeDelay = TimeSpan.FromMilliseconds(250);

    /// <summary>The same at most, of a store that takes probes and then no writes.</summary>
    public static readonly TimeSpan MaxProbeDelay = TimeSpan.FromSeconds(8);

    /// <summary>A store that fails again within this time was not well.</summary>
    public static readonly TimeSpan Steadiness = TimeSpan.FromSeconds(30);

    private TimeSpan? _failingSince;
    private TimeSpan? _closedAt;

    /// <summary>Whether callers are refused.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>Time until the next probe.</summary>
    public TimeSpan ProbeDelay { get; private set; } = FirstProbeDelay;

    /// <summary>The store did not take a write.</summary>
    /// <param name="now">The moment.</param>
    /// <param name="refusesWrites">Whether the store said that it takes none, which does not pass by itself.</param>
    /// <returns>Whether this opened the breaker.</returns>
    public bool Fail(TimeSpan now, bool refusesWrites)
    {
        _failingSince ??= now;
        if (IsOpen || (!refusesWrites && now - _failingSince < Patience)) return false;
        IsOpen = true;
        ProbeDelay = _closedAt is { } closed && now - closed < Steadiness
            ? TimeSpan.FromTicks(Math.Min(2 * ProbeDelay.Ticks, MaxProbeDelay.Ticks))
            : FirstProbeDelay;
        return true;
    }

    /// <summary>The store took a write or a probe.</summary>
    /// <returns>Whether this closed the breaker.</returns>
    public bool Succeed(TimeSpan now)
    {
        _failingSince = null;
        if (!IsOpen) return false;
        IsOpen = false;
        _closedAt = now;
        return true;
    }
}
