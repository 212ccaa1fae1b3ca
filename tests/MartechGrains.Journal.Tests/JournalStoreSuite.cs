using MartechGrains.Journal.Contracts;
using Xunit;

namespace MartechGrains.Journal.Tests;

/// <summary>What every store must do. Each test has a store of its own.</summary>
public abstract partial class JournalStoreSuite : IAsyncLifetime
{
    /// <summary>The store under test, migrated.</summary>
    protected IJournalStore Store { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        await CreateAsync();
        Store = await OpenAsync();
        await Store.MigrateAsync();
    }

    public async Task DisposeAsync()
    {
        if (Store is not null)
            await Store.DisposeAsync();
        await DestroyAsync();
    }

    /// <summary>Makes a place for one test's data.</summary>
    protected abstract Task CreateAsync();

    /// <summary>Removes it.</summary>
    protected abstract Task DestroyAsync();

    /// <summary>Opens a store over it.</summary>
    protected abstract Task<IJournalStore> OpenAsync();

    /// <summary>A store as another process would have it; the same one where a store is for one process.</summary>
    protected abstract Task<IJournalStore> OpenOtherAsync();

    /// <summary>Runs SQL behind the store's back.</summary>
    protected abstract Task ExecuteAsync(string sql);

    private protected async Task<WriteOutcome[]> CommitAsync(params StoreWrite[] batch)
    {
        var writer = await Store.RegisterWriterAsync("test");
        var outcomes = new WriteOutcome[batch.Length];
        await Store.CommitAsync(writer, batch, outcomes);
        return outcomes;
    }

    private protected async Task<WriteStatus[]> StatusesAsync(params StoreWrite[] batch) =>
        [.. (await CommitAsync(batch)).Select(outcome => outcome.Status)];

    private protected static async Task<List<JournalRow>> ToListAsync(IAsyncEnumerable<JournalRow> rows)
    {
        var list = new List<JournalRow>();
        await foreach (var row in rows)
            list.Add(row);
        return list;
    }

    private protected static void AssertSame(IReadOnlyList<JournalRow> expected, IReadOnlyList<JournalRow> actual)
    {
        static string Text(JournalRow row) => $"{row.Home}:{row.Seq} {row.Kind} {Convert.ToHexString(row.Entry.Span)} "
            + $"{Convert.ToHexString(row.Hash.Span)} {Convert.ToHexString(row.WrappedKey.Span)}";
        Assert.Equal(expected.Select(Text), actual.Select(Text));
    }
}
