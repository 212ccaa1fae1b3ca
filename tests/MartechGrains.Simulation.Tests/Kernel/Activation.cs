namespace MartechGrains.Simulation.Tests.Kernel;

/// <summary>A request on its way, and whom to answer; nobody waits for a copy.</summary>
internal sealed record Message(Request Request, Action<object?>? Reply);

/// <summary>
/// One activation of one grain: one operation at a time, except those that interleave. A crash loses its memory, its
/// queue and the callers' patience.
/// </summary>
internal abstract class Activation(Cluster cluster, Address address)
{
    private readonly Queue<Message> _queue = new();
    private Run? _current;

    public Address Address { get; } = address;

    public bool Dead { get; private set; }

    protected Cluster Cluster { get; } = cluster;

    protected bool CommitPending { get; private set; }

    public void Accept(Message message)
    {
        if (Dead)
        {
            Cluster.Answer(message.Reply, null);
            return;
        }

        if (Interleaves(message.Request))
        {
            Advance(new Run(this, message, exclusive: false));
            return;
        }

        _queue.Enqueue(message);
        Pump();
    }

    public void Kill(string why)
    {
        if (Dead) return;
        Dead = true;
        Cluster.Trace($"KILL {Cluster.NameOf(Address)}: {why}");
        Cluster.Remove(this);
        _current?.Answer(null);
        foreach (var waiting in _queue) Cluster.Answer(waiting.Reply, null);
        _queue.Clear();
    }

    protected abstract bool Interleaves(Request request);

    protected abstract IEnumerable<Effect> Handle(Turn turn, Request request);

    private void Pump()
    {
        if (Dead || _current is not null || !_queue.TryDequeue(out var message)) return;
        _current = new Run(this, message, exclusive: true);
        Cluster.Trace($"  {Cluster.NameOf(Address)} <- {Cluster.Describe(message.Request)}");
        Advance(_current);
    }

    private void Advance(Run run)
    {
        if (Dead)
        {
            run.Answer(null);
            return;
        }

        while (run.Body.MoveNext())
        {
            switch (run.Body.Current)
            {
                case ReplyEffect reply:
                    run.Answer(reply.Value);
                    continue;
                case PauseEffect:
                    Cluster.Scheduler.Post(() => Advance(run));
                    return;
                case CommitEffect commit:
                    CommitPending = true;
                    Cluster.Scheduler.Post(() => Commit(run, commit));
                    return;
                case CastEffect cast:
                    Cluster.Send(cast.To, cast.Request, _ => { });
                    continue;
                case CallEffect call:
                    Cluster.Send(call.To, call.Request, value =>
                    {
                        run.Turn.Resume(value);
                        Advance(run);
                    });
                    return;
                default:
                    throw new InvalidOperationException($"Grains do not {run.Body.Current}.");
            }
        }

        if (run.Exclusive) _current = null;
        run.Answer(run.Turn.Failed ? null : run.Turn.Value);
        if (run.Exclusive) Cluster.Scheduler.Post(Pump);
    }

    private void Commit(Run run, CommitEffect commit)
    {
        var (dice, faults) = (Cluster.Scheduler.Dice, Cluster.Scheduler.Faults);
        if (Dead)
        {
            faults.Hit(FaultKind.CommitUnderWayAtCrash);
            if (dice.Chance(0.5)) commit.Write(commit.Rows);
            return;
        }

        if (Cluster.LoseNextCommitOf == Address)
        {
            Cluster.LoseNextCommitOf = null;
            Cluster.Scheduler.Post(() => Kill("crash before the commit"));
            return;
        }

        var fate = faults.Active ? dice.NextDouble() : 1;
        if (fate < faults.Rates.Message / 2)
        {
            faults.Hit(FaultKind.AmbiguousCommitLost);
            Cluster.Scheduler.Post(() => Kill("ambiguous commit, not written"));
            return;
        }

        if (fate < faults.Rates.Message)
        {
            faults.Hit(FaultKind.AmbiguousCommitKept);
            commit.Write(1 + dice.Next(commit.Rows));
            Cluster.Scheduler.Post(() => Kill("ambiguous commit, written"));
            return;
        }

        if (commit.Write(commit.Rows))
        {
            Cluster.Scheduler.Post(() =>
            {
                CommitPending = false;
                run.Turn.Resume(Done.Instance);
                Advance(run);
            });
            return;
        }

        faults.Hit(FaultKind.FencedWrite);
        Cluster.Scheduler.Post(() => Kill("fenced"));
    }

    private sealed class Run
    {
        private readonly Cluster _cluster;
        private Action<object?>? _reply;

        public Run(Activation owner, Message message, bool exclusive)
        {
            _cluster = owner.Cluster;
            _reply = message.Reply;
            Exclusive = exclusive;
            Body = owner.Handle(Turn, message.Request).GetEnumerator();
        }

        public bool Exclusive { get; }

        public Turn Turn { get; } = new();

        public IEnumerator<Effect> Body { get; }

        public void Answer(object? value)
        {
            var reply = _reply;
            _reply = null;
            _cluster.Answer(reply, value);
        }
    }
}
