using System.Threading.Channels;
using MartechGrains.Core.Identity;
using MartechGrains.Journal.Contracts;
using MartechGrains.Journal.Reading;
using MartechGrains.Journal.Sqlite;
using MartechGrains.Testing;
using Xunit;
using static MartechGrains.Journal.Tests.Sample;

namespace MartechGrains.Journal.Tests;

public sealed class BatchedReadsTests : IAsyncLifetime
{
    private readonly string _folder = TestFolder.Create("reads");
    private readonly List<int> _asked = [];
    private readonly Channel<int> _begun = Channel.CreateUnbounded<int>();
    private readonly TaskCompletionSource _mayRead = new();
    private FaultyStore _store = null!;
    private BatchedReads _reads = null!;

    public async Task InitializeAsync()
    {
        _store = FaultyStore.Over(new SqliteJournalStore(_folder));
        _store.OnReadBeginnings = async (homes, read) =>
        {
            lock (_asked) _asked.Add(homes.Count);
            _begun.Writer.TryWrite(homes.Count);
            await _mayRead.Task;
            return await read();
        };
        await _store.MigrateAsync();
        _reads = new BatchedReads(_store, _store, 64);
    }

    public async Task DisposeAsync()
    {
        await _store.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Reads_that_come_while_others_are_under_way_share_queries_and_see_what_was_committed_before()
    {
        await FillAsync(Home(1));
        Task<IReadOnlyList<JournalRow>>[] first = [ReadAsync(1), await AfterBegunAsync(() => ReadAsync(2))];
        await _begun.Reader.ReadAsync();
        // Both places are taken: what is asked for from here on waits, and must see what is committed from here on.
        await FillAsync([.. Enumerable.Range(3, 200).Select(i => Home((ulong)i))]);
        var later = Enumerable.Range(3, 200).Select(i => ReadAsync((ulong)i)).ToArray();
        _mayRead.SetResult();
        Assert.Equal([2, 0], (await Task.WhenAll(first)).Select(rows => rows.Count));
        Assert.All(await Task.WhenAll(later), rows => Assert.Equal(2, rows.Count));
        Assert.Equal(202, _asked.Sum());
        Assert.InRange(_asked.Count, 3, 5);
    }

    [Fact]
    public async Task A_failed_query_fails_those_who_share_it_and_nobody_else()
    {
        var fails = true;
        _store.OnReadBeginnings = (_, read) =>
            fails ? throw new StoreUnavailableException("The store is away.") : read();
        var error = await Assert.ThrowsAsync<StoreUnavailableException>(() => ReadAsync(1));
        Assert.Equal("The store is away.", error.Message);
        fails = false;
        Assert.Empty(await ReadAsync(1));
    }

    [Fact]
    public async Task What_is_damaged_fails_only_who_asked_for_it()
    {
        await FillAsync(Home(1), Home(2), Home(3));
        Task<IReadOnlyList<JournalRow>>[] first = [ReadAsync(9), await AfterBegunAsync(() => ReadAsync(8))];
        await _begun.Reader.ReadAsync();
        var sharing = Enumerable.Range(1, 3).Select(i => ReadAsync((ulong)i)).ToArray();
        _store.OnReadBeginnings = (homes, read) => homes.Contains(Home(2))
            ? throw new StoreUnavailableException("The page is malformed.") { IsDamage = true }
            : read();
        _mayRead.SetResult();
        await Task.WhenAll(first);

        Assert.Equal(2, (await sharing[0]).Count);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => sharing[1]);
        Assert.Equal(2, (await sharing[2]).Count);
    }

    [Fact]
    public async Task A_query_that_runs_out_of_memory_leaves_its_place_to_the_next()
    {
#pragma warning disable CA2201 // A filter might let this very type pass.
        _store.OnReadBeginnings = static (_, _) => throw new OutOfMemoryException();
#pragma warning restore CA2201
        for (var times = 0; times < 3; times++)
            await Assert.ThrowsAsync<OutOfMemoryException>(() => ReadAsync(1));
        _store.OnReadBeginnings = static (_, read) => read();
        Assert.Empty(await ReadAsync(1));
    }

    [Fact]
    public async Task Who_gives_up_waiting_leaves_the_others_theirs()
    {
        await FillAsync(Home(1));
        using var impatient = new CancellationTokenSource();
        var given = _reads.ReadBeginningAsync(Home(1), impatient.Token);
        await _begun.Reader.ReadAsync();
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);
        _mayRead.SetResult();
        Assert.Equal(2, (await ReadAsync(1)).Count);
    }

    private async Task<Task<IReadOnlyList<JournalRow>>> AfterBegunAsync(Func<Task<IReadOnlyList<JournalRow>>> read)
    {
        await _begun.Reader.ReadAsync();
        return read();
    }

    private Task<IReadOnlyList<JournalRow>> ReadAsync(ulong home) => _reads.ReadBeginningAsync(Home(home), default);

    private async Task FillAsync(params HomeId[] homes)
    {
        var writer = await _store.RegisterWriterAsync("test");
        StoreWrite[] batch = [.. homes.Select(home => Append(home, 2))];
        await _store.CommitAsync(writer, batch, new WriteOutcome[batch.Length]);
    }
}
