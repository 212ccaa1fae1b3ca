using System.Collections.Immutable;
using MartechGrains.Core.Homes.Machine;
using MartechGrains.Core.Homes.Views;
using MartechGrains.Core.Identity;
using MartechGrains.Grains.Damage;
using MartechGrains.Grains.Mailboxes;
using MartechGrains.Journal.Contracts;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;

namespace MartechGrains.Grains.Homes;

/// <summary>
/// Carries out the effects of a home's machine: on the journal, the live views and other homes. It runs on its grain's
/// scheduler; nothing here is for other threads.
/// </summary>
internal sealed partial class HomeExecutor
{
    private static readonly ReadOnlyMemory<byte> OpenMarker = new byte[] { 0 };

    private readonly HomeId _home;
    private readonly HomeMachine _machine;
    private readonly HomeEnvironment _environment;
    private readonly HomeJournal _journal;
    private readonly MachineInbox _inbox;
    private readonly Action _leave;
    private readonly ILogger _log;

    public HomeExecutor(HomeId home, HomeEnvironment environment, Action leave, ILogger log)
    {
        (_home, _environment, _leave, _log) = (home, environment, leave, log);
        _machine = new HomeMachine(home);
        _journal = environment.JournalOf(home);
        _inbox = new MachineInbox(MailboxKind.Home, home, TakeTurnAsync);
    }

    /// <summary>Loads the home; to be awaited before anything is asked of it.</summary>
    public async Task ActivateAsync(CancellationToken cancellationToken)
    {
        await _environment.Policies.ReadyAsync(cancellationToken);
        Observe();
        await RunAsync(_machine.Activate(), cancellationToken);
        _journal.EndReadings();
        await _environment.Writer.ReopenAsync(_home, cancellationToken);
    }

    /// <summary>Asks the machine; the answer comes out of its turn.</summary>
    public ValueTask<Immutable<TReply>> Ask<TReply>(
        MachineCall<TReply> call, CancellationToken cancellationToken) =>
        _inbox.Mailbox.Ask(call, cancellationToken);

    /// <summary>The committed view at once if there is one, else after what is under way.</summary>
    public ValueTask<Immutable<HomeReading>> Read(CancellationToken cancellationToken) =>
        _inbox.Mailbox.End is null && _machine.ReadNow(_environment.HoldsLease) is { } reading
            ? new(reading.AsImmutable())
            : Ask(MachineCall<HomeReading>.Of(static (to, _) => new ReadMessage(to), 0), cancellationToken);

    /// <summary>Ends the activation: its views are withdrawn first, and whoever waits is told why.</summary>
    public void Close(Exception reason)
    {
        foreach (var effect in _machine.Leave())
            if (!CarryOutAsync(effect, CancellationToken.None).AsTask().IsCompletedSuccessfully)
                throw new InvalidOperationException($"{effect.GetType().Name} takes time, and the home ends.");
        _inbox.Mailbox.Close(reason);
    }

    private async ValueTask TakeTurnAsync()
    {
        try
        {
            Observe();
            // All in this one method: each further one that waited for the commit would allocate four times for it.
            foreach (var effect in _machine.TakeTurn(_inbox))
            {
                if (effect is AppendEffect append)
                {
                    ImmutableArray<QuarantineRow> quarantined =
                        append.Displaced.Count == 0 ? [] : await QuarantineAsync(append);
                    Settle(append, await WriteAsync(append, quarantined));
                }
                else
                {
                    var done = CarryOutAsync(effect, CancellationToken.None);
                    if (done.IsCompletedSuccessfully) continue;
                    await done;
                }
                Observe();
            }
            await RunAsync(_machine.AfterTurn(), CancellationToken.None);
        }
        catch (Exception error)
        {
            if (error is HomeDamagedException damage) _environment.Damaged.Note(damage);
            // Memory may be ahead of the disk by entries that will not be written.
            if (_machine.IsAhead) Leave(error);
            _machine.FailTurn(error);
            throw;
        }
        finally
        {
            _journal.EndReadings();
        }
    }

    private async ValueTask RunAsync(IEnumerable<HomeEffect> effects, CancellationToken cancellationToken)
    {
        foreach (var effect in effects)
        {
            var done = CarryOutAsync(effect, cancellationToken);
            if (done.IsCompletedSuccessfully) continue;
            await done;
            Observe();
        }
    }

    private void Observe() => _machine.Observe(new HomeSurroundings(
        _environment.Now, _environment.Policies.Known, _environment.HoldsLease));

    private ValueTask CarryOutAsync(HomeEffect effect, CancellationToken cancellationToken)
    {
        switch (effect)
        {
            case AwaitLeaseEffect:
                return default; // One process alone has no predecessor.
            case ReadRowsEffect read:
                return _journal.ReadAsync(read, cancellationToken);
            case ReadSnapshotEffect find:
                return _journal.FindSnapshotAsync(find, cancellationToken);
            case WriteSnapshotEffect write:
                return _journal.WriteSnapshotAsync(write);
            case LearnPolicyEffect learn:
                return LearnAsync(learn, cancellationToken);
            case ReplyEffect reply:
                reply.Message.Deliver();
                return default;
            case PublishEffect publish:
                _environment.Views.Publish(publish.View);
                return default;
            case WithdrawEffect withdraw:
                withdraw.Reply = _environment.Views.Withdraw(withdraw.View);
                return default;
            case AbsorbEffect absorb:
                return AbsorbAsync(absorb);
            case HasAbsorbedEffect question:
                return HasAbsorbedAsync(question);
            case OversizeEffect:
                HomeMetrics.Oversize.Add(1);
                LogOversize(_home);
                return default;
            default:
                throw new InvalidOperationException($"No home wants {effect.GetType().Name}.");
        }
    }

    /// <summary>
    /// What an append puts into quarantine. Of more than one append may hold the others are written ahead of it: they
    /// are then in quarantine a moment before they count no more, never after.
    /// </summary>
    private async Task<ImmutableArray<QuarantineRow>> QuarantineAsync(AppendEffect append)
    {
        var rows = ImmutableArray.CreateBuilder<QuarantineRow>();
        await foreach (var row in _journal.OpenDisplacedAsync(append))
        {
            if (rows.Count < StoreLimits.MaxAppendQuarantined)
            {
                rows.Add(row);
                continue;
            }
            var outcome = await _environment.Writer.WriteAsync(new QuarantineWrite(row), CancellationToken.None);
            if (outcome.Status != WriteStatus.Committed)
                throw GrainReloadException.Home(_home, $"quarantining was {outcome.Status} {outcome.Error}");
        }
        HomeMetrics.Displaced.Add(append.Displaced.Count);
        return rows.DrainToImmutable();
    }

    private ValueTask<WriteOutcome> WriteAsync(AppendEffect append, ImmutableArray<QuarantineRow> quarantined)
    {
        var write = new AppendWrite(
            _journal.Encode(append.Entries),
            append.HasOpenJoins == true ? [OpenMarker] : [],
            append.HasOpenJoins == false ? [OpenMarker] : [],
            append.IsMoving)
        {
            Quarantined = quarantined,
        };
        return _environment.Writer.WriteAsync(write, CancellationToken.None);
    }

    private void Settle(AppendEffect append, WriteOutcome outcome)
    {
        if (outcome.Status != WriteStatus.Committed)
            throw GrainReloadException.Home(_home, $"its append was {outcome.Status} {outcome.Error}");
        _environment.Changes.Offer(_home, append.LastSeq, append.Entries);
    }

    private async ValueTask LearnAsync(LearnPolicyEffect learn, CancellationToken cancellationToken) =>
        learn.Reply = await _environment.Policies.WithVersionAsync(learn.Version, cancellationToken);

    private async ValueTask AbsorbAsync(AbsorbEffect absorb) => absorb.Reply =
        (await Smaller(absorb.Winner).Absorb(absorb.Loser.AsImmutable(), absorb.Head, CancellationToken.None)).Value;

    private async ValueTask HasAbsorbedAsync(HasAbsorbedEffect question) => question.Reply =
        (await Smaller(question.Winner)
            .HasAbsorbed(question.Loser.AsImmutable(), question.Head, CancellationToken.None)).Value;

    /// <summary>Another home. Always a smaller one, so that no calls form a cycle.</summary>
    private IProfileGrain Smaller(HomeId home) => home < _home
        ? _environment.Grains.GetGrain<IProfileGrain>(home.Founder.ToGuid())
        : throw new InvalidOperationException($"Home {_home} would call {home}, which is not smaller.");

    private void Leave(Exception error)
    {
        if (_inbox.Mailbox.End is not null) return;
        // The store is the same for all, and has been told of.
        if (error is not (WritesRefusedException or HomeDamagedException)) LogLeaves(_home, error);
        Close(error is GrainReloadException or JournalOverloadedException or WritesRefusedException
            ? error
            : GrainReloadException.Home(_home, error.Message));
        _leave();
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Links of home {home} connect more identifiers than maxIdentifiers of the identity policy. Its "
            + "graph, by that id, shows which. If a shared value made it, the policy should block it or make it "
            + "generic.")]
    private partial void LogOversize(HomeId home);

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "Home {home} leaves, since what it has in memory may not be on disk; the next call loads it anew.")]
    private partial void LogLeaves(HomeId home, Exception error);
}
