using System.Diagnostics.CodeAnalysis;

namespace MartechGrains.Grains.Mailboxes;

/// <summary>
/// Operations in the order in which they came. The links are in the operations: so one is added, and one that nobody
/// waits for any more is taken out of the middle, without allocating, and an allocation that fails loses none.
/// </summary>
internal struct OperationQueue
{
    private MailboxOperation? _first;
    private MailboxOperation? _last;

    public int Count { get; private set; }

    public readonly MailboxOperation? First => _first;

    public void Add(MailboxOperation operation)
    {
        operation.Previous = _last;
        if (_last is null) _first = operation;
        else _last.Next = operation;
        _last = operation;
        Count++;
    }

    public bool TryTake([MaybeNullWhen(false)] out MailboxOperation operation)
    {
        operation = _first;
        if (operation is null) return false;
        Remove(operation);
        return true;
    }

    public void Remove(MailboxOperation operation)
    {
        if (operation.Previous is null) _first = operation.Next;
        else operation.Previous.Next = operation.Next;
        if (operation.Next is null) _last = operation.Previous;
        else operation.Next.Previous = operation.Previous;
        (operation.Previous, operation.Next) = (null, null);
        Count--;
    }
}
