using MartechGrains.Journal.Contracts;
using MartechGrains.Testing;

namespace MartechGrains.Cluster.Tests.Hosting;

/// <summary>Holds commits back while it is closed.</summary>
internal sealed class CommitGate
{
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile TaskCompletionSource? _closed;

    /// <summary>Completes when a commit waits at the closed gate.</summary>
    public Task Reached => _reached.Task;

    public void Close() => _closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Open() => _closed!.SetResult();

    public Task PassAsync()
    {
        if (_closed is not { } closed) return Task.CompletedTask;
        _reached.TrySetResult();
        return closed.Task;
    }
}

/// <summary>A store whose commits pass a gate.</summary>
internal sealed class GatedStore(IJournalStore inner, CommitGate gate) : PassingStore(inner)
{
    public override async Task CommitAsync(
        int writer,
        IReadOnlyList<StoreWrite> batch,
        WriteOutcome[] outcomes,
        CancellationToken cancellationToken = default)
    {
        await gate.PassAsync();
        await base.CommitAsync(writer, batch, outcomes, cancellationToken);
    }
}
