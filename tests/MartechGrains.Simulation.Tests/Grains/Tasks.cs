using MartechGrains.Core.Routing;
using MartechGrains.Simulation.Tests.Kernel;

namespace MartechGrains.Simulation.Tests.Grains;

/// <summary>
/// Runs the scripts of what is no grain: routers, readers, operators, the sweep. They may die at any step, which their
/// turn sees as a failure.
/// </summary>
internal sealed class Tasks(Cluster cluster, RouterExecutor executor)
{
    public void Start(Func<Turn, IEnumerable<Effect>> script)
    {
        var turn = new Turn();
        var body = script(turn).GetEnumerator();
        cluster.Scheduler.Post(() => Advance(turn, body));
    }

    private void Advance(Turn turn, IEnumerator<Effect> body)
    {
        try
        {
            if (!body.MoveNext()) return;
        }
        catch (ProtocolLivelockException livelock)
        {
            cluster.Violate(livelock.Message);
            return;
        }

        Wait(turn, body.Current, () => Advance(turn, body));
    }

    private void Wait(Turn turn, Effect next, Action go)
    {
        var scheduler = cluster.Scheduler;
        if (next is PauseEffect pause)
        {
            if (pause.Long && scheduler.Faults.Active) scheduler.PostLate(go);
            else scheduler.Post(go);
            return;
        }

        var isLocal = next is StepEffect { Step: LearnPointerStep or LearnHomeStep or AreKnownStep };
        if (!isLocal && scheduler.Dice.Chance(scheduler.Faults.Rates.RouterDeath))
        {
            scheduler.Faults.Hit(FaultKind.RouterDeath);
            cluster.Trace($"ROUTER DIES");
            turn.Failed = true;
            scheduler.Post(go);
            return;
        }

        Call(turn, next, go);
    }

    /// <summary>Carries an effect out and goes on when it is answered.</summary>
    public void Call(Turn turn, Effect effect, Action go) => executor.CarryOut(((StepEffect)effect).Step, answered =>
    {
        turn.Failed = !answered;
        go();
    });
}
