using MartechGrains.Core.Events;
using MartechGrains.Core.Homes.Machine;
using MartechGrains.Core.Homes.Messages;
using MartechGrains.Core.Homes.State;
using MartechGrains.Core.Homes.Views;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Machines;
using MartechGrains.Simulation.Tests.Kernel;

namespace MartechGrains.Simulation.Tests.Grains;

/// <summary>Carries out the effects of a home's machine on the simulated store and network.</summary>
internal sealed class HomeActivation : Activation
{
    private readonly HomeId _home;
    private readonly HomeMachine _machine;
    private int _committed;
    private bool _hasTakenTurns;

    public HomeActivation(Cluster cluster, HomeId home)
        : base(cluster, Address.Of(home))
    {
        _home = home;
        _machine = HomeMachines.With(cluster.Rules, home);
    }

    /// <summary>What the live views of the activation's silo show of the home.</summary>
    public HomeView? View { get; private set; }

    /// <summary>
    /// The home in memory, if it is loaded, nothing is under way and no other activation has written since.
    /// </summary>
    public HomeSnapshot? Settled =>
        _hasTakenTurns && !_machine.IsAhead && Cluster.Store.HeadOf(_home) == _committed ? _machine.Committed : null;

    protected override bool IsAhead => _machine.IsAhead;

    public override void Begin()
    {
        Observe();
        Go(HomeMachines.Wanted(Cluster.Rules, _machine.Activate()), CarryOut, Observe);
    }

    /// <summary>A read finds the view at once if there is one, beside whatever turn is under way.</summary>
    public override void Accept(Message message)
    {
        if (message is ReadMessage read && !Dead
            && HomeMachines.ReadNow(Cluster.Rules, _machine, HoldsLease) is { } reading)
        {
            Cluster.Tally.BesideTurns++;
            Cluster.Trace($"  {Cluster.NameOf(Address)} answers a read beside its turns");
            read.Reply = reading;
            read.Deliver();
            return;
        }

        base.Accept(message);
    }

    protected override void BeginTurn()
    {
        _hasTakenTurns = true;
        Observe();
        Cluster.Trace($"  {Cluster.NameOf(Address)} takes a turn #{Number}{(IsSuperseded ? ", superseded" : "")}");
        Go(HomeMachines.Wanted(Cluster.Rules, _machine.TakeTurn(this)), CarryOut, Observe);
    }

    protected override void FailTurn(Exception error) => _machine.FailTurn(error);

    protected override void Ended() => View = null;

    private void Observe() => _machine.Observe(new HomeSurroundings(
        new(Cluster.Scheduler.Steps), Cluster.PoliciesSomewhere(), HoldsLease));

    private bool CarryOut(HomeEffect effect, Action<bool> resume)
    {
        switch (effect)
        {
            case AwaitLeaseEffect:
                AwaitLease(resume);
                return false;
            case ReadRowsEffect read:
                Cluster.Scheduler.Post(() =>
                {
                    read.Reply = Cluster.Store.Rows(read, _home);
                    if (read.Reading == ReadRowsEffect.OwnReading) _committed = read.After + read.Reply.Count;
                    resume(true);
                });
                return false;
            case ReadSnapshotEffect or WriteSnapshotEffect:
                return true;
            case LearnPolicyEffect learn:
                learn.Reply = Cluster.Policies;
                return true;
            case AppendEffect append:
                Append(append, resume);
                return false;
            case ReplyEffect reply:
                Reply(reply);
                // Whoever has the answer may act on it before the turn goes on.
                Cluster.Scheduler.Post(() => resume(true));
                return false;
            case PublishEffect publish:
                View = publish.View;
                return true;
            case WithdrawEffect withdraw:
                withdraw.Reply = Cluster.Scheduler.Dice.Chance(0.5);
                Cluster.Tally.Withdrawn++;
                if (View == withdraw.View) View = null;
                return true;
            case AbsorbEffect absorb:
                CallSmaller(absorb.Winner, new Call<AbsorbReply>(
                    Address.Of(absorb.Winner), "absorb", to => new AbsorbMessage(to, absorb.Loser, absorb.Head),
                    reply => absorb.Reply = reply), resume);
                return false;
            case HasAbsorbedEffect question:
                CallSmaller(question.Winner, new Call<AbsorbReply>(
                    Address.Of(question.Winner), "absorbed?",
                    to => new HasAbsorbedMessage(to, question.Loser, question.Head),
                    reply => question.Reply = reply), resume);
                return false;
            case OversizeEffect:
                return true;
            default:
                throw new InvalidOperationException($"No home wants {effect.GetType().Name}.");
        }
    }

    private void Append(AppendEffect append, Action<bool> resume)
    {
        HomeEntry[] entries = [.. append.Entries];
        if (Taken > 1) Cluster.Tally.SharedAppends++;
        Cluster.Tally.Appends++;
        CanonicalEvent[] displaced = [.. append.Displaced.Select(static body => body.Applied.Event)];
        Cluster.Tally.Displaced += displaced.Length;
        var withAppend = Cluster.Rules.QuarantineWithAppend ? displaced : [];
        Commit(entries.Length, _ => Cluster.Store.Append(_home, _committed, entries, withAppend), done =>
        {
            _committed += entries.Length;
            if (!Cluster.Rules.QuarantineWithAppend)
                foreach (var body in displaced) Cluster.Store.Quarantine(body);
            resume(done);
        });
    }

    private void Reply(ReplyEffect reply)
    {
        if (_machine.IsAhead && reply.Message is ConfirmMessage { Reply.Gate.IsOpen: true }) Cluster.Tally.WentAhead++;
        Deliver(reply.Message);
    }

    private void CallSmaller(HomeId home, Call call, Action<bool> resume)
    {
        if (home >= _home) Cluster.Violate("a home calls a larger one");
        Cluster.Send(call, resume);
    }
}
