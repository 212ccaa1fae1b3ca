using System.Diagnostics.CodeAnalysis;
using MartechGrains.Core.Machines;

namespace MartechGrains.Grains.Mailboxes;

/// <summary>The mailbox as a machine sees it, with the call that a turn has begun with.</summary>
internal sealed class MachineInbox : IInbox
{
    private Message? _first;

    public MachineInbox(MailboxKind kind, object grain, Func<ValueTask> takeTurn) =>
        Mailbox = new Mailbox<IMachineCall>(kind, grain, first =>
        {
            _first = first.Message;
            return takeTurn();
        });

    public Mailbox<IMachineCall> Mailbox { get; }

    public bool TryPeek([NotNullWhen(true)] out Message? message)
    {
        message = _first ?? (Mailbox.TryPeek(out var next) ? next.Message : null);
        return message is not null;
    }

    public Message Take()
    {
        if (_first is { } first)
        {
            _first = null;
            return first;
        }
        return Mailbox.TryTake(out var next)
            ? next.Message
            : throw new InvalidOperationException("No message waits.");
    }
}
