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
    public async Task A_bug_in_a_commit_fails_only_the_write_that_brings_it_about()
    {
        const int count = 256;
        var store = new FaultyStore(Store);
        var (gate, writer) = await BlockedAsync(store, new JournalWriterOptions());
        await using var dispose = writer;
        var bug = new InvalidCastException("a bug");
        store.OnCommit = (batch, commit) =>
            batch.OfType<AppendWrite>().Any(write => write.Rows[0].Home == Home(77)) ? throw bug : commit();
        var writes = Enumerable.Range(1, count).Select(i => writer.WriteAsync(Append(Home((ulong)i))).AsTask())
            .ToArray();
        var before = store.Commits;
        gate.SetResult();
        var error = await Assert.ThrowsAsync<WriteFaultException>(() => writes[76]);
        Assert.Same(bug, error.InnerException);
        foreach (var write in writes.Where((_, i) => i != 76)) Assert.Equal(Committed, (await write).Status);
        Assert.Equal(0, await Store.ReadHeadAsync(Home(77)));
        Assert.Equal(1, await Store.ReadHeadAsync(Home(count)));
        // At most 1 + 2 log2 n.
        Assert.InRange(store.Commits - before, 3, 1 + (2 * 8));
        Assert.Equal(Fenced, (await writer.WriteAsync(At(Home(77), 1))).Status);
    }

    [SkippableFact]
    public async Task A_bug_after_a_commit_does_not_take_it_back()
    {
        var store = new FaultyStore(Store);
        store.OnCommit = async (_, commit) =>
        {
            await commit();
            throw new InvalidCastException("a bug");
        };
        await using var writer = await JournalWriter.StartAsync(store, "w", Quick);
        Assert.Equal(Committed, (await writer.WriteAsync(Append(Home(1)))).Status);
        Assert.Equal(1, store.Commits);
    }

    [SkippableFact]
    public async Task A_writer_that_ends_by_an_error_fails_what_waits_and_all_that_comes_later()
    {
        var store = new FaultyStore(Store);
        var clock = new BreakingClock();
        var (gate, writer) = await BlockedAsync(
            store,
            new JournalWriterOptions { Time = clock, MaxQueuedWrites = 2, MaxQueueWait = TimeSpan.FromHours(1) });
        await using var dispose = writer;
        var waiting = Enumerable.Range(1, 3).Select(i => writer.WriteAsync(Append(Home((ulong)i))).AsTask()).ToArray();
        Assert.False(writer.Ended.IsCompleted);

        clock.Break();
        gate.SetResult();
        foreach (var write in waiting)
        {
            var error = await Assert.ThrowsAsync<JournalEndedException>(() => write);
            Assert.IsType<OutOfMemoryException>(error.InnerException);
        }
        await Assert.ThrowsAsync<JournalEndedException>(() => writer.WriteAsync(Append(Home(4))).AsTask());
        await Assert.ThrowsAsync<JournalEndedException>(() => writer.Ended);
        Assert.Equal(0, await Store.ReadHeadAsync(Home(1)));
    }

    private sealed class BreakingClock : TimeProvider
    {
        private volatile bool _broken;

        public void Break() => _broken = true;

#pragma warning disable CA2201 // What ends the loop is, of all errors, most likely this one.
        public override long GetTimestamp() => _broken ? throw new OutOfMemoryException() : base.GetTimestamp();
#pragma warning restore CA2201
    }
}
