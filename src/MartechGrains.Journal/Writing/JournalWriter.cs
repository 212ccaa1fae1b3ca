using System.Threading.Channels;
using MartechGrains.Core.Identity;
using MartechGrains.Journal.Contracts;

namespace MartechGrains.Journal.Writing;

/// <summary>
/// The one way to write: a bounded queue, drained by one loop that commits what has gathered as one transaction and
/// then releases everybody who waits. Safe to call from many threads; writes take effect in the order of the calls.
/// One per process and store.
/// </summary>
public sealed class JournalWriter : IAsyncDisposable
{
    private readonly JournalWriterOptions _options;
    private readonly Channel<PendingWrite> _queue;
    private readonly FencedHomes _closed = new();
    private readonly BatchCommitter _committer;
    private readonly Task _loop;
    private long _queuedBytes;

    private JournalWriter(IJournalStore store, int number, JournalWriterOptions options)
    {
        Number = number;
        _options = options;
        _committer = new BatchCommitter(store, number, options, _closed);
        _queue = Channel.CreateBounded<PendingWrite>(
            new BoundedChannelOptions(options.MaxQueuedWrites) { SingleReader = true });
        _loop = Task.Run(DrainAsync);
    }

    /// <summary>The writer's number in the change feed.</summary>
    public int Number { get; }

    /// <summary>Writes that wait for a commit, without the batch under way.</summary>
    public int QueueLength => _queue.Reader.Count;

    /// <summary>Registers a writer at a migrated store and starts its loop.</summary>
    /// <param name="store">The store; stays the caller's to dispose, after the writer.</param>
    /// <param name="name">A name no other running process uses, best one that survives restarts.</param>
    /// <param name="options">Limits; null for the defaults.</param>
    /// <param name="cancellationToken">Gives up registering.</param>
    /// <exception cref="StoreUnavailableException">The store cannot be reached.</exception>
    public static async Task<JournalWriter> StartAsync(
        IJournalStore store,
        string name,
        JournalWriterOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        var number = await store.RegisterWriterAsync(name, cancellationToken).ConfigureAwait(false);
        return new JournalWriter(store, number, options ?? new JournalWriterOptions());
    }

    /// <summary>
    /// Queues a write and waits for its outcome. Once queued it is carried out whatever the caller does: after a
    /// cancellation the outcome is unknown. A failed append closes its home: all later appends of it are fenced
    /// until <see cref="ReopenAsync"/>.
    /// </summary>
    /// <exception cref="JournalOverloadedException">The queue stayed full; nothing was written.</exception>
    /// <exception cref="StoreUnavailableException">The store stayed unavailable; nothing was written.</exception>
    /// <exception cref="AmbiguousCommitException">The outcome could not be found out: reload before writing
    /// again.</exception>
    /// <exception cref="ObjectDisposedException">The writer is closing; nothing was written.</exception>
    public ValueTask<WriteOutcome> WriteAsync(StoreWrite write, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(write);
        return StoreLimits.Refuses(write) is { } error
            ? new ValueTask<WriteOutcome>(new WriteOutcome(WriteStatus.Refused, Error: error))
            : EnqueueAsync(new PendingWrite(write), cancellationToken);
    }

    /// <summary>
    /// Lets appends of a home through again. To be called when the home is loaded anew, before its first append;
    /// appends queued before the call stay fenced. Free where the home is not closed.
    /// </summary>
    /// <exception cref="JournalOverloadedException">The queue stayed full.</exception>
    public async ValueTask ReopenAsync(HomeId home, CancellationToken cancellationToken = default)
    {
        if (_closed.Contains(home))
            await EnqueueAsync(new PendingWrite(home), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Refuses new writes, and returns when the queued ones are settled.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _loop.ConfigureAwait(false);
    }

    private ValueTask<WriteOutcome> EnqueueAsync(PendingWrite pending, CancellationToken cancellationToken)
    {
        if (Interlocked.Read(ref _queuedBytes) >= _options.MaxQueuedBytes)
        {
            throw new JournalOverloadedException(
                $"{_options.MaxQueuedBytes} bytes wait in the journal's queue. Send less at a time, "
                + "or try again later.");
        }
        return _queue.Writer.TryWrite(pending)
            ? new ValueTask<WriteOutcome>(AwaitAsync(pending, cancellationToken))
            : EnqueueSlowlyAsync(pending, cancellationToken);
    }

    private Task<WriteOutcome> AwaitAsync(PendingWrite pending, CancellationToken cancellationToken)
    {
        Interlocked.Add(ref _queuedBytes, pending.Bytes);
        JournalMetrics.QueueLength.Add(1);
        return pending.Done.WaitAsync(cancellationToken);
    }

    private async ValueTask<WriteOutcome> EnqueueSlowlyAsync(PendingWrite pending, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(_options.MaxQueueWait, _options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            await _queue.Writer.WriteAsync(pending, either.Token).ConfigureAwait(false);
        }
        catch (ChannelClosedException)
        {
            throw new ObjectDisposedException(nameof(JournalWriter));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new JournalOverloadedException(
                $"The journal's queue of {_options.MaxQueuedWrites} writes stayed full for "
                + $"{_options.MaxQueueWait.TotalMilliseconds:0} ms. Send less at a time, or try again later.");
        }
        return await AwaitAsync(pending, cancellationToken).ConfigureAwait(false);
    }

    private async Task DrainAsync()
    {
        var batch = new List<PendingWrite>();
        PendingWrite? next = null;
        while (next is not null || await _queue.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            // Behind whatever is ready to run: much of it is about to write, and a commit costs by the piece.
            if (next is null)
                await Task.Yield();
            next = Gather(batch, next);
            if (batch.Count > 0)
            {
                await _committer.CommitAsync(batch).ConfigureAwait(false);
                JournalMetrics.QueueLength.Add(-batch.Count);
                Interlocked.Add(ref _queuedBytes, -batch.Sum(pending => pending.Bytes));
            }
            batch.Clear();
        }
    }

    /// <summary>Fills the batch up to its limits; returns the write that has no room in it any more.</summary>
    private PendingWrite? Gather(List<PendingWrite> batch, PendingWrite? next)
    {
        var rows = 0;
        long bytes = 0;
        while (next is not null || _queue.Reader.TryRead(out next))
        {
            if (next.Write is null)
            {
                // What was queued before a home is reopened must have failed by then.
                if (batch.Count > 0)
                    return next;
                _closed.Reopen(next.Home!.Value);
                next.Settle(default);
                JournalMetrics.QueueLength.Add(-1);
            }
            else
            {
                if (batch.Count > 0 && (rows + next.Rows > _options.MaxBatchRows
                    || bytes + next.Bytes > _options.MaxBatchBytes))
                    return next;
                batch.Add(next);
                rows += next.Rows;
                bytes += next.Bytes;
            }
            next = null;
        }
        return null;
    }
}
