using System.Collections.Immutable;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Machines;
using MartechGrains.Core.Pointers;
using MartechGrains.Core.Routing;
using MartechGrains.Journal.Contracts;
using MartechGrains.Journal.Entries;
using MartechGrains.Journal.Writing;
using Orleans.Concurrency;

namespace MartechGrains.Grains.Routing;

/// <summary>
/// Carries out the steps of routers, readers and the sweep: each becomes calls to grains, or a look at rows.
/// </summary>
public sealed class RouterExecutor(
    ProtocolGrains grains, JournalWriter writer, PointerCodec codec, PointerDirectory pointers)
{
    /// <summary>Goes through a routine, and gives up between two steps when the caller does.</summary>
    /// <returns>The routine's result.</returns>
    public async ValueTask<TResult> RunAsync<TResult>(
        Routine<RouterStep, TResult> routine, CancellationToken cancellationToken)
    {
        foreach (var step in routine.Run())
        {
            cancellationToken.ThrowIfCancellationRequested();
            var done = CarryOutAsync(step, cancellationToken);
            if (!done.IsCompletedSuccessfully) await done;
        }
        return routine.Result!;
    }

    private ValueTask CarryOutAsync(RouterStep step, CancellationToken cancellationToken) => step switch
    {
        LearnPointerStep learn => Learn(learn),
        LearnHomeStep learn => Learn(learn),
        AreKnownStep known => AreKnown(known),
        FindPointersStep find => FindAsync(find, cancellationToken),
        MeetStep meet => MeetAsync(meet),
        RegisterStep register => RegisterAsync(register),
        JoinStep join => JoinAsync(join, cancellationToken),
        RepointStep repoint => grains.Identifier(repoint.Identifier)
            .Repoint(repoint.From.AsImmutable(), repoint.To.AsImmutable(), cancellationToken),
        _ => CallAsync(step, cancellationToken),
    };

    private ValueTask Learn(LearnPointerStep learn)
    {
        pointers.Learn(learn.Identifier, learn.View);
        return default;
    }

    private ValueTask Learn(LearnHomeStep learn)
    {
        foreach (var key in learn.Identifiers) pointers.LearnHome(key, learn.Home);
        return default;
    }

    private ValueTask AreKnown(AreKnownStep known)
    {
        known.Reply = ImmutableArray.CreateRange(known.Identifiers, key => pointers.TryGet(key, out _));
        return default;
    }

    private ValueTask CallAsync(RouterStep step, CancellationToken cancellationToken) => step switch
    {
        ApplyStep apply => AnswerAsync(
            apply, grains.Home(apply.Home).Apply(apply.Events.AsImmutable(), cancellationToken)),
        DecideStep decide => AnswerAsync(
            decide, grains.Home(decide.Home).Decide(decide.Decisions.AsImmutable(), cancellationToken)),
        AdoptStep adopt => AnswerAsync(adopt, grains.Home(adopt.Home).Adopt(adopt.Version, cancellationToken)),
        ConfirmStep confirm => AnswerAsync(
            confirm, grains.Home(confirm.Home).Confirm(confirm.Confirmations.AsImmutable(), cancellationToken)),
        OpenJoinsStep open => AnswerAsync(
            open, grains.Home(open.Home).OpenJoins(open.Identifiers.AsImmutable(), cancellationToken)),
        MoveStep move => AnswerAsync(
            move, grains.Home(move.Home).Move(move.Winner.AsImmutable(), cancellationToken)),
        ReadStep read => AnswerAsync(read, grains.Home(read.Home).Read(cancellationToken)),
        HandledStep handled => AnswerAsync(
            handled, grains.Identifier(handled.Identifier)
                .Handled(handled.Homes.AsImmutable(), handled.Epoch, cancellationToken)),
        ToDoStep toDo => AnswerAsync(toDo, grains.Identifier(toDo.Identifier).ToDo(cancellationToken)),
        DecideValueStep decide => AnswerAsync(
            decide, grains.Identifier(decide.Identifier).Decide(
                new HomeId(decide.Identifier).AsImmutable(), decide.Decision.AsImmutable(), cancellationToken)),
        _ => throw new InvalidOperationException($"No router takes {step.GetType().Name}."),
    };

    private static async ValueTask AnswerAsync<TReply>(
        RouterStep<TReply> step, ValueTask<Immutable<TReply>> call) => step.Reply = (await call).Value;

    private async ValueTask FindAsync(FindPointersStep find, CancellationToken cancellationToken) =>
        find.Reply = await pointers.FindAsync(find.Identifiers, cancellationToken);

    private async ValueTask JoinAsync(JoinStep join, CancellationToken cancellationToken)
    {
        var calls = new Task<Immutable<JoinReply>>[join.Requests.Length];
        for (var i = 0; i < calls.Length; i++)
            calls[i] = grains.Identifier(join.Requests[i].Join.Identifier)
                .Join(join.Requests[i].AsImmutable(), cancellationToken).AsTask();
        await Task.WhenAll(calls);
        join.Reply = [.. calls.Select(static call => call.Result.Value)];
    }

    /// <summary>Inserts rows; one that somebody else has inserted meanwhile is refused.</summary>
    private async ValueTask RegisterAsync(RegisterStep register)
    {
        var writes = new Task<WriteOutcome>[register.Rows.Length];
        for (var i = 0; i < writes.Length; i++)
            writes[i] = writer.WriteAsync(
                codec.NextWrite(register.Rows[i].Key, register.Rows[i].Value), CancellationToken.None).AsTask();
        await Task.WhenAll(writes);
        register.Reply = [.. writes.Select(static write => write.Result.Status == WriteStatus.Committed)];
    }

    private async ValueTask MeetAsync(MeetStep meet)
    {
        var writes = new Task<WriteOutcome>[meet.Meetings.Length];
        for (var i = 0; i < writes.Length; i++)
        {
            var (meeting, sent, home) = meet.Meetings[i];
            writes[i] = writer.WriteAsync(new RendezvousWrite(meeting, sent, home), CancellationToken.None).AsTask();
        }
        await Task.WhenAll(writes);
        var homes = ImmutableArray.CreateBuilder<HomeId>(writes.Length);
        for (var i = 0; i < writes.Length; i++)
        {
            var outcome = await writes[i];
            homes.Add(outcome.Status == WriteStatus.Committed
                ? outcome.Home
                : throw new GrainReloadException(
                    $"The rendezvous of event {meet.Meetings[i].Event} was {outcome.Status} {outcome.Error}."));
        }
        meet.Reply = homes.MoveToImmutable();
    }
}
