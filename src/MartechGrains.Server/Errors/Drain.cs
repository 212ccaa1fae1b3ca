namespace MartechGrains.Server.Errors;

/// <summary>
/// The last moments of a server that was told to stop. From their beginning nothing more is waited for, and what is
/// under way goes on to its answer; at their end that is broken off too.
/// </summary>
internal sealed class Drain : IDisposable
{
    /// <summary>Longest time that calls which are under way are given.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _over;
    private readonly CancellationTokenRegistration _begin;

    /// <summary>Begins when the server is told to stop.</summary>
    public Drain(IHostApplicationLifetime lifetime, TimeProvider time)
    {
        _over = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        Begun = lifetime.ApplicationStopping;
        Over = _over.Token;
        _begin = Begun.Register(() => _over.CancelAfter(Limit));
    }

    /// <summary>Cancelled when it begins: whoever waits for something new stops waiting.</summary>
    public CancellationToken Begun { get; }

    /// <summary>Cancelled when its time is over: whatever is under way ends.</summary>
    public CancellationToken Over { get; }

    public void Dispose()
    {
        _begin.Dispose();
        _over.Dispose();
    }
}
