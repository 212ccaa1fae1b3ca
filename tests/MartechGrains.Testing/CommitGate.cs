using MartechGrains.Journal.Contracts;

namespace MartechGrains.Testing;

/// <summary>Holds commits back while it is closed; at first it is open.</summary>
public sealed class CommitGate
{
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile TaskCompletionSource? _closed;

    /// <summary>Completes when a commit waits at the closed gate.</summary>
    public Task Reached => _reached.Task;

    /// <summary>Closes it.</summary>
    public void Close() => _closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Opens it, for what waits too.</summary>
    public void Open() => _closed!.SetResult();

    /// <summary>Ends when it is open.</summary>
    public Task PassAsync()
    {
        if (_closed is not { } closed) return Task.CompletedTask;
        _reached.TrySetResult();
        return closed.Task;
    }

    /// <summary>A store whose commits pass the gate.</summary>
    public FaultyStore Before(IJournalStore store) => new(store)
    {
        OnCommit = async (_, commit) =>
        {
            await PassAsync().ConfigureAwait(false);
            await commit().ConfigureAwait(false);
        },
    };
}
