using Orleans.Concurrency;

namespace MartechGrains.Grains.Mailboxes;

/// <summary>Something that a grain was asked, waiting for its turn. It is in one mailbox, once.</summary>
internal abstract class MailboxOperation
{
    private CancellationTokenRegistration _cancellation;

    /// <summary>Whether it has its answer, of whatever kind.</summary>
    public abstract bool IsAnswered { get; }

    /// <summary>Answers with an error, unless it has its answer.</summary>
    public abstract void Fail(Exception error);

    /// <summary>The caller's token, while the mailbox watches it.</summary>
    internal CancellationToken CallerToken => _cancellation.Token;

    /// <summary>Its neighbours in the <see cref="OperationQueue"/> that has it.</summary>
    internal MailboxOperation? Previous { get; set; }

    internal MailboxOperation? Next { get; set; }

    internal bool IsWaiting { get; set; }

    internal abstract void Cancel(CancellationToken cancellationToken);

    internal void Watch(CancellationTokenRegistration cancellation) => _cancellation = cancellation;

    internal void Unwatch() => _cancellation.Unregister();
}

/// <summary>
/// An operation with its answer. It is answered on the grain's scheduler, where only the runtime awaits it: so
/// continuations need not be queued, the answer goes out at once, and nothing of the grain runs meanwhile.
/// </summary>
internal abstract class MailboxOperation<TReply> : MailboxOperation
{
    private readonly TaskCompletionSource<Immutable<TReply>> _reply = new();

    public ValueTask<Immutable<TReply>> Reply => new(_reply.Task);

    public override bool IsAnswered => _reply.Task.IsCompleted;

    public void Complete(TReply reply) => _reply.TrySetResult(reply.AsImmutable());

    public override void Fail(Exception error) => _reply.TrySetException(error);

    internal override void Cancel(CancellationToken cancellationToken) => _reply.TrySetCanceled(cancellationToken);
}
