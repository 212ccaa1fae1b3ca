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
    private readonly WriteGate _gate;
    private readonly Task _loop;
    private readonly List<PendingWrite> _batch = [];
    private PendingWrite? _next;
    private volatile Exception? _failure;
    private long _queuedBytes;

    private JournalWriter(ICommits store, int number, JournalWriterOptions options)
    {
        Number = number;
        _options = options;
        _gate = new WriteGate(store, options.Time);
        _committer = new BatchCommitter(store, number, options, _closed, _gate);
        _queue = Channel.CreateBounded<PendingWrite>(
            new BoundedChannelOptions(options.MaxQueuedWrites) { SingleReader = true });
        _loop = Task.Run(RunAsync);
    }

    /// <summary>The writer's number in the change feed.</summary>
    public int Number { get; }

    /// <summary>Writes that wait for a commit, without the batch under way.</summary>
    public int QueueLength => _queue.Reader.Count;

    /// <summary>Tells of the beginning and of the end of each time in which the store takes no writes.</summary>
    public event EventHandler<StoreOutageEventArgs> OutageChanged
    {
        add => _gate.Changed += value;
        remove => _gate.Changed -= value;
    }

    /// <summary>
    /// Why the store takes no writes now, as it said itself, without personal data; null where it takes them. What is
    /// queued is tried on for as long as the options say; what comes now is refused at once.
    /// </summary>
    public string? Outage => _gate.Refusal;

    /// <summary>
    /// Completes when the writer has been disposed of. If it ends by an error instead, it faults with a
    /// <see cref="JournalEndedException"/>: everything that waits fails with one, as does all that comes later, and the
    /// process should be started anew.
    /// </summary>
    public Task Ended => _loop;

    /// <summary>Registers a writer at a migrated store and starts its loop.</summary>
    /// <param name="store">The store; stays the caller's to dispose, after the writer.</param>
    /// <param name="name">A name no other running process uses, best one that survives restarts.</param>
    /// <param name="options">Limits; null for the defaults.</param>
    /// <param name="cancellationToken">Gives up registering.</param>
    /// <exception cref="StoreUnavailableException">The store cannot be reached.</exception>
    public static async Task<JournalWriter> StartAsync(
        ICommits store,
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
    /// <exception cref="WritesRefusedException">The store takes no writes now; nothing was written.</exception>
    /// <exception cref="StoreUnavailableException">The store stayed unavailable; nothing was written.</exception>
    /// <exception cref="AmbiguousCommitException">The outcome could not be found out: reload before writing
    /// again.</exception>
    /// <exception cref="WriteFaultException">A bug kept it from the store; nothing was written.</exception>
    /// <exception cref="JournalEndedException">The writer has ended by an error.</exception>
    /// <exception cref="ObjectDisposedException">The writer is closing; nothing was written.</exception>
    public ValueTask<WriteOutcome> WriteAsync(StoreWrite write, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(write);
        RefuseInOutage();
        return StoreLimits.Refuses(write) is { } error
            ? new ValueTask<WriteOutcome>(new WriteOutcome(WriteStatus.Refused, Error: error))
            : EnqueueAsync(new PendingWrite(write), cancellationToken);
    }

    /// <summary>
    /// For callers whose work failed before a write, as reads do when the store is away: has it asked whether it takes
    /// writes, in the background and once for all who call meanwhile.
    /// </summary>
    public void SuspectOutage() => _gate.Suspect();

    /// <summary>For callers who can save themselves work whose writes would be refused.</summary>
    /// <exception cref="WritesRefusedException">The store takes no writes now.</exception>
    public void RefuseInOutage()
    {
        if (_gate.Refusal is not { } reason) return;
        JournalMetrics.RefusedAtOnce.Add(1);
        throw new WritesRefusedException($"The store takes no writes: {reason}");
    }

    /// <summary>
    /// Lets appends of a home through again. To be called when the home is loaded anew, before its first append;
    /// appends queued before the call stay fenced. Free where the home is not closed.
    /// </summary>
    /// <exception cref="JournalOverloadedException">The queue stayed full.</exception>
    /// <exception cref="JournalEndedException">The writer has ended by an error.</exception>
    public async ValueTask ReopenAsync(HomeId home, CancellationToken cancellationToken = default)
    {
        if (_closed.Contains(home))
            await EnqueueAsync(new PendingWrite(home), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Refuses new writes, and returns when the queued ones are settled; a store that fails is given no more time.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        _committer.StopRepeating();
        // An error of the loop has been told to all who waited, and by Ended.
        await _loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _gate.DisposeAsync().ConfigureAwait(false);
    }

    private ValueTask<WriteOutcome> EnqueueAsync(PendingWrite pending, CancellationToken cancellationToken)
    {
        if (_failure is { } failure)
            throw new JournalEndedException(failure);
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
            throw _failure is { } failure
                ? new JournalEndedException(failure)
                : new ObjectDisposedException(nameof(JournalWriter));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new JournalOverloadedException(
                $"The journal's queue of {_options.MaxQueuedWrites} writes stayed full for "
                + $"{_options.MaxQueueWait.TotalMilliseconds:0} ms. Send less at a time, or try again later.");
        }
        return await AwaitAsync(pending, cancellationToken).ConfigureAwait(false);
    }

    private async Task RunAsync()
    {
        try
        {
            await DrainAsync().ConfigureAwait(false);
        }
        catch (Exception error)
        {
            _failure = error;
            _queue.Writer.TryComplete(error);
            var end = new JournalEndedException(error);
            foreach (var pending in _batch)
                pending.Fail(end);
            _next?.Fail(end);
            while (_queue.Reader.TryRead(out var waiting))
                waiting.Fail(end);
            throw end;
        }
    }

    private async Task DrainAsync()
    {
        while (_next is not null || await _queue.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            // Behind whatever is ready to run: much of it is about to write, and a commit costs by the piece.
            if (_next is null)
                await Task.Yield();
            Gather();
            if (_batch.Count > 0)
            {
                await _committer.CommitAsync(_batch).ConfigureAwait(false);
                JournalMetrics.QueueLength.Add(-_batch.Count);
                Interlocked.Add(ref _queuedBytes, -_batch.Sum(pending => pending.Bytes));
            }
            _batch.Clear();
        }
    }

    /// <summary>Fills the batch up to its limits; what has no room in it any more is the next one's first.</summary>
    private void Gather()
    {
        var rows = 0;
        long bytes = 0;
        while (_next is not null || _queue.Reader.TryRead(out _next))
        {
            if (_next.Write is null)
            {
                // What was queued before a home is reopened must have failed by then.
                if (_batch.Count > 0)
                    return;
                _closed.Reopen(_next.Home!.Value);
                _next.Complete(default);
                JournalMetrics.QueueLength.Add(-1);
            }
            else
            {
                if (_batch.Count > 0 && (rows + _next.Rows > _options.MaxBatchRows
                    || bytes + _next.Bytes > _options.MaxBatchBytes))
                    return;
                _batch.Add(_next);
                rows += _next.Rows;
                bytes += _next.Bytes;
            }
            _next = null;
        }
    }
}
