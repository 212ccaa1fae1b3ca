namespace MartechGrains.Grains.Walks;

/// <summary>
/// Work that goes on beside whoever begins it: so many pieces at a time, and none is left behind. Where one fails, the
/// others are told to stop, and are waited for. Not for use by several threads.
/// </summary>
/// <param name="maxAtATime">Most pieces under way.</param>
/// <param name="cancellationToken">Ends all of them.</param>
internal sealed class WorkWindow(int maxAtATime, CancellationToken cancellationToken) : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping =
        CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
    private readonly List<Task> _underWay = new(maxAtATime);

    /// <summary>Begins a piece, once there is room for it.</summary>
    /// <param name="begin">Begins it; it is to end when the token is cancelled.</param>
    /// <exception cref="Exception">What an earlier piece failed with.</exception>
    public async ValueTask AddAsync(Func<CancellationToken, Task> begin)
    {
        if (_underWay.Count == maxAtATime)
        {
            var done = await Task.WhenAny(_underWay);
            _underWay.Remove(done);
            await done;
        }
        _underWay.Add(begin(_stopping.Token));
    }

    /// <summary>Waits for all that is under way.</summary>
    /// <exception cref="Exception">What the first of them failed with.</exception>
    public async ValueTask FinishAsync()
    {
        await Task.WhenAll(_underWay);
        _underWay.Clear();
    }

    /// <summary>Stops what is still under way, and waits for it.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        // What they end with is of no account: whoever began them has an error already.
        await Task.WhenAll(_underWay).ConfigureAwait(
            ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        _stopping.Dispose();
    }
}
