using MartechGrains.Core.Machines;

namespace MartechGrains.Simulation.Tests.Kernel;

/// <summary>
/// A call to a grain: its message is made anew for each copy that arrives, and the first answer is taken.
/// </summary>
internal abstract class Call(Address to, string what)
{
    public Address To { get; } = to;

    public string What { get; } = what;

    /// <summary>A message whose answer goes to the caller.</summary>
    /// <param name="cluster">The network, which may lose the answer.</param>
    /// <param name="done">Called once the caller has the answer, or will not get it.</param>
    public abstract Message Ask(Cluster cluster, Action<bool> done);

    /// <summary>A copy of the message that nobody waits for: its answer changes nothing.</summary>
    public abstract Message Copy(Cluster cluster);
}

/// <summary>A call with the type of its answer.</summary>
/// <param name="to">The grain.</param>
/// <param name="what">The call, to print.</param>
/// <param name="make">Makes the message.</param>
/// <param name="take">Takes the answer.</param>
internal sealed class Call<TReply>(
    Address to, string what, Func<IReplyTo<TReply>, Message> make, Action<TReply> take) : Call(to, what)
{
    public override Message Ask(Cluster cluster, Action<bool> done)
    {
        var isWaiting = true;
        return make(new ReplyPath<TReply>(cluster, reply =>
        {
            if (!isWaiting) return;
            isWaiting = false;
            if (reply.IsAnswered) take(reply.Value!);
            done(reply.IsAnswered);
        }));
    }

    public override Message Copy(Cluster cluster) => make(new ReplyPath<TReply>(cluster, static _ => { }));
}

/// <summary>An answer, or none.</summary>
internal readonly record struct Reply<TReply>(bool IsAnswered, TReply? Value);

/// <summary>The way of an answer back through the network, on which it may be lost.</summary>
internal sealed class ReplyPath<TReply>(Cluster cluster, Action<Reply<TReply>> to) : IReplyTo<TReply>
{
    public void Answer(TReply reply)
    {
        if (cluster.Scheduler.Dice.Chance(cluster.Scheduler.Faults.Rates.Message))
        {
            cluster.Scheduler.Faults.Hit(FaultKind.LostReply);
            cluster.Trace($"    the answer is lost");
            Send(default);
            return;
        }

        Send(new Reply<TReply>(true, reply));
    }

    public void Refuse(Refusal refusal)
    {
        cluster.Scheduler.Faults.Hit(FaultKind.RefusedWithoutLease);
        cluster.Trace($"    refused: {refusal}");
        Send(default);
    }

    public void Fail(Exception error) => Send(default);

    private void Send(Reply<TReply> reply) => cluster.Scheduler.Post(() => to(reply));
}
