using MartechGrains.Core.Identity;
using MartechGrains.Journal.Contracts;

namespace MartechGrains.Journal.Writing;

/// <summary>A write in the writer's queue, or a request to reopen a home, with whoever waits for it.</summary>
internal sealed class PendingWrite
{
    private readonly TaskCompletionSource<WriteOutcome> _done =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    public PendingWrite(StoreWrite write)
    {
        Write = write;
        Home = write is AppendWrite append ? append.Rows[0].Home : null;
        Rows = write is AppendWrite { Rows.Length: var rows } ? rows : 1;
        Bytes = StoreLimits.SizeOf(write);
    }

    public PendingWrite(HomeId reopen) => Home = reopen;

    /// <summary>The write; null for a request to reopen <see cref="Home"/>.</summary>
    public StoreWrite? Write { get; }

    /// <summary>The home that is appended to or reopened.</summary>
    public HomeId? Home { get; }

    public int Rows { get; }

    public long Bytes { get; }

    public Task<WriteOutcome> Done => _done.Task;

    public void Complete(WriteOutcome outcome) => _done.TrySetResult(outcome);

    public void Fail(Exception error) => _done.TrySetException(error);
}
