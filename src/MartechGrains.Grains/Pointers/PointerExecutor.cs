using MartechGrains.Core.Curation;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Pointers;
using MartechGrains.Grains.Mailboxes;
using MartechGrains.Journal.Contracts;
using MartechGrains.Journal.Entries;
using Orleans.Concurrency;

namespace MartechGrains.Grains.Pointers;

/// <summary>
/// Carries out the effects of a pointer's machine on its rows. It runs on its grain's scheduler; nothing here is for
/// other threads.
/// </summary>
internal sealed class PointerExecutor
{
    private readonly PointerMachine _machine;
    private readonly PointerEnvironment _environment;
    private readonly MachineInbox _inbox;
    private readonly Action _leave;

    public PointerExecutor(IdentifierKey key, PointerEnvironment environment, Action leave)
    {
        (_environment, _leave) = (environment, leave);
        _machine = new PointerMachine(key);
        _inbox = new MachineInbox(MailboxKind.Pointer, key, TakeTurnAsync);
    }

    /// <summary>What the row stores, for operators; null without a row.</summary>
    public ValueStatus? Status => _machine.Committed is { } row ? ValueStatus.Of(row) : null;

    /// <summary>Loads the row; to be awaited before anything is asked of it.</summary>
    public async Task ActivateAsync(CancellationToken cancellationToken)
    {
        _machine.Observe(_environment.HoldsLease);
        await RunAsync(_machine.Activate(), cancellationToken);
    }

    /// <summary>Asks the machine; the answer comes out of its turn.</summary>
    public ValueTask<Immutable<JoinReply>> Ask(MachineCall<JoinReply> call, CancellationToken cancellationToken) =>
        _inbox.Mailbox.Ask(call, cancellationToken);

    /// <summary>Refuses a decision that is one too many.</summary>
    /// <exception cref="TooManyDecisionsException">It is.</exception>
    public void Check(LinkableDecision decision)
    {
        if (!_machine.HasRoomFor(decision)) throw new TooManyDecisionsException(PointerMachine.MaxDecisions);
    }

    /// <summary>Ends the activation: whoever waits is told why.</summary>
    public void Close(Exception reason) => _inbox.Mailbox.Close(reason);

    private async ValueTask TakeTurnAsync()
    {
        try
        {
            _machine.Observe(_environment.HoldsLease);
            await RunAsync(_machine.TakeTurn(_inbox), CancellationToken.None);
        }
        catch (Exception error)
        {
            // Whatever happened, the row may not be what memory says.
            var reason = error is GrainReloadException or JournalOverloadedException or WritesRefusedException
                ? error
                : new GrainReloadException($"Identifier {_machine.Key} reloads: {error.Message}");
            Close(reason);
            _machine.FailTurn(reason);
            _leave();
        }
    }

    private async ValueTask RunAsync(IEnumerable<PointerEffect> effects, CancellationToken cancellationToken)
    {
        foreach (var effect in effects)
        {
            var done = CarryOutAsync(effect, cancellationToken);
            if (done.IsCompletedSuccessfully) continue;
            await done;
            _machine.Observe(_environment.HoldsLease);
        }
    }

    private ValueTask CarryOutAsync(PointerEffect effect, CancellationToken cancellationToken)
    {
        switch (effect)
        {
            case AwaitPointerLeaseEffect:
                return default; // One process alone has no predecessor.
            case ReadPointerEffect read:
                return ReadAsync(read, cancellationToken);
            case WritePointerEffect write:
                return WriteAsync(write);
            case FindCarriersEffect find:
                return FindAsync(find);
            case ReadCarriersEffect read:
                return ReadCarriersAsync(read);
            case FindUnhandledEffect find:
                return FindUnhandledAsync(find);
            case PointerReplyEffect reply:
                reply.Message.Deliver();
                return default;
            default:
                throw new InvalidOperationException($"No pointer wants {effect.GetType().Name}.");
        }
    }

    private async ValueTask ReadAsync(ReadPointerEffect read, CancellationToken cancellationToken)
    {
        var rows = await _environment.Reads.ReadPointersAsync([_machine.Key], cancellationToken);
        if (rows.TryGetValue(_machine.Key, out var row))
            read.Reply = new PointerSnapshot(_environment.Codec.Decode(row));
    }

    private async ValueTask WriteAsync(WritePointerEffect write)
    {
        var next = _environment.Codec.NextWrite(_machine.Key, write.Change);
        var outcome = await _environment.Writer.WriteAsync(next, CancellationToken.None);
        if (outcome.Status != WriteStatus.Committed)
            throw new GrainReloadException(
                $"Identifier {_machine.Key} reloads: its write was {outcome.Status} {outcome.Error}.");
        write.Reply = write.Change.Written(next.Row.Version);
    }

    private async ValueTask FindAsync(FindCarriersEffect find) =>
        find.Reply = Decode(await _environment.Pointers.ReadCarriersAsync(_machine.Key, find.Homes));

    private async ValueTask ReadCarriersAsync(ReadCarriersEffect read) => read.Reply = Decode(
        await _environment.Pointers.ReadCarriersAsync(_machine.Key, read.After, ReadCarriersEffect.PageSize));

    private async ValueTask FindUnhandledAsync(FindUnhandledEffect find)
    {
        var rows = await _environment.Pointers.ReadUnhandledCarriersAsync(
            _machine.Key, find.Epoch, FindUnhandledEffect.MaxHomes);
        find.Reply = [.. rows.Select(static row => row.Home)];
    }

    private static List<KeyValuePair<HomeId, Carrier>> Decode(IReadOnlyList<CarrierRow> rows)
    {
        var carriers = new List<KeyValuePair<HomeId, Carrier>>(rows.Count);
        foreach (var row in rows) carriers.Add(KeyValuePair.Create(row.Home, PointerCodec.Decode(row)));
        return carriers;
    }
}
