using System.Diagnostics.CodeAnalysis;

namespace MartechGrains.Core.Machines;

/// <summary>
/// Something a machine is asked. The machine leaves the answer in it, and then has it handed over by an effect: so
/// answers take their turn among the effects, and their types are checked by the compiler.
/// </summary>
public abstract class Message
{
    /// <summary>Why there is no answer; <see cref="Machines.Refusal.None"/> where there is one.</summary>
    public Refusal Refusal { get; internal set; }

    /// <summary>Hands the answer, or the refusal, to whoever waits for it.</summary>
    public abstract void Deliver();

    /// <summary>Tells whoever waits that the machine has ended.</summary>
    public abstract void Fail(Exception error);
}

/// <summary>A message with the type of its answer.</summary>
/// <typeparam name="TReply">The answer's type.</typeparam>
public abstract class Message<TReply> : Message
{
    private readonly IReplyTo<TReply> _to;

    private protected Message(IReplyTo<TReply> to) => _to = to;

    /// <summary>The answer, once the machine has given it.</summary>
    [MaybeNull]
    public TReply Reply { get; internal set; }

    /// <inheritdoc/>
    public override void Deliver()
    {
        if (Refusal == Refusal.None) _to.Answer(Reply!);
        else _to.Refuse(Refusal);
    }

    /// <inheritdoc/>
    public override void Fail(Exception error) => _to.Fail(error);
}
