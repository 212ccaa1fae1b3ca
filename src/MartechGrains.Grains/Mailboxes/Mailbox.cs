using System.Diagnostics.CodeAnalysis;
using Orleans.Concurrency;

namespace MartechGrains.Grains.Mailboxes;

/// <summary>
/// What one grain was asked: operations wait in a bounded queue and take turns, one turn at a time. It runs on the
/// scheduler of its grain, on which it must be asked and closed; nothing here is for other threads.
/// </summary>
/// <remarks>
/// Whatever is asked is answered. An exception out of a turn, of any kind, is the answer of the operations that the
/// turn took, and the next turn follows; a grain that cannot go on after it closes its mailbox.
/// </remarks>
/// <typeparam name="TOperation">
/// What the grain's operations have in common: all that it is asked derives from <see cref="MailboxOperation{TReply}"/>
/// and is this.
/// </typeparam>
/// <param name="kind">The kind of grain, and so how much may wait.</param>
/// <param name="grain">Names the grain, by key, to those who are refused.</param>
/// <param name="takeTurn">
/// A turn of the operation, and of others that it takes with <see cref="TryTake"/> to share it. It answers them all.
/// </param>
#pragma warning disable CA1001 // Without a timer or a wait handle, the token source holds nothing to dispose of.
internal sealed class Mailbox<TOperation>(MailboxKind kind, object grain, Func<TOperation, ValueTask> takeTurn)
    where TOperation : class
#pragma warning restore CA1001
{
    private TaskScheduler? _scheduler;
    private Action<object?>? _callerGaveUp;
    private OperationQueue _waiting;
    private OperationQueue _turn;
    private bool _busy;
    private Exception? _end;
    private CancellationTokenSource? _ending;

    /// <summary>Why nothing is taken any more; null before <see cref="Close"/>.</summary>
    public Exception? End => _end;

    /// <summary>Operations that wait for a turn.</summary>
    public int Waiting => _waiting.Count;

    /// <summary>Cancelled by <see cref="Close"/>: for what a turn waits for and need not finish.</summary>
    public CancellationToken Ending
    {
        get
        {
            if (_ending is null)
            {
                // Made only where a turn wants one, since a grain has few turns that wait for more than a commit.
                _ending = new CancellationTokenSource();
                if (_end is not null) _ending.Cancel();
            }
            return _ending.Token;
        }
    }

    /// <summary>Enqueues an operation; its answer comes out of its turn.</summary>
    /// <param name="operation">A new operation.</param>
    /// <param name="cancellationToken">
    /// Ends the wait for a turn: the operation is then not run. Once its turn has begun, it is finished.
    /// </param>
    /// <returns>
    /// The answer. It fails with <see cref="GrainOverloadedException"/> where too much is waiting, and with the reason
    /// of <see cref="Close"/> after it: nothing was done in both cases.
    /// </returns>
    public ValueTask<Immutable<TReply>> Ask<TReply>(
        MailboxOperation<TReply> operation, CancellationToken cancellationToken)
    {
        if (operation is not TOperation)
            throw new ArgumentException($"{operation.GetType().Name} is no {typeof(TOperation).Name}.");
        if (_end is not null)
        {
            operation.Fail(_end);
        }
        else if (cancellationToken.IsCancellationRequested)
        {
            Cancel(operation, cancellationToken);
        }
        else if (_waiting.Count >= kind.MaxWaiting)
        {
            MailboxMetrics.CountRefused(kind);
            operation.Fail(new GrainOverloadedException(
                $"The {kind.Name} {grain} has {kind.MaxWaiting} operations waiting. Ask again later."));
        }
        else
        {
            Enqueue(operation, cancellationToken);
        }
        return operation.Reply;
    }

    /// <summary>The next operation, which a turn may take with <see cref="TryTake"/>.</summary>
    public bool TryPeek([MaybeNullWhen(false)] out TOperation operation)
    {
        operation = (TOperation?)(object?)_waiting.First;
        return operation is not null;
    }

    /// <summary>Takes the next operation into the turn that is under way.</summary>
    public bool TryTake([MaybeNullWhen(false)] out TOperation operation)
    {
        operation = TakeIntoTurn() is { } taken ? (TOperation)(object)taken : null;
        return operation is not null;
    }

    /// <summary>
    /// Takes nothing more: what waits fails with the reason, and so does whatever is asked later. The turn that is
    /// under way goes on; it may watch <see cref="Ending"/>. A second reason changes nothing.
    /// </summary>
    public void Close(Exception reason)
    {
        if (_end is not null) return;
        _end = reason;
        try
        {
            while (TryDequeue(out var operation)) operation.Fail(reason);
        }
        finally
        {
            _ending?.Cancel();
        }
    }

    private void Enqueue(MailboxOperation operation, CancellationToken cancellationToken)
    {
        operation.IsWaiting = true;
        _waiting.Add(operation);
        kind.CountWaiting(1);
        if (!_busy)
        {
            _ = RunAsync();
        }
        else if (cancellationToken.CanBeCanceled)
        {
            _scheduler ??= TaskScheduler.Current;
            _callerGaveUp ??= CallerGaveUp;
            operation.Watch(cancellationToken.UnsafeRegister(_callerGaveUp, operation));
        }
    }

    private async Task RunAsync()
    {
        _busy = true;
        try
        {
            while (_end is null && TakeIntoTurn() is { } operation)
            {
                Exception? failure = null;
                try
                {
                    await takeTurn((TOperation)(object)operation);
                }
                catch (Exception error)
                {
                    // Whoever asked did not cancel this: the grain went.
                    failure = error is OperationCanceledException && _end is not null ? _end : error;
                }
                FailUnanswered(failure);
            }
        }
        catch (Exception error)
        {
            // Not even an answer could be given.
            Close(error);
            while (_turn.TryTake(out var stranded)) stranded.Fail(error);
        }
        finally
        {
            _busy = false;
        }
    }

    private void FailUnanswered(Exception? failure)
    {
        while (_turn.TryTake(out var taken))
        {
            if (taken.IsAnswered) continue;
            taken.Fail(failure ?? new InvalidOperationException($"{taken.GetType().Name} was left unanswered."));
        }
    }

    private MailboxOperation? TakeIntoTurn()
    {
        if (!TryDequeue(out var operation)) return null;
        _turn.Add(operation);
        return operation;
    }

    private bool TryDequeue([MaybeNullWhen(false)] out MailboxOperation operation)
    {
        if (!_waiting.TryTake(out operation)) return false;
        Leave(operation);
        return true;
    }

    private void Leave(MailboxOperation operation)
    {
        operation.IsWaiting = false;
        operation.Unwatch();
        kind.CountWaiting(-1);
    }

    /// <summary>Comes on any thread, and so only asks the scheduler of the grain.</summary>
    private void CallerGaveUp(object? operation) => Task.Factory.StartNew(
        static state =>
        {
            var (mailbox, operation) = ((Mailbox<TOperation>, MailboxOperation))state!;
            mailbox.TakeOut(operation);
        },
        (this, (MailboxOperation)operation!), CancellationToken.None, TaskCreationOptions.DenyChildAttach, _scheduler!);

    private void TakeOut(MailboxOperation operation)
    {
        if (!operation.IsWaiting) return;
        var token = operation.CallerToken;
        _waiting.Remove(operation);
        Leave(operation);
        Cancel(operation, token);
    }

    private void Cancel(MailboxOperation operation, CancellationToken cancellationToken)
    {
        MailboxMetrics.CountCancelled(kind);
        operation.Cancel(cancellationToken);
    }
}
