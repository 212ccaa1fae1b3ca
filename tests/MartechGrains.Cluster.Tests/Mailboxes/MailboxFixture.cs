using MartechGrains.Grains.Mailboxes;

namespace MartechGrains.Cluster.Tests.Mailboxes;

/// <summary>A mailbox on a scheduler that runs one thing at a time, as a grain's does.</summary>
internal sealed class MailboxFixture
{
    private readonly ConcurrentExclusiveSchedulerPair _schedulers = new();

    public MailboxFixture()
    {
        TakeTurn = AnswerAsync;
        Mailbox = new Mailbox<NumberOperation>(Kind, "7", operation => TakeTurn(operation));
    }

    public MailboxKind Kind { get; } = new("test", 4);

    public Mailbox<NumberOperation> Mailbox { get; }

    public Func<NumberOperation, ValueTask> TakeTurn { get; set; }

    /// <summary>The operations that have had their turn.</summary>
    public List<int> Turns { get; } = [];

    public Task RunAsync(Func<Task> body) => Task.Factory.StartNew(
        body, CancellationToken.None, TaskCreationOptions.None, _schedulers.ExclusiveScheduler).Unwrap();

    /// <summary>As the runtime throws it.</summary>
#pragma warning disable CA2201 // The mailbox must survive this very type, which a filter might let pass.
    public static OutOfMemoryException OutOfMemory() => new();
#pragma warning restore CA2201

    public Task<int> AskAsync(int number, CancellationToken cancellationToken = default) =>
        AskAsync(new NumberOperation(number), cancellationToken);

    public async Task<int> AskAsync(NumberOperation operation, CancellationToken cancellationToken = default) =>
        (await Mailbox.Ask(operation, cancellationToken)).Value;

    public ValueTask AnswerAsync(NumberOperation operation)
    {
        Turns.Add(operation.Number);
        operation.Complete(-operation.Number);
        return default;
    }
}

internal class NumberOperation(int number) : MailboxOperation<int>
{
    public int Number { get; } = number;
}

/// <summary>One that is never answered: trying to throws.</summary>
internal sealed class UnanswerableOperation(Exception failure) : NumberOperation(0)
{
    public override void Fail(Exception error) => throw failure;
}
