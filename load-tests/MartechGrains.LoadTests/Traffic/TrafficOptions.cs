namespace MartechGrains.LoadTests.Traffic;

/// <summary>What traffic to make. Together with an event's index it says all there is to the event.</summary>
public sealed record TrafficOptions
{
    /// <summary>The seed.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>How many people act.</summary>
    public int People { get; init; } = 20_000;

    /// <summary>How uneven their activity is; see <see cref="ZipfPopularity"/>.</summary>
    public double ZipfExponent { get; init; } = 1.1;

    /// <summary>When event 0 happens.</summary>
    public DateTimeOffset Start { get; init; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Time between an event and the next, in event time.</summary>
    public TimeSpan Spacing { get; init; } = TimeSpan.FromMilliseconds(10);

    /// <summary>Share of the sent events that repeat an earlier one to the byte.</summary>
    public double DuplicateShare { get; init; } = 0.01;

    /// <summary>How many places behind its original a repeated event comes, at most.</summary>
    public int MaxDuplicateDistance { get; init; } = 1_000;

    /// <summary>Share of the events whose event time lies before that of its neighbours.</summary>
    public double LateShare { get; init; } = 0.05;

    /// <summary>How late they are, at most.</summary>
    public TimeSpan MaxLateness { get; init; } = TimeSpan.FromDays(3);

    /// <summary>Share of neighbouring pairs of people that share one browser besides their own.</summary>
    public double SharedDeviceShare { get; init; } = 0.03;

    /// <summary>Share of such a person's visits that happen on the shared browser.</summary>
    public double OnSharedDeviceShare { get; init; } = 0.3;

    /// <summary>Whether everybody has logged in and left an e-mail address before the first event.</summary>
    public bool EveryoneIsKnown { get; init; }
}
