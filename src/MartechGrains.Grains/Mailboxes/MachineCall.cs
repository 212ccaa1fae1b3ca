using MartechGrains.Core.Machines;

namespace MartechGrains.Grains.Mailboxes;

/// <summary>A call to a grain whose turns a machine takes: what the machine is asked.</summary>
internal interface IMachineCall
{
    Message Message { get; }
}

/// <summary>A message to a machine, and the caller who waits for its answer.</summary>
internal sealed class MachineCall<TReply> : MailboxOperation<TReply>, IMachineCall, IReplyTo<TReply>
{
    private Message? _message;

    private MachineCall()
    {
    }

    public Message Message => _message!;

    /// <summary>A call whose message asks for <paramref name="what"/>.</summary>
    public static MachineCall<TReply> Of<T>(Func<IReplyTo<TReply>, T, Message<TReply>> make, T what)
    {
        var call = new MachineCall<TReply>();
        call._message = make(call, what);
        return call;
    }

    public void Answer(TReply reply) => Complete(reply);

    public void Refuse(Refusal refusal) => Fail(new GrainLeaseException());
}
