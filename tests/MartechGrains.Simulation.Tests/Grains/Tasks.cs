using MartechGrains.Core.Routing;
using MartechGrains.Simulation.Tests.Kernel;

namespace MartechGrains.Simulation.Tests.Grains;

/// <summary>
/// Runs what is no grain: routers, readers, the sweep. They may die at any step, which their turn sees as a failure.
/// </summary>
internal sealed class Tasks(Cluster cluster)
{
    public void Start(Turn turn, IEnumerable<Effect> task)
    {
        var body = task.GetEnumerator();
        cluster.Scheduler.Post(() => Advance(turn, body));
    }

    private void Advance(Turn turn, IEnumerator<Effect> body)
    {
        Effect next;
        try
        {
            if (!body.MoveNext()) return;
            next = body.Current;
        }
        catch (ProtocolLivelockException livelock)
        {
            cluster.Violate(livelock.Message);
            return;
        }

        Wait(turn, next, () => Advance(turn, body));
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

        if (scheduler.Dice.Chance(scheduler.Faults.Rates.RouterDeath))
        {
            scheduler.Faults.Hit(FaultKind.RouterDeath);
            cluster.Trace($"ROUTER DIES");
            turn.Resume(null);
            scheduler.Post(go);
            return;
        }

        Call(turn, next, go);
    }

    /// <summary>Makes the calls of an effect and goes on when they are answered.</summary>
    public void Call(Turn turn, Effect effect, Action go)
    {
        var scheduler = cluster.Scheduler;
        if (effect is CastEffect cast)
        {
            cluster.Send(cast.To, cast.Request, _ => { });
            turn.Resume(Done.Instance);
            scheduler.Post(go);
            return;
        }

        if (effect is CallEffect call)
        {
            cluster.Send(call.To, call.Request, value =>
            {
                turn.Resume(value);
                go();
            });
            return;
        }

        var calls = ((CallAllEffect)effect).Calls;
        var answers = new object?[calls.Count];
        var missing = calls.Count;
        for (var i = 0; i < answers.Length; i++)
        {
            var slot = i;
            cluster.Send(calls[i].To, calls[i].Request, value =>
            {
                answers[slot] = value;
                if (--missing > 0) return;
                turn.Resume(answers.Contains(null) ? null : answers);
                go();
            });
        }
    }
}
