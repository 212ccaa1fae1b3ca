using MartechGrains.LoadTests.Database;
using MartechGrains.LoadTests.Servers;

namespace MartechGrains.LoadTests.Commands;

/// <summary>A temporary folder for one run, and what must be stopped at its end, the newest first.</summary>
public sealed class Workplace : IAsyncDisposable
{
    private readonly Stack<IAsyncDisposable> toStop = new();

    /// <summary>The folder.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("martechgrains-load-").FullName;

    /// <summary>Stops something at the end.</summary>
    public async Task<T> KeepAsync<T>(Task<T> starting)
        where T : IAsyncDisposable
    {
        var started = await starting;
        toStop.Push(started);
        return started;
    }

    /// <summary>The store to measure on: a database of its own, dropped at the end, or the embedded one.</summary>
    /// <param name="postgres">Connection string of a user who may create databases; null for the embedded one.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<MartechStore> StoreAsync(string? postgres, CancellationToken cancellation) => postgres is null
        ? MartechStore.Embedded
        : MartechStore.Postgres((await KeepAsync(ScratchDatabase.CreateAsync(postgres, cancellation))).Connection);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        while (toStop.TryPop(out var started))
            await started.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    /// <summary>Tells the person at the terminal what happens.</summary>
    public static void Tell(FormattableString line) =>
        Console.Error.WriteLine(FormattableString.Invariant(line));
}
