using System.Runtime.CompilerServices;
using MartechGrains.Journal.Contracts;

namespace MartechGrains.Journal.Feed;

/// <summary>
/// The change feed for the readers of one process. Each reads the store until it is up to date; from then on those who
/// follow share one tail of the store, however many they are. Safe for use by several threads.
/// </summary>
/// <param name="store">The store; stays the caller's to dispose.</param>
/// <param name="time">Measures pauses.</param>
public sealed class ChangeFeed(IFeedReads store, TimeProvider time)
{
    /// <summary>Most rows, about, that are read at once.</summary>
    public const int PageSize = 1000;

    /// <summary>Most readers that follow at a time; more are refused.</summary>
    public const int MaxFollowers = 256;

    private readonly Lock _lock = new();
    private FeedTail? _tail;
    private int _followers;

    /// <summary>Readers that follow.</summary>
    public int Followers
    {
        get
        {
            lock (_lock)
                return _followers;
        }
    }

    /// <summary>Whether a cursor was given by this feed, and the store still has all that came before it.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot be reached.</exception>
    public Task<bool> KnowsAsync(FeedCursor cursor, CancellationToken cancellationToken = default) =>
        store.HasBatchesAsync(cursor, cancellationToken);

    /// <summary>Reads what was committed after a cursor, up to the present.</summary>
    /// <param name="after">The cursor.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <exception cref="StoreUnavailableException">The store cannot be reached.</exception>
    public async IAsyncEnumerable<FeedStep> ReadAsync(
        FeedCursor after, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(after);
        while (await store.ReadFeedAsync(after, PageSize, cancellationToken).ConfigureAwait(false) is
            { Count: > 0 } batches)
        {
            var step = new FeedStep(batches, batches[^1].Cursor);
            after = step.Cursor;
            yield return step;
        }
    }

    /// <summary>Reads what was committed after a cursor, and then what is committed from now on, without end.</summary>
    /// <param name="after">The cursor.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="FollowersExceededException"><see cref="MaxFollowers"/> follow already.</exception>
    /// <exception cref="StoreUnavailableException">The store cannot be reached; follow anew from the last
    /// cursor.</exception>
    public async IAsyncEnumerable<FeedStep> FollowAsync(
        FeedCursor after, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(after);
        Enter();
        try
        {
            while (true)
            {
                // Far behind, it reads by itself; the tail is for news.
                await foreach (var step in ReadAsync(after, cancellationToken).ConfigureAwait(false))
                {
                    after = step.Cursor;
                    yield return step;
                }
                var place = TailFrom(after).End;
                // What was committed before the tail came to that place is read here, all else comes from there.
                await foreach (var step in ReadAsync(after, cancellationToken).ConfigureAwait(false))
                {
                    after = step.Cursor;
                    yield return step;
                }
                while (await place.NextAsync(cancellationToken).ConfigureAwait(false) is { } news)
                {
                    place = news.Place;
                    if (Unseen(news.Batches, after) is not { } step)
                        continue;
                    after = step.Cursor;
                    yield return step;
                }
                // Too slow for the tail, which has let go of what comes next.
            }
        }
        finally
        {
            await LeaveAsync().ConfigureAwait(false);
        }
    }

    /// <summary>The batches that a reader has not had, or null.</summary>
    private static FeedStep? Unseen(IReadOnlyList<FeedBatch> batches, FeedCursor after)
    {
        var unseen = new List<FeedBatch>(batches.Count);
        foreach (var batch in batches)
        {
            var next = after.With(batch.Writer, batch.Batch);
            if (ReferenceEquals(next, after))
                continue;
            after = next;
            unseen.Add(batch with { Cursor = after });
        }
        return unseen.Count == 0 ? null : new FeedStep(unseen, after);
    }

    private void Enter()
    {
        lock (_lock)
        {
            if (_followers >= MaxFollowers)
            {
                FeedMetrics.Refused.Add(1);
                throw new FollowersExceededException();
            }
            _followers++;
        }
        FeedMetrics.Followers.Add(1);
    }

    private FeedTail TailFrom(FeedCursor cursor)
    {
        lock (_lock)
            return _tail ??= new FeedTail(store, time, cursor);
    }

    private async ValueTask LeaveAsync()
    {
        FeedTail? last = null;
        lock (_lock)
        {
            if (--_followers == 0)
                (last, _tail) = (_tail, null);
        }
        FeedMetrics.Followers.Add(-1);
        if (last is not null)
            await last.DisposeAsync().ConfigureAwait(false);
    }
}

/// <summary>Some batches of the change feed.</summary>
/// <param name="Batches">The batches, at least one, in order.</param>
/// <param name="Cursor">The reader's cursor once it has dealt with them.</param>
public sealed record FeedStep(IReadOnlyList<FeedBatch> Batches, FeedCursor Cursor);

/// <summary>
/// <see cref="ChangeFeed.MaxFollowers"/> readers follow the change feed, and this one would be one more.
/// </summary>
public sealed class FollowersExceededException() : JournalException(
    $"{ChangeFeed.MaxFollowers} readers follow the change feed. Read it without following, or try again later.", null);
