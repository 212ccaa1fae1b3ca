using System.Collections.Immutable;
using MartechGrains.Core.Homes.Machine;
using MartechGrains.Core.Homes.Messages;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Pointers;
using MartechGrains.Core.Routing;
using MartechGrains.Grains.Homes;
using MartechGrains.Journal.Contracts;
using Orleans.Concurrency;

namespace MartechGrains.Grains.Routing;

/// <summary>Runs protocol routines against grains: each step becomes the calls it names.</summary>
public sealed class ProtocolDriver(ProtocolGrains grains, HomeServices services, PointerDirectory pointers)
{
    /// <summary>Most homes that a call is sent on to while homes move.</summary>
    public const int MaxHops = 64;

    /// <summary>
    /// Confirms joins of a home, and unites what must meet; answers with the home that speaks for it in the end.
    /// </summary>
    public async Task<HomeId> JoinAsync(HomeId home, ImmutableArray<OpenJoin> open)
    {
        var reply = new StepReply();
        await RunAsync(JoinRoutine.Run(home, open, reply), reply);
        return reply.As<HomeId>();
    }

    /// <summary>Tells or unites the homes that carry a value, as its grain wants it.</summary>
    /// <param name="key">The identifier.</param>
    /// <param name="maxRounds">Most rounds, of up to <see cref="PointerState.MaxToDo"/> homes each.</param>
    public async Task<JoinReply> SettleAsync(IdentifierKey key, int maxRounds)
    {
        var reply = new StepReply();
        await RunAsync(SettleRoutine.Run(key, maxRounds, reply), reply);
        return Learn(key, reply.As<JoinReply>());
    }

    /// <summary>Goes on with what an identifier's grain wants done.</summary>
    public async Task<JoinReply> SettleAsync(IdentifierKey key, JoinReply answer, int maxRounds)
    {
        var reply = new StepReply();
        await RunAsync(SettleRoutine.Handle(key, answer, maxRounds, reply), reply);
        return Learn(key, reply.As<JoinReply>());
    }

    /// <summary>Moves a home into a smaller one, or goes on with that; answers where its evidence is.</summary>
    public async Task<HomeId> MoveAsync(HomeId home, HomeId winner) =>
        (await grains.Home(home).Move(winner.AsImmutable())).Value;

    /// <summary>Goes on with what a home says is under way: its move, or its open joins.</summary>
    public async Task FinishAsync(HomeId home, ConfirmReply reply)
    {
        if (reply.Gate.Standing == HomeStatus.Moving) await MoveAsync(home, reply.Gate.Target);
        else if (reply.Gate.IsOpen && !reply.Open.IsEmpty) await JoinAsync(home, reply.Open);
    }

    /// <summary>Asks a home, and where it has moved, the home it has moved to.</summary>
    /// <param name="home">The home.</param>
    /// <param name="ask">What it is asked.</param>
    /// <param name="gateOf">Where the answer tells whether the home took it.</param>
    /// <returns>The home that took it, and its answer.</returns>
    /// <exception cref="GrainReloadException">It was sent on <see cref="MaxHops"/> times.</exception>
    public async Task<(HomeId Home, TReply Reply)> SendAsync<TReply>(
        HomeId home, Func<IProfileGrain, Task<TReply>> ask, Func<TReply, Gate> gateOf)
    {
        for (var hop = 0; hop < MaxHops; hop++)
        {
            var reply = await ask(grains.Home(home));
            var gate = gateOf(reply);
            if (gate.IsOpen) return (home, reply);
            home = gate.Standing == HomeStatus.Moving ? await MoveAsync(home, gate.Target) : gate.Target;
        }
        throw new GrainReloadException($"A call was sent on {MaxHops} times, last to home {home}.");
    }

    private async Task RunAsync(IEnumerable<ProtocolStep> routine, StepReply reply)
    {
        foreach (var step in routine)
        {
            switch (step)
            {
                case JoinStep join:
                    reply.Value = await JoinAllAsync(join);
                    break;
                case ConfirmStep confirm:
                    reply.Value = (await grains.Home(confirm.Home).Confirm(confirm.Confirmations.AsImmutable())).Value;
                    break;
                case OpenJoinsStep open:
                    reply.Value = (await grains.Home(open.Home).OpenJoins(open.Identifiers.AsImmutable())).Value;
                    break;
                case MoveStep move:
                    reply.Value = await MoveAsync(move.Home, move.Winner);
                    break;
                case RepointStep repoint:
                    await grains.Identifier(repoint.Identifier)
                        .Repoint(repoint.From.AsImmutable(), repoint.To.AsImmutable());
                    pointers.LearnHome(repoint.Identifier, repoint.To);
                    break;
                case HandledStep handled:
                    reply.Value = (await grains.Identifier(handled.Identifier)
                        .Handled(handled.Homes.AsImmutable(), handled.Epoch)).Value;
                    break;
                case ToDoStep toDo:
                    reply.Value = (await grains.Identifier(toDo.Identifier).ToDo()).Value;
                    break;
                default:
                    throw new InvalidOperationException($"No routine outside a home takes {step.GetType().Name}.");
            }
        }
    }

    private async Task<ImmutableArray<JoinReply>> JoinAllAsync(JoinStep step)
    {
        var calls = new Task<JoinReply>[step.Identifiers.Length];
        for (var i = 0; i < calls.Length; i++) calls[i] = JoinAsync(step.Identifiers[i], step.Requests[i]);
        return [.. await Task.WhenAll(calls)];
    }

    /// <summary>
    /// A first claim needs no grain: the insert decides it, and whoever finds the row taken asks the grain, which alone
    /// changes rows that are there.
    /// </summary>
    private async Task<JoinReply> JoinAsync(IdentifierKey key, JoinRequest request)
    {
        if (pointers.TryGet(key, out _) || await ClaimAsync(key, request) is not { } claimed)
            return Learn(key, (await grains.Identifier(key).Join(request.AsImmutable())).Value);
        return Learn(key, claimed);
    }

    private JoinReply Learn(IdentifierKey key, JoinReply reply)
    {
        pointers.Learn(key, new PointerView(reply.Home, reply.Inert && !reply.Uniting, !reply.ToDo.IsEmpty));
        return reply;
    }

    private async Task<JoinReply?> ClaimAsync(IdentifierKey key, JoinRequest request)
    {
        var change = PointerRules.Join(null, request);
        var outcome = await services.Writer.WriteAsync(
            services.Pointers.NextWrite(key, change), CancellationToken.None);
        return outcome.Status == WriteStatus.Committed ? change.State.Reply() : null;
    }
}
