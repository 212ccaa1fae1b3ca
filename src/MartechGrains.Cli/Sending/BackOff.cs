using Google.Rpc;

namespace MartechGrains.Cli.Sending;

/// <summary>How long to wait before an attempt is repeated.</summary>
public static class BackOff
{
    private static readonly TimeSpan s_first = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(5);

    /// <summary>
    /// What the server asked for, else twice as long each time, 100 ms to 5 s; plus up to as much again at random, so
    /// that producers who failed together do not come back together.
    /// </summary>
    /// <param name="attempt">1 after the first failure.</param>
    /// <param name="status">Why it failed.</param>
    public static TimeSpan Delay(int attempt, Status status)
    {
        ArgumentNullException.ThrowIfNull(status);
        var grown = s_first * Math.Pow(2, Math.Clamp(attempt - 1, 0, 10));
        var asked = status.GetDetail<RetryInfo>()?.RetryDelay?.ToTimeSpan();
        var least = asked ?? (grown < s_longest ? grown : s_longest);
        return least * (1 + Random.Shared.NextDouble());
    }
}
