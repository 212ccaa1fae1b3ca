using MartechGrains.Journal.Contracts;
using MartechGrains.Journal.Entries;
using MartechGrains.Journal.Writing;
using MartechGrains.Testing;
using Xunit;
using static MartechGrains.Journal.Tests.Sample;
using static MartechGrains.Journal.Contracts.WriteStatus;

namespace MartechGrains.Journal.Tests;

public abstract partial class JournalStoreSuite
{
    private static readonly JournalWriterOptions Quick = new()
    {
        FirstRetryDelay = TimeSpan.FromMilliseconds(1),
        MaxRetryDelay = TimeSpan.FromMilliseconds(2),
        RetryFor = TimeSpan.FromMilliseconds(200),
    };

    [SkippableFact]
    public async Task Many_callers_share_few_commits()
    {
        var store = new FaultyStore(Store);
        await using var writer = await JournalWriter.StartAsync(store, "w");
        var writes = Enumerable.Range(1, 2000).Select(i => writer.WriteAsync(Append(Home((ulong)i))).AsTask())
            .ToArray();
        Assert.All(await Task.WhenAll(writes), outcome => Assert.Equal(Committed, outcome.Status));
        Assert.InRange(store.Commits, 1, 500);
        Assert.Equal(1, await Store.ReadHeadAsync(Home(2000)));
    }

    [SkippableFact]
    public async Task Only_the_guilty_of_a_refused_batch_fail_and_in_few_commits()
    {
        const int count = 1024;
        var store = new FaultyStore(Store);
        var (gate, writer) = await BlockedAsync(store, new JournalWriterOptions());
        await using var dispose = writer;
        var guilty = new[] { Home(100), Home(777) };
        store.OnCommit = (batch, commit) =>
            batch.OfType<AppendWrite>().Any(write => guilty.Contains(write.Rows[0].Home))
                ? throw new BatchRejectedException("a value does not fit", isFence: false)
                : commit();
        var writes = Enumerable.Range(1, count).Select(i => writer.WriteAsync(Append(Home((ulong)i))).AsTask())
            .ToArray();
        var before = store.Commits;
        gate.SetResult();
        var outcomes = await Task.WhenAll(writes);
        for (var i = 1; i <= count; i++)
        {
            var bad = i is 100 or 777;
            Assert.Equal(bad ? Refused : Committed, outcomes[i - 1].Status);
            Assert.Equal(bad ? 0 : 1, await Store.ReadHeadAsync(Home((ulong)i)));
        }
        Assert.Equal("a value does not fit", outcomes[99].Error);
        // At most 1 + 2 k log2 n.
        Assert.InRange(store.Commits - before, 3, 1 + (2 * 2 * 10));
    }

    [SkippableFact]
    public async Task A_write_over_a_limit_is_refused_by_itself()
    {
        await using var writer = await JournalWriter.StartAsync(Store, "w");
        var row = Rows(Home(1), 1)[0] with { Entry = new byte[StoreLimits.MaxEntryBytes + 1] };
        var outcome = await writer.WriteAsync(Append(row));
        Assert.Equal(Refused, outcome.Status);
        Assert.Contains($"{StoreLimits.MaxEntryBytes}", outcome.Error, StringComparison.Ordinal);
        var rows = Rows(Home(2), 3);
        Assert.Equal(Refused, (await writer.WriteAsync(Append(rows[0], rows[2]))).Status);
        Assert.Equal(Refused, (await writer.WriteAsync(Append(rows[0] with { Hash = new byte[31] }))).Status);
        Assert.Equal(Refused, (await writer.WriteAsync(Append())).Status);
        Assert.Equal(Refused, (await writer.WriteAsync(Pointer(1, 0, home: 1))).Status);
        Assert.Equal(Committed, (await writer.WriteAsync(Append(rows))).Status);
    }

    [SkippableFact]
    public async Task A_failed_append_closes_its_home_until_it_is_reopened()
    {
        var store = new FaultyStore(Store);
        await CommitAsync(Append(Home(1), 4));
        var (gate, writer) = await BlockedAsync(store, new JournalWriterOptions { MaxBatchRows = 1 });
        await using var dispose = writer;
        // Made by a stale activation that knows of three rows: the second append would fit the stored head.
        var stale = new[] { writer.WriteAsync(At(Home(1), 4)).AsTask(), writer.WriteAsync(At(Home(1), 5)).AsTask() };
        gate.SetResult();
        Assert.Equal([Fenced, Fenced], (await Task.WhenAll(stale)).Select(outcome => outcome.Status));
        Assert.Equal(Fenced, (await writer.WriteAsync(At(Home(1), 5))).Status);
        var rows = await ToListAsync(Store.ReadHomeAsync(Home(1)));
        await writer.ReopenAsync(Home(1));
        Assert.Equal(Committed, (await writer.WriteAsync(Append(Rows(Home(1), 1, rows[^1])))).Status);
        Assert.Null(HashChain.Verify(await ToListAsync(Store.ReadHomeAsync(Home(1)))));
    }

    [SkippableTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task After_an_ambiguous_commit_every_write_gets_its_true_outcome_once(bool committed)
    {
        var store = new FaultyStore(Store);
        await CommitAsync(Append(Home(9)), Pointer(9, 1, home: 9), new RendezvousWrite(Key(9), Event(9), Home(9)));
        var (gate, writer) = await BlockedAsync(store, Quick);
        await using var dispose = writer;
        var faults = 1;
        store.OnCommit = async (_, commit) =>
        {
            if (faults == 0 || committed)
                await commit();
            if (faults-- > 0)
                throw new AmbiguousCommitException("connection lost");
        };
        var looks = 2;
        store.OnLook = () => looks-- > 0 ? throw new StoreUnavailableException("still away") : Task.CompletedTask;
        StoreWrite[] batch =
        [
            Append(Home(1), 3), At(Home(9), 1), Pointer(1, 1, home: 1), Pointer(9, 1, home: 1),
            new RendezvousWrite(Key(9), Event(9), Home(1)), new RendezvousWrite(Key(1), Event(1), Home(1)),
            Quarantine(1, 1),
        ];
        var writes = batch.Select(write => writer.WriteAsync(write).AsTask()).ToArray();
        gate.SetResult();
        var outcomes = await Task.WhenAll(writes);
        Assert.Equal(
            [Committed, Fenced, Committed, Fenced, Committed, Committed, Committed],
            outcomes.Select(outcome => outcome.Status));
        Assert.Equal((Home(9), Home(1)), (outcomes[4].Home, outcomes[5].Home));
        Assert.Equal(3, await Store.ReadHeadAsync(Home(1)));
    }

    [SkippableFact]
    public async Task What_cannot_be_found_out_is_said_to_be_unknown()
    {
        var store = new FaultyStore(Store)
        {
            OnCommit = (_, _) => throw new AmbiguousCommitException("connection lost"),
            OnLook = () => throw new StoreUnavailableException("away"),
        };
        await using var writer = await JournalWriter.StartAsync(store, "w", Quick);
        await Assert.ThrowsAsync<AmbiguousCommitException>(() => writer.WriteAsync(Append(Home(1))).AsTask());
    }

    [SkippableFact]
    public async Task An_unavailable_store_is_tried_again_and_then_reported()
    {
        var failures = 3;
        var store = new FaultyStore(Store)
        {
            OnCommit = (_, commit) => failures-- > 0 ? throw new StoreUnavailableException("away") : commit(),
        };
        await using var writer = await JournalWriter.StartAsync(store, "w", Quick);
        Assert.Equal(Committed, (await writer.WriteAsync(Append(Home(1)))).Status);
        Assert.Equal(4, store.Commits);
        failures = int.MaxValue;
        await Assert.ThrowsAsync<StoreUnavailableException>(() => writer.WriteAsync(Append(Home(2))).AsTask());
        Assert.Equal(0, await Store.ReadHeadAsync(Home(2)));
        failures = 0;
        Assert.Equal(Committed, (await writer.WriteAsync(Append(Home(3)))).Status);
    }

    [SkippableFact]
    public async Task A_full_queue_makes_callers_wait_and_then_refuses_them()
    {
        var store = new FaultyStore(Store);
        var options = new JournalWriterOptions { MaxQueuedWrites = 4, MaxQueueWait = TimeSpan.FromMilliseconds(50) };
        var (gate, writer) = await BlockedAsync(store, options);
        await using var dispose = writer;
        var queued = Enumerable.Range(1, 4).Select(i => writer.WriteAsync(Append(Home((ulong)i))).AsTask()).ToArray();
        Assert.Equal(4, writer.QueueLength);
        await Assert.ThrowsAsync<JournalOverloadedException>(() => writer.WriteAsync(Append(Home(5))).AsTask());
        gate.SetResult();
        Assert.All(await Task.WhenAll(queued), outcome => Assert.Equal(Committed, outcome.Status));
        Assert.Equal(Committed, (await writer.WriteAsync(Append(Home(6)))).Status);
        Assert.Equal(0, await Store.ReadHeadAsync(Home(5)));
    }

    [SkippableFact]
    public async Task A_queue_full_of_bytes_refuses_more()
    {
        var store = new FaultyStore(Store);
        var (gate, writer) = await BlockedAsync(store, new JournalWriterOptions { MaxQueuedBytes = 1000 });
        await using var dispose = writer;
        var large = writer.WriteAsync(
            new QuarantineWrite(Quarantine(1, 1).Row with { Raw = new byte[1000] })).AsTask();
        await Assert.ThrowsAsync<JournalOverloadedException>(() => writer.WriteAsync(Append(Home(1))).AsTask());
        gate.SetResult();
        Assert.Equal(Committed, (await large).Status);
        await writer.DisposeAsync();
        Assert.Equal(0, await Store.ReadHeadAsync(Home(1)));
    }

    [SkippableFact]
    public async Task A_cancelled_caller_does_not_cancel_its_queued_write()
    {
        var store = new FaultyStore(Store);
        var (gate, writer) = await BlockedAsync(store, new JournalWriterOptions());
        using var cancel = new CancellationTokenSource();
        var write = writer.WriteAsync(Append(Home(1)), cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => write);
        gate.SetResult();
        await writer.DisposeAsync();
        Assert.Equal(1, await Store.ReadHeadAsync(Home(1)));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => writer.WriteAsync(Append(Home(2))).AsTask());
    }

    /// <summary>The database refuses rows of kind 77: exactly those fail, whatever shares their batch.</summary>
    private protected async Task CheckGuiltyAsync()
    {
        var store = new FaultyStore(Store);
        var (gate, writer) = await BlockedAsync(store, new JournalWriterOptions());
        await using var dispose = writer;
        var writes = Enumerable.Range(1, 64).Select(i =>
        {
            var row = Rows(Home((ulong)i), 1)[0];
            return writer.WriteAsync(Append(i == 33 ? row with { Kind = 77 } : row)).AsTask();
        }).ToArray();
        gate.SetResult();
        var statuses = (await Task.WhenAll(writes)).Select(outcome => outcome.Status).ToArray();
        Assert.Equal(Refused, statuses[32]);
        Assert.Equal(63, statuses.Count(status => status == Committed));
        Assert.Equal(0, await Store.ReadHeadAsync(Home(33)));
        Assert.Equal(1, await Store.ReadHeadAsync(Home(64)));
    }

    /// <summary>
    /// A writer that has begun a commit which waits for the gate, so that all that follows is queued.
    /// </summary>
    private static async Task<(TaskCompletionSource Gate, JournalWriter Writer)> BlockedAsync(
        FaultyStore store, JournalWriterOptions options)
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        store.OnCommit = async (_, commit) =>
        {
            store.OnCommit = (_, next) => next();
            entered.SetResult();
            await gate.Task;
            await commit();
        };
        var writer = await JournalWriter.StartAsync(store, "blocked", options);
        _ = writer.WriteAsync(Append(Home(1_000_000))).AsTask();
        await entered.Task;
        return (gate, writer);
    }
}
