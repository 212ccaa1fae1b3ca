using MartechGrains.Journal.Contracts;
using MartechGrains.Journal.Writing;
using MartechGrains.Testing;
using Xunit;
using static MartechGrains.Journal.Tests.Sample;
using static MartechGrains.Journal.Contracts.WriteStatus;

namespace MartechGrains.Journal.Tests;

public abstract partial class JournalStoreSuite
{
    [SkippableFact]
    public async Task A_store_that_takes_no_writes_refuses_all_at_once_until_a_probe_succeeds()
    {
        var (store, writer) = await RefusingAsync();
        await using var dispose = writer;
        var told = new List<StoreOutageEventArgs>();
        var over = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        writer.OutageChanged += (_, outage) =>
        {
            told.Add(outage);
            if (outage.Lasted is not null) over.TrySetResult();
        };

        await Assert.ThrowsAsync<StoreUnavailableException>(() => writer.WriteAsync(Append(Home(1))).AsTask());
        var commits = store.Commits;
        Assert.Equal("the disk is full", writer.Outage);
        Assert.Throws<WritesRefusedException>(() => { _ = writer.WriteAsync(Append(Home(2))).AsTask(); });
        Assert.Throws<WritesRefusedException>(() => { _ = writer.WriteAsync(Quarantine(1, 1)).AsTask(); });
        Assert.Equal(commits, store.Commits);

        store.OnCommit = static (_, commit) => commit();
        store.OnProbe = static probe => probe();
        await over.Task;

        Assert.Null(writer.Outage);
        Assert.Equal(Committed, (await writer.WriteAsync(Append(Home(2)))).Status);
        Assert.Equal(Committed, (await writer.WriteAsync(Quarantine(1, 1))).Status);
        Assert.Equal([null, true], told.Select(static outage => outage.Lasted is null ? null : (bool?)true));
    }

    [SkippableFact]
    public async Task A_store_that_fails_before_anything_is_written_is_asked_and_refused_to_all()
    {
        var (store, writer) = await RefusingAsync();
        await using var dispose = writer;
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        writer.OutageChanged += (_, _) => begun.TrySetResult();

        writer.SuspectOutage();
        await begun.Task;

        Assert.Throws<WritesRefusedException>(writer.RefuseInOutage);
        Assert.Equal(0, store.Commits);
    }

    [SkippableFact]
    public async Task What_was_queued_before_is_tried_on_and_its_success_ends_the_outage()
    {
        var store = new FaultyStore(Store);
        var failures = 3;
        store.OnProbe = static _ => throw Full();
        store.OnCommit = (_, commit) => failures-- > 0 ? throw Full() : commit();
        await using var writer = await JournalWriter.StartAsync(
            store, "w", Quick with { RetryFor = TimeSpan.FromMinutes(1) });

        Assert.Equal(Committed, (await writer.WriteAsync(Append(Home(1)))).Status);

        Assert.Null(writer.Outage);
        Assert.Equal(4, store.Commits);
    }

    [SkippableFact]
    public async Task A_commit_that_the_store_has_no_room_for_and_leaves_unclear_is_not_tried_for_ever()
    {
        var store = new FaultyStore(Store)
        {
            OnProbe = static _ => throw Full(),
            OnCommit = static (_, _) => throw new AmbiguousCommitException("no room") { RefusesWrites = true },
        };
        await using var writer = await JournalWriter.StartAsync(store, "w", Quick);

        await Assert.ThrowsAsync<StoreUnavailableException>(() => writer.WriteAsync(Append(Home(1))).AsTask());

        Assert.Equal("no room", writer.Outage);
    }

    [SkippableFact]
    public async Task A_writer_that_closes_does_not_wait_for_a_store_that_takes_no_writes()
    {
        var store = new FaultyStore(Store);
        var tried = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        store.OnProbe = static _ => throw Full();
        store.OnCommit = (_, _) =>
        {
            tried.TrySetResult();
            throw Full();
        };
        var writer = await JournalWriter.StartAsync(store, "w", Quick with { RetryFor = TimeSpan.FromHours(1) });
        var write = writer.WriteAsync(Append(Home(1))).AsTask();
        await tried.Task;

        await writer.DisposeAsync();

        await Assert.ThrowsAsync<StoreUnavailableException>(() => write);
    }

    [SkippableFact]
    public async Task A_probe_writes_and_leaves_nothing_that_is_read()
    {
        await Store.ProbeAsync();
        await Store.ProbeAsync();

        Assert.Empty(await Store.ReadHomesAsync(null, 10));
    }

    private static StoreUnavailableException Full() => new("the disk is full") { RefusesWrites = true };

    private async Task<(FaultyStore Store, JournalWriter Writer)> RefusingAsync()
    {
        var store = new FaultyStore(Store)
        {
            OnProbe = static _ => throw Full(),
            OnCommit = static (_, _) => throw Full(),
        };
        return (store, await JournalWriter.StartAsync(store, "w", Quick));
    }
}
