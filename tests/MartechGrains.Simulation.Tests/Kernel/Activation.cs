using System.Diagnostics.CodeAnalysis;
using MartechGrains.Core.Machines;
using MartechGrains.Core.Pointers;

namespace MartechGrains.Simulation.Tests.Kernel;

/// <summary>
/// One activation of one grain: carries out the effects of its machine, one turn at a time. A crash loses its memory,
/// its queue and the callers' patience.
/// </summary>
internal abstract class Activation(Cluster cluster, Address address) : IInbox
{
    private readonly Queue<Message> _queue = new();
    private readonly Queue<Message> _taken = new();
    private bool _busy = true;
    private long? _leaseEnds;

    public Address Address { get; } = address;

    /// <summary>Tells activations of one grain apart, in print.</summary>
    public int Number { get; } = cluster.NextNumber();

    public bool Dead { get; private set; }

    /// <summary>
    /// Whether the silo of the activation holds its lease; its clock may drift, and it may miss a renewal.
    /// </summary>
    public bool HoldsLease
    {
        get
        {
            if (!Cluster.Rules.AnswerUnderLease) return true;
            if (_leaseEnds is { } end) return Cluster.Scheduler.Steps < end;
            if (!Cluster.Scheduler.Dice.Chance(Cluster.Scheduler.Faults.Rates.Lease)) return true;
            Cluster.Scheduler.Faults.Hit(FaultKind.LeaseMissed);
            return false;
        }
    }

    /// <summary>Whether another activation has taken over.</summary>
    public bool IsSuperseded => _leaseEnds is not null;

    /// <summary>
    /// The step from which on this activation answers nothing, as others know it; 0 while it has a lease.
    /// </summary>
    public long StatedEnd { get; private set; }

    /// <summary>The step from which on no activation before this one answers.</summary>
    public long AnswersFrom { get; set; }

    protected Cluster Cluster { get; } = cluster;

    /// <summary>Messages of the turn that have no answer yet.</summary>
    protected int Taken => _taken.Count;

    public virtual void Accept(Message message)
    {
        if (Dead)
        {
            message.Fail(GrainGone.Instance);
            return;
        }

        _queue.Enqueue(message);
        Pump();
    }

    /// <summary>
    /// The silo is taken for dead: it renews its lease no more, and whoever takes over waits until it has run out.
    /// </summary>
    /// <returns>The step from which on this activation answers nothing.</returns>
    public long Supersede(int span)
    {
        if (_leaseEnds is not null) return StatedEnd;
        StatedEnd = Cluster.Scheduler.Steps + span;
        _leaseEnds = StatedEnd - Cluster.Scheduler.Dice.Next(1 + (span / 8)); // drift, within the margin
        return StatedEnd;
    }

    public void Kill(string why)
    {
        if (Dead) return;
        Dead = true;
        Cluster.Trace($"KILL {Cluster.NameOf(Address)}: {why}");
        Cluster.Remove(this);
        FailTurn(GrainGone.Instance);
        foreach (var waiting in _queue) waiting.Fail(GrainGone.Instance);
        _queue.Clear();
        Ended();
    }

    public bool TryPeek([NotNullWhen(true)] out Message? message) => _queue.TryPeek(out message);

    public Message Take()
    {
        var message = _queue.Dequeue();
        _taken.Enqueue(message);
        return message;
    }

    /// <summary>Starts what the machine does before it takes messages.</summary>
    public abstract void Begin();

    /// <summary>Starts the machine's next turn.</summary>
    protected abstract void BeginTurn();

    /// <summary>Fails whoever waits for the turn.</summary>
    protected abstract void FailTurn(Exception error);

    /// <summary>The activation is dead.</summary>
    protected virtual void Ended()
    {
    }

    /// <summary>Hands an answer over. Answers keep the order of their messages.</summary>
    protected void Deliver(Message message)
    {
        Cluster.Trace($"  {Cluster.NameOf(Address)} answers {message.GetType().Name}");
        if (!_taken.TryDequeue(out var next) || next != message) Cluster.Violate("answered out of turn");
        message.Deliver();
        // Sooner or later the silo notices that it is taken for dead.
        if (message.Refusal != Refusal.None && IsSuperseded && Cluster.Scheduler.Dice.Chance(0.5))
            Cluster.Scheduler.Post(() => Kill("its silo ends"));
    }

    /// <summary>Goes through the effects of a turn.</summary>
    /// <param name="turn">The effects.</param>
    /// <param name="carryOut">
    /// Carries one out: true where it is done, false where the turn goes on by <c>resume</c>, called with whether it
    /// was.
    /// </param>
    /// <param name="observe">Tells the machine how the world is.</param>
    protected void Go<TEffect>(
        IEnumerable<TEffect> turn, Func<TEffect, Action<bool>, bool> carryOut, Action observe) =>
        Go(turn.GetEnumerator(), carryOut, observe);

    private void Go<TEffect>(
        IEnumerator<TEffect> turn, Func<TEffect, Action<bool>, bool> carryOut, Action observe)
    {
        try
        {
            while (!Dead && turn.MoveNext())
            {
                if (!carryOut(turn.Current, Resume)) return;
            }
        }
        catch (MissingPointerException missing)
        {
            Kill(missing.Message);
        }

        if (!Dead) EndTurn();

        void Resume(bool done)
        {
            if (Dead) return;
            observe();
            if (done) Go(turn, carryOut, observe);
            else GiveUp();
        }
    }

    /// <summary>Commits at some later step; the write may be lost, or kept and not known to be, and kill.</summary>
    /// <param name="rows">How many rows.</param>
    /// <param name="write">Writes the first n rows; false where refused.</param>
    /// <param name="resume">Goes on.</param>
    protected void Commit(int rows, Func<int, bool> write, Action<bool> resume) =>
        Cluster.Scheduler.Post(() => CommitNow(rows, write, resume));

    private void CommitNow(int rows, Func<int, bool> write, Action<bool> resume)
    {
        var (dice, faults) = (Cluster.Scheduler.Dice, Cluster.Scheduler.Faults);
        if (Dead)
        {
            faults.Hit(FaultKind.CommitUnderWayAtCrash);
            if (dice.Chance(0.5)) write(rows);
            return;
        }

        if (Cluster.HoldNextCommitOf == Address)
        {
            Cluster.HoldNextCommitOf = null;
            Cluster.HeldCommit = () => CommitNow(rows, write, resume);
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
            write(rows);
            Cluster.Scheduler.Post(() => Kill("ambiguous commit, written"));
            return;
        }

        if (write(rows))
        {
            Cluster.Scheduler.Post(() => resume(true));
            return;
        }

        faults.Hit(FaultKind.FencedWrite);
        Cluster.Scheduler.Post(() => Kill("fenced"));
    }

    /// <summary>Waits until no activation before this one can answer.</summary>
    protected void AwaitLease(Action<bool> resume)
    {
        if (Cluster.Scheduler.Steps >= AnswersFrom) resume(true);
        else Cluster.Scheduler.Post(() => AwaitLease(resume));
    }

    private void GiveUp()
    {
        FailTurn(GrainGone.Instance);
        _taken.Clear();
        if (IsAhead) Kill("memory is ahead of the disk");
        else EndTurn();
    }

    /// <summary>Whether memory is ahead of the disk.</summary>
    protected abstract bool IsAhead { get; }

    private void EndTurn()
    {
        _busy = false;
        Cluster.Scheduler.Post(Pump);
    }

    private void Pump()
    {
        if (Dead || _busy || _queue.Count == 0) return;
        _busy = true;
        BeginTurn();
    }
}

/// <summary>An activation has ended; nothing is known of what it was asked.</summary>
internal sealed class GrainGone : Exception
{
    public static readonly GrainGone Instance = new();

    public GrainGone()
        : base("The activation has ended.")
    {
    }
}
