using MartechGrains.Journal.Contracts;

namespace MartechGrains.Journal.Feed;

/// <summary>
/// Reads what is committed from a cursor on, once for all who follow, and keeps the newest of it for those who are a
/// little behind.
/// </summary>
internal sealed class FeedTail : IAsyncDisposable
{
    /// <summary>Most pages that are kept; who is further behind reads the store by itself.</summary>
    public const int MaxKeptPages = 16;

    /// <summary>Most bytes of entries that are kept, beside the newest page, which is kept whatever its size.</summary>
    public const long MaxKeptBytes = 16 * 1024 * 1024;

    /// <summary>Time between two looks at a store that had no news.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly IFeedReads _store;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Queue<(FeedPlace Place, long Bytes)> _kept = new();
    private readonly Task _loop;
    private volatile FeedPlace _end;
    private long _keptBytes;

    public FeedTail(IFeedReads store, TimeProvider time, FeedCursor from)
    {
        (_store, _time, _end) = (store, time, new FeedPlace(from));
        _loop = Task.Run(RunAsync);
    }

    /// <summary>The newest place, after which everything is news.</summary>
    public FeedPlace End => _end;

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        // It ends by being cancelled.
        await _loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
    }

    private async Task RunAsync()
    {
        using var pause = new PeriodicTimer(Pause, _time);
        while (true)
        {
            try
            {
                while (await _store.ReadFeedAsync(_end.Cursor, ChangeFeed.PageSize, _stopping.Token)
                    .ConfigureAwait(false) is { Count: > 0 } batches)
                    Publish(batches);
            }
            catch (Exception error) when (!_stopping.IsCancellationRequested)
            {
                // All who follow are told, and may begin anew.
                var failed = _end;
                _end = new FeedPlace(failed.Cursor);
                failed.Fail(error);
            }
            await pause.WaitForNextTickAsync(_stopping.Token).ConfigureAwait(false);
        }
    }

    private void Publish(IReadOnlyList<FeedBatch> batches)
    {
        var before = _end;
        _end = new FeedPlace(batches[^1].Cursor);
        var bytes = batches.Sum(static batch => batch.Rows.Sum(static row => (long)row.Entry.Length));
        _kept.Enqueue((before, bytes));
        _keptBytes += bytes;
        while (_kept.Count > MaxKeptPages || (_kept.Count > 1 && _keptBytes > MaxKeptBytes))
        {
            var (oldest, size) = _kept.Dequeue();
            _keptBytes -= size;
            oldest.LetGo();
            FeedMetrics.LetGo.Add(1);
        }
        before.Arrive(new FeedNews(batches, _end));
    }
}

/// <summary>A place in the feed, and once there are, the news after it.</summary>
internal sealed class FeedPlace(FeedCursor cursor)
{
    private readonly TaskCompletionSource _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile FeedNews? _news;

    public FeedCursor Cursor { get; } = cursor;

    /// <summary>Waits for the news after this place; null where they are no longer kept.</summary>
    public async Task<FeedNews?> NextAsync(CancellationToken cancellationToken)
    {
        await _arrived.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        return _news;
    }

    public void Arrive(FeedNews news)
    {
        _news = news;
        _arrived.SetResult();
    }

    /// <summary>Keeps nothing: a slow reader that stands here holds no more than this place.</summary>
    public void LetGo() => _news = null;

    public void Fail(Exception error)
    {
        _arrived.SetException(error);
        // Perhaps nobody stands here now.
        _ = _arrived.Task.Exception;
    }
}

/// <summary>News, and the place after them.</summary>
internal sealed record FeedNews(IReadOnlyList<FeedBatch> Batches, FeedPlace Place);
