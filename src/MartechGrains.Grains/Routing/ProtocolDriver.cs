using System.Collections.Immutable;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Profiles;
using MartechGrains.Core.Protocol;
using MartechGrains.Grains.Contracts;
using MartechGrains.Grains.Homes;
using MartechGrains.Journal;
using MartechGrains.Journal.Entries;
using Orleans.Concurrency;

namespace MartechGrains.Grains.Routing;

/// <summary>Runs protocol routines against grains: each step becomes the calls it names.</summary>
public sealed class ProtocolDriver(ProtocolGrains grains, HomeServices services, PointerDirectory pointers)
{
    /// <summary>Confirms joins of a home, and unites what must meet.</summary>
    public Task JoinAsync(HomeId home, ImmutableArray<OpenJoin> open)
    {
        var reply = new StepReply();
        return RunAsync(JoinRoutine.Run(home, open, services.Policy.Version, reply), reply);
    }

    /// <summary>Tells carriers of a generic value, and moves homes, as the sweep finds them.</summary>
    public async Task<HomeId> MoveAsync(HomeId home, HomeId winner) =>
        (await grains.Home(home).Move(winner.AsImmutable())).Value;

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
                case NotifiedStep notified:
                    await grains.Identifier(notified.Identifier).Notified(notified.Home.AsImmutable(), notified.Epoch);
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
        JoinReply reply;
        if (pointers.TryGet(key, out _) || await ClaimAsync(key, request) is not { } claimed)
            reply = (await grains.Identifier(key).Join(request.AsImmutable())).Value;
        else
            reply = claimed;
        pointers.Learn(key, new PointerView(reply.Home, reply.Generic, !reply.ToDo.IsEmpty));
        return reply;
    }

    private async Task<JoinReply?> ClaimAsync(IdentifierKey key, JoinRequest request)
    {
        var state = IdentifierDecisions.Join(null, request, services.Policy);
        var outcome = await services.Writer.WriteAsync(
            new PointerWrite(PointerCodec.NextRow(key, state)), CancellationToken.None);
        return outcome.Status == WriteStatus.Committed ? state.Reply() : null;
    }
}
