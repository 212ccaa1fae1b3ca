using System.Collections.Concurrent;
using MartechGrains.Core.Identity;
using MartechGrains.Journal.Contracts;
using MartechGrains.Journal.Feed;
using MartechGrains.Journal.Sqlite;
using MartechGrains.Testing;
using Microsoft.Extensions.Time.Testing;
using Xunit;
using static MartechGrains.Journal.Tests.Sample;

namespace MartechGrains.Journal.Tests;

/// <summary>Many who follow share one tail of the store; each gets every row once, in each home's order.</summary>
public sealed class ChangeFeedTests : IAsyncLifetime, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly string _folder = Directory.CreateTempSubdirectory("martechgrains-feed-").FullName;
    private readonly FakeTimeProvider _time = new();
    private readonly CancellationTokenSource _end = new();
    private CountingStore _store = null!;
    private ChangeFeed _feed = null!;
    private int _writer;

    public async Task InitializeAsync()
    {
        _store = CountingStore.Over(new SqliteJournalStore(_folder));
        await _store.MigrateAsync();
        _writer = await _store.RegisterWriterAsync("test");
        _feed = new ChangeFeed(_store, _time);
    }

    public async Task DisposeAsync()
    {
        await _end.CancelAsync();
        await _store.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    public void Dispose() => _end.Dispose();

    [Fact]
    public async Task Those_who_follow_an_idle_store_ask_it_once_for_all()
    {
        var followers = Enumerable.Range(0, 20)
            .Select(_ => new Follower(_feed, FeedCursor.Start, _end.Token)).ToArray();
        await CommitAsync(Home(1));
        foreach (var follower in followers) await AssertSeenAsync(follower, Home(1));

        const int ticks = 100;
        var before = _store.Reads;
        for (var tick = 1; tick <= ticks; tick++)
        {
            _time.Advance(FeedTail.Pause);
            await UntilAsync(() => _store.Reads >= before + tick);
        }
        // Some may have joined the tail only now, each with a few reads of its own.
        Assert.InRange(_store.Reads - before, ticks, ticks + (3 * followers.Length));

        await CommitAsync(Home(2));
        foreach (var follower in followers) await AssertSeenAsync(follower, Home(1), Home(2));
    }

    [Fact]
    public async Task Whenever_a_reader_joins_and_wherever_it_resumes_it_sees_every_row_once()
    {
        const int rows = 200;
        var followers = new List<(int From, Follower Follower)> { (0, new(_feed, FeedCursor.Start, _end.Token)) };
        var cursors = new List<FeedCursor> { FeedCursor.Start };
        for (var i = 1; i <= rows; i++)
        {
            var page = await CommitAsync(Home((ulong)i));
            cursors.Add(cursors[^1].With(page.Writer, page.Batch));
            if (i % 3 == 0) _time.Advance(FeedTail.Pause);
            if (i % 10 != 0) continue;
            var from = i / 2;
            followers.Add((from, new Follower(_feed, cursors[from], _end.Token)));
        }
        foreach (var (from, follower) in followers)
            await AssertSeenAsync(
                follower, [.. Enumerable.Range(from + 1, rows - from).Select(i => Home((ulong)i))]);
    }

    [Fact]
    public async Task Who_is_too_slow_for_the_tail_misses_nothing()
    {
        var quick = new Follower(_feed, FeedCursor.Start, _end.Token);
        await CommitAsync(Home(1));
        await SeenAsync(quick, 1);
        var slow = new Follower(_feed, FeedCursor.Start, _end.Token);
        await SeenAsync(slow, 1);
        await CommitAsync(Home(2));
        await SeenAsync(quick, 2);
        await SeenAsync(slow, 2);

        slow.Pause();
        const int more = 2 * FeedTail.MaxKeptPages;
        for (var i = 3; i <= more; i++)
        {
            await CommitAsync(Home((ulong)i));
            await SeenAsync(quick, i);
        }
        slow.Resume();
        await AssertSeenAsync(slow, [.. Enumerable.Range(1, more).Select(i => Home((ulong)i))]);
    }

    [Fact]
    public async Task More_followers_than_the_limit_are_refused_and_a_place_is_free_again_when_one_leaves()
    {
        using var first = new CancellationTokenSource();
        var leaving = new Follower(_feed, FeedCursor.Start, first.Token);
        var others = Enumerable.Range(1, ChangeFeed.MaxFollowers - 1)
            .Select(_ => new Follower(_feed, FeedCursor.Start, _end.Token)).ToArray();
        await UntilAsync(() => _feed.Followers == ChangeFeed.MaxFollowers);
        await Assert.ThrowsAsync<FollowersExceededException>(
            () => new Follower(_feed, FeedCursor.Start, _end.Token).Done);

        await first.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaving.Done);
        await CommitAsync(Home(1));
        await AssertSeenAsync(new Follower(_feed, FeedCursor.Start, _end.Token), Home(1));
        Assert.All(others, other => Assert.False(other.Done.IsCompleted));
    }

    [Fact]
    public async Task Where_the_store_fails_all_are_told_and_may_follow_anew()
    {
        var followers = Enumerable.Range(0, 3).Select(_ => new Follower(_feed, FeedCursor.Start, _end.Token)).ToArray();
        await CommitAsync(Home(1));
        foreach (var follower in followers) await SeenAsync(follower, 1);

        _store.Fails = true;
        foreach (var follower in followers)
        {
            while (!follower.Done.IsCompleted) await TickAsync();
            await Assert.ThrowsAsync<StoreUnavailableException>(() => follower.Done);
        }
        _store.Fails = false;
        Assert.Equal(0, _feed.Followers);
        await AssertSeenAsync(new Follower(_feed, FeedCursor.Start, _end.Token), Home(1));
    }

    private async Task<FeedBatch> CommitAsync(HomeId home)
    {
        await _store.CommitAsync(_writer, [Append(home)], new WriteOutcome[1]);
        return (await _store.LastAsync())!;
    }

    private async Task AssertSeenAsync(Follower follower, params HomeId[] expected) =>
        Assert.Equal(expected, await SeenAsync(follower, expected.Length));

    /// <summary>What a follower has seen, once it is so much.</summary>
    private async Task<HomeId[]> SeenAsync(Follower follower, int count)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (follower.Seen.Count < count && !follower.Done.IsCompleted && !patience.IsCancellationRequested)
            await TickAsync();
        return [.. follower.Seen];
    }

    private async Task TickAsync()
    {
        _time.Advance(FeedTail.Pause);
        await Task.Yield();
    }

    private static async Task UntilAsync(Func<bool> isSo)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!isSo() && !patience.IsCancellationRequested) await Task.Yield();
        Assert.True(isSo());
    }

    /// <summary>A reader that follows, and keeps what it sees.</summary>
    private sealed class Follower
    {
        private volatile TaskCompletionSource? _pause;

        public Follower(ChangeFeed feed, FeedCursor after, CancellationToken cancellationToken) =>
            Done = Task.Run(() => FollowAsync(feed, after, cancellationToken), CancellationToken.None);

        public ConcurrentQueue<HomeId> Seen { get; } = new();

        public Task Done { get; }

        public void Pause() => _pause = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Resume() => _pause!.SetResult();

        private async Task FollowAsync(ChangeFeed feed, FeedCursor after, CancellationToken cancellationToken)
        {
            await foreach (var step in feed.FollowAsync(after, cancellationToken))
            {
                foreach (var batch in step.Batches)
                    foreach (var row in batch.Rows)
                        Seen.Enqueue(row.Home);
                if (_pause is { } pause) await pause.Task;
            }
        }
    }

    private sealed class CountingStore : PassingStore
    {
        private int _reads;
        private volatile bool _fails;
        private FeedCursor _end = FeedCursor.Start;

        private CountingStore(IJournalStore inner)
            : base(inner)
        {
        }

        public int Reads => Volatile.Read(ref _reads);

        public bool Fails
        {
            get => _fails;
            set => _fails = value;
        }

        public static CountingStore Over(IJournalStore inner) => new(inner);

        /// <summary>The newest batch, read without being counted.</summary>
        public async Task<FeedBatch?> LastAsync()
        {
            FeedBatch? last = null;
            while (await base.ReadFeedAsync(_end, 1000) is { Count: > 0 } page)
                (last, _end) = (page[^1], page[^1].Cursor);
            return last;
        }

        public override Task<IReadOnlyList<FeedBatch>> ReadFeedAsync(
            FeedCursor after, int limit, CancellationToken cancellationToken = default)
        {
            Interlocked.Increment(ref _reads);
            return _fails
                ? throw new StoreUnavailableException("The store is away.")
                : base.ReadFeedAsync(after, limit, cancellationToken);
        }
    }
}
