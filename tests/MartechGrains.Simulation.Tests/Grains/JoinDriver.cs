using System.Collections.Immutable;
using MartechGrains.Core.Homes.Machine;
using MartechGrains.Core.Homes.Messages;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Pointers;
using MartechGrains.Core.Routing;
using MartechGrains.Simulation.Tests.Kernel;

namespace MartechGrains.Simulation.Tests.Grains;

/// <summary>Runs the routines of the protocol by messages: for routers, readers and the sweep.</summary>
internal sealed class JoinDriver(Cluster cluster)
{
    private const double FastClaim = 0.5;

    /// <summary>Confirms open joins of a home, wherever it moves.</summary>
    /// <param name="turn">Where the effects' answers are left.</param>
    /// <param name="home">The home.</param>
    /// <param name="open">What is open.</param>
    /// <param name="absent">Identifiers that the caller has seen without a row: it may claim them itself.</param>
    public IEnumerable<Effect> Join(
        Turn turn, HomeId home, ImmutableArray<OpenJoin> open, IReadOnlySet<IdentifierKey>? absent = null)
    {
        var reply = new StepReply();
        return Run(turn, JoinRoutine.Run(home, open, reply), reply, absent);
    }

    /// <summary>Tells or unites the carriers of a value, up to the end. Value: <see cref="JoinReply"/>.</summary>
    public IEnumerable<Effect> Settle(Turn turn, IdentifierKey key)
    {
        var reply = new StepReply();
        return Run(turn, SettleRoutine.Run(key, int.MaxValue, reply), reply, null);
    }

    /// <summary>Confirms all that is open of a home, or of the one it has moved into.</summary>
    public IEnumerable<Effect> JoinAll(Turn turn, HomeId home)
    {
        while (true)
        {
            yield return new CallEffect(Address.Of(home), new OpenJoinsRequest([]));
            if (turn.Failed) yield break;
            var answer = turn.As<ConfirmReply>();
            if (answer.Gate.IsOpen)
            {
                foreach (var effect in Join(turn, home, answer.Open)) yield return effect;
                yield break;
            }

            foreach (var effect in Follow(turn, home, answer.Gate)) yield return effect;
            if (turn.Failed) yield break;
            home = turn.As<HomeId>();
        }
    }

    /// <summary>Where to go from a closed gate; moves the home there first. Value: <see cref="HomeId"/>.</summary>
    public static IEnumerable<Effect> Follow(Turn turn, HomeId home, Gate gate)
    {
        if (gate.Standing == HomeStatus.Moving)
            yield return new CallEffect(Address.Of(home), new MoveRequest(gate.Target));
        else
            turn.Resume(gate.Target);
    }

    private IEnumerable<Effect> Run(
        Turn turn, IEnumerable<ProtocolStep> routine, StepReply reply, IReadOnlySet<IdentifierKey>? absent)
    {
        foreach (var step in routine)
        {
            if (step is JoinStep join)
            {
                foreach (var effect in Ask(turn, join, absent)) yield return effect;
            }
            else
            {
                yield return step switch
                {
                    ConfirmStep confirm => new CallEffect(
                        Address.Of(confirm.Home), new ConfirmRequest(confirm.Confirmations)),
                    MoveStep move => new CallEffect(Address.Of(move.Home), new MoveRequest(move.Winner)),
                    RepointStep repoint => new CastEffect(
                        Address.Of(repoint.Identifier), new RepointRequest(repoint.From, repoint.To)),
                    HandledStep handled => new CallEffect(
                        Address.Of(handled.Identifier), new HandledRequest(handled.Homes, handled.Epoch)),
                    ToDoStep toDo => new CallEffect(Address.Of(toDo.Identifier), new ToDoRequest()),
                    OpenJoinsStep open => new CallEffect(
                        Address.Of(open.Home), new OpenJoinsRequest(open.Identifiers)),
                    _ => throw new ArgumentException($"Nobody but a home does {step}."),
                };
            }

            if (turn.Failed) yield break;
            if (step is not RepointStep) reply.Value = turn.Value;
        }

        turn.Resume(reply.Value ?? Done.Instance);
    }

    private IEnumerable<Effect> Ask(Turn turn, JoinStep join, IReadOnlySet<IdentifierKey>? absent)
    {
        var answers = new JoinReply?[join.Identifiers.Length];
        for (var i = 0; i < answers.Length; i++)
        {
            var (key, request) = (join.Identifiers[i], join.Requests[i]);
            if (!cluster.Rules.ReportEachChange && request.Join is { Member: false, Carrier: false })
            {
                answers[i] = new JoinReply(request.Home, 0, false, false, []);
                continue;
            }

            if (absent is null || !absent.Contains(key) || !cluster.Scheduler.Dice.Chance(FastClaim)) continue;
            var claimed = PointerRules.Join(null, request).State with { Version = 1 };
            yield return new CallEffect(Address.Store, new InsertRowRequest(key, claimed));
            if (turn.Failed) yield break;
            if (turn.As<bool>()) answers[i] = claimed.Reply();
        }

        var asked = Enumerable.Range(0, answers.Length).Where(i => answers[i] is null).ToArray();
        if (asked.Length > 0)
        {
            yield return new CallAllEffect([.. asked.Select(i => new CallEffect(
                Address.Of(join.Identifiers[i]), new JoinIdentifierRequest(join.Requests[i])))]);
            if (turn.Failed) yield break;
            var replies = turn.As<object?[]>();
            for (var i = 0; i < asked.Length; i++) answers[asked[i]] = (JoinReply)replies[i]!;
        }

        turn.Resume(ImmutableArray.CreateRange(answers.Select(answer => answer!)));
    }
}
