using MartechGrains.Journal.Contracts;

namespace MartechGrains.Journal.Writing;

/// <summary>
/// Keeps callers from a store that takes no writes. It hears of every commit, and asks the store by itself while it is
/// shut, since then no commit is tried. Safe for use by several threads.
/// </summary>
internal sealed class WriteGate(ICommits store, TimeProvider time) : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly StoreBreaker _breaker = new();
    private readonly CancellationTokenSource _closing = new();
    private readonly long _origin = time.GetTimestamp();
    private volatile string? _refusal;
    private volatile bool _isTroubled;
    private bool _isClosed;
    private TimeSpan _shutAt;
    private Task _probing = Task.CompletedTask;
    private Task _asking = Task.CompletedTask;

    /// <summary>Tells of the beginning and of the end of each time in which callers are refused.</summary>
    public event EventHandler<StoreOutageEventArgs>? Changed;

    /// <summary>Why callers are refused; null where they are not.</summary>
    public string? Refusal => _refusal;

    /// <summary>A commit failed, for no fault of what was in it.</summary>
    public void Fail(JournalException error)
    {
        lock (_lock)
        {
            _isTroubled = true;
            if (_isClosed || !_breaker.Fail(Now, error.RefusesWrites)) return;
            _shutAt = Now;
            _refusal = error.Message;
            _probing = ProbeAsync(_refusal);
        }
        JournalMetrics.Outages.Add(1);
        Changed?.Invoke(this, new StoreOutageEventArgs(error.Message, null));
    }

    /// <summary>Somebody could not work with the store, perhaps before a write: asks it, once for all.</summary>
    public void Suspect()
    {
        lock (_lock)
        {
            if (_isClosed || _breaker.IsOpen || !_asking.IsCompleted) return;
            _asking = Task.Run(AskAsync);
        }
    }

    /// <summary>The store took something.</summary>
    public void Succeed()
    {
        // As a rule, nothing is wrong and nothing has to be changed.
        if (!_isTroubled) return;
        StoreOutageEventArgs over;
        lock (_lock)
        {
            _isTroubled = false;
            if (!_breaker.Succeed(Now)) return;
            over = new StoreOutageEventArgs(_refusal!, Now - _shutAt);
            _refusal = null;
        }
        Changed?.Invoke(this, over);
    }

    public async ValueTask DisposeAsync()
    {
        Task[] running;
        lock (_lock)
        {
            if (_isClosed) return;
            _isClosed = true;
            running = [_probing, _asking];
        }
        await _closing.CancelAsync().ConfigureAwait(false);
        // They end by being cancelled.
        await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _closing.Dispose();
    }

    private TimeSpan Now => time.GetElapsedTime(_origin);

    private async Task AskAsync()
    {
        try
        {
            await store.ProbeAsync(_closing.Token).ConfigureAwait(false);
            Succeed();
        }
        catch (JournalException error)
        {
            Fail(error);
        }
    }

    /// <summary>Probes for as long as the refusal stands, and no other has come after it.</summary>
    private async Task ProbeAsync(string refusal)
    {
        while (ReferenceEquals(_refusal, refusal))
        {
            await Task.Delay(_breaker.ProbeDelay, time, _closing.Token).ConfigureAwait(false);
            try
            {
                await store.ProbeAsync(_closing.Token).ConfigureAwait(false);
                Succeed();
            }
            catch (Exception) when (!_closing.IsCancellationRequested)
            {
                // It takes none yet, whatever the reason: why was told when this began.
            }
        }
    }
}
