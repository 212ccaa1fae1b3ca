namespace MartechGrains.Core.Machines;

/// <summary>
/// Whoever waits for the answer to a message: a call to a grain, or one of the simulator's messages.
/// </summary>
/// <typeparam name="TReply">The answer's type.</typeparam>
public interface IReplyTo<in TReply>
{
    /// <summary>Hands the answer over.</summary>
    void Answer(TReply reply);

    /// <summary>The machine does not answer; nothing can be concluded from that, and asking again is safe.</summary>
    void Refuse(Refusal refusal);

    /// <summary>The machine has ended before it could answer.</summary>
    void Fail(Exception error);
}
