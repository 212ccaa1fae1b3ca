using System.Collections.Immutable;
using MartechGrains.Core.Facts;
using MartechGrains.Core.Homes.Machine;
using MartechGrains.Core.Homes.Messages;
using MartechGrains.Core.Homes.State;
using MartechGrains.Core.Homes.Views;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Pointers;
using MartechGrains.Grains.Streams;
using MartechGrains.Grains.Views;
using MartechGrains.Journal.Contracts;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;

namespace MartechGrains.Grains.Homes;

/// <summary>
/// Runs one home: operations take turns, those that only write share one append, and at most one append is under way.
/// So an answer is given for what is on disk, and a view is built of nothing else. It runs on its grain's scheduler;
/// nothing here is for other threads.
/// </summary>
internal sealed partial class HomeProcess
{
    /// <summary>Most operations that wait for one home; more are refused.</summary>
    public const int MaxWaiting = 1024;

    /// <summary>Most entries of one append.</summary>
    public const int MaxEntriesPerAppend = StoreLimits.MaxAppendRows;

    private static readonly ReadOnlyMemory<byte> OpenMarker = new byte[] { 0 };

    private readonly HomeServices _services;
    private readonly HomeLoader _loader;
    private readonly HomePeers _peers;
    private readonly LiveViews _views;
    private readonly ChangePublisher _changes;
    private readonly Action _leave;
    private readonly ILogger _log;
    private readonly Queue<HomeOperation> _waiting = new();
    private readonly LoadedHome _home;
    private readonly SnapshotPace _snapshots;
    private bool _hasOpenOnDisk;
    private bool _busy;
    private Exception? _gone;
    private HomeView? _view;
    private IdentityWatch? _identities;

    public HomeProcess(
        LoadedHome home, HomeServices services, HomeLoader loader, HomePeers peers, LiveViews views,
        ChangePublisher changes, HomeSnapshots snapshots, Action leave, ILogger log)
    {
        (_home, _services, _loader, _peers, _views, _changes, _leave, _log) =
            (home, services, loader, peers, views, changes, leave, log);
        _snapshots = new SnapshotPace(home, snapshots);
        _hasOpenOnDisk = State.Joins.HasOpen;
    }

    private HomeState State => _home.State;

    /// <summary>Enqueues an operation; its answer comes when its turn is on disk.</summary>
    public ValueTask<Immutable<TReply>> Ask<TReply>(HomeOperation<TReply> operation)
    {
        if (_gone is not null)
            operation.Fail(_gone);
        else if (_waiting.Count >= MaxWaiting)
            operation.Fail(new GrainOverloadedException($"Home {State.Id} has {MaxWaiting} operations waiting."));
        else
        {
            _waiting.Enqueue(operation);
            if (!_busy) _ = DrainAsync();
        }
        return operation.Reply;
    }

    /// <summary>The committed view at once if there is one, else after what is under way.</summary>
    public ValueTask<Immutable<HomeReading>> Read() => _gone is null && _view is { } view
        ? new(new HomeReading(view, null, []).AsImmutable())
        : Ask(new ReadOperation());

    /// <summary>Answers from what is on disk: at once, or after what is under way.</summary>
    public ValueTask<Immutable<AbsorbReply>> HasAbsorbed(HomeId loser, int head) =>
        Ask(new HasAbsorbedOperation(loser, head));

    /// <summary>Withdraws the home's view: the first thing before it leaves, moves or changes.</summary>
    public void Withdraw()
    {
        if (_view is null) return;
        _views.Withdraw(_view);
        _view = null;
    }

    private async Task DrainAsync()
    {
        _busy = true;
        while (_gone is null && _waiting.TryDequeue(out var operation))
        {
            try
            {
                await TakeTurnAsync(operation);
                await _snapshots.AfterTurnAsync();
            }
            catch (Exception error) when (error is not OutOfMemoryException)
            {
                operation.Fail(error);
            }
        }
        while (_waiting.TryDequeue(out var stranded)) stranded.Fail(_gone!);
        _busy = false;
    }

    private Task TakeTurnAsync(HomeOperation operation) => operation switch
    {
        MoveOperation move => MoveAsync(move),
        AbsorbOperation absorb => AbsorbAsync(absorb),
        DecideOperation decide => DecideAsync(decide),
        AdoptOperation adopt => AdoptAsync(adopt),
        ReadOperation read => ReadAsync(read),
        HasAbsorbedOperation question => AnswerAsync(question),
        _ => WriteAsync(operation),
    };

    private async Task WriteAsync(HomeOperation first)
    {
        var turn = new HomeTurn();
        var operation = first;
        try
        {
            _identities ??= new IdentityWatch(State);
            Decide(operation, turn);
            // One place is kept for the change of identities that the entries may cause.
            while (_waiting.TryPeek(out var next) && next.MostEntries is { } more
                && turn.Entries.Count + more < MaxEntriesPerAppend)
            {
                operation = _waiting.Dequeue();
                Decide(operation, turn);
            }
            if (turn.Entries.Count > 0)
            {
                AddIdentityChanges(turn);
                await CommitAsync(turn.Entries);
            }
        }
        catch (Exception error)
        {
            // Memory may be ahead of the disk by entries that will not be written.
            Leave(error);
            operation.Fail(error);
            turn.Fail(error);
            throw;
        }
        turn.Complete();
    }

    private void Decide(HomeOperation operation, HomeTurn turn)
    {
        switch (operation)
        {
            case ApplyOperation apply:
                Apply(apply, turn);
                break;
            case ConfirmOperation confirm:
                Confirm(confirm, turn);
                break;
            case OpenJoinsOperation open:
                var identifiers = open.Identifiers.IsEmpty ? State.Joins.OpenIdentifiers() : open.Identifiers;
                var reply = new ConfirmReply(State.Gate, State.OpenJoinsOf(identifiers));
                turn.AnswerAfterCommit(open, () => open.Complete(reply));
                break;
            default:
                throw new InvalidOperationException($"{operation.GetType().Name} takes a turn of its own.");
        }
    }

    private void Apply(ApplyOperation apply, HomeTurn turn)
    {
        var gate = State.Gate;
        if (!gate.IsOpen)
        {
            apply.Complete(new ApplyReply(gate, [], []));
            return;
        }
        AdoptNewestPolicy(turn);
        var statuses = ImmutableArray.CreateBuilder<ApplyStatus>(apply.Events.Length);
        foreach (var routed in apply.Events)
        {
            var (status, entry) = HomeRules.Apply(State, routed, _services.Now);
            if (entry is not null && !TryFold(entry)) status = ApplyStatus.Overflow;
            else if (entry is not null) turn.Entries.Add(entry);
            statuses.Add(status);
        }
        var reply = new ApplyReply(gate, statuses.MoveToImmutable(), OpenJoinsOf(apply.Events));
        turn.AnswerAfterCommit(apply, () => apply.Complete(reply));
    }

    private ImmutableArray<OpenJoin> OpenJoinsOf(ImmutableArray<RoutedEvent> events)
    {
        if (!State.Joins.HasOpen) return [];
        var keys = new SortedSet<IdentifierKey>();
        foreach (var routed in events)
            foreach (var key in routed.Keys) keys.Add(key);
        return State.OpenJoinsOf(keys);
    }

    private bool TryFold(EventApplied entry)
    {
        try
        {
            Fold(entry);
            return true;
        }
        catch (InvalidFactException)
        {
            return false;
        }
    }

    private void Confirm(ConfirmOperation confirm, HomeTurn turn)
    {
        var gate = State.Gate;
        if (!gate.IsOpen)
        {
            confirm.Complete(new ConfirmReply(gate, []));
            return;
        }
        var mustJournal = HomeRules.MustJournal(State, confirm.Confirmations);
        var entry = HomeRules.Confirm(State, confirm.Confirmations, _services.Now);
        Fold(entry);
        turn.Entries.Add(entry);
        var open = State.OpenJoinsOf(
            confirm.Confirmations.Select(static confirmation => confirmation.Identifier).Distinct());
        var reply = new ConfirmReply(gate, open);
        if (mustJournal)
        {
            turn.AnswerAfterCommit(confirm, () => confirm.Complete(reply));
        }
        else
        {
            // The answer may go ahead of the disk, the old view may not stay: it does not link what is confirmed now.
            Withdraw();
            confirm.Complete(reply);
        }
    }

    private Task AnswerAsync(HasAbsorbedOperation question)
    {
        question.Complete(HomeRules.HasAbsorbed(State, question.Loser, question.Head));
        return Task.CompletedTask;
    }

    private async Task ReadAsync(ReadOperation read)
    {
        if (State.MovedTo is { } moved)
        {
            read.Complete(new HomeReading(null, moved, []));
            return;
        }
        if (State.MovingTo is { } winner
            && await _peers.FindAbsorberAsync(winner, State.Id, State.MovingHead) is { } absorber)
        {
            read.Complete(new HomeReading(null, absorber, []));
            return;
        }
        // Also of a moving home, whose reader then drives the move: what it has acknowledged may not be linked yet.
        if (State.Joins.Recovered.Count > 0)
        {
            read.Complete(new HomeReading(null, null, State.OpenJoinsOf(State.Joins.OpenIdentifiers())));
            return;
        }
        var view = ProfileAssembly.Assemble(State);
        if (State.MovingTo is null) Publish(view);
        read.Complete(new HomeReading(view, null, []));
    }

    private void Fold(HomeEntry entry, AbsorbedHome? absorbed = null)
    {
        State.Fold(entry, absorbed);
        _identities!.Follow(entry);
    }

    /// <summary>Adds what the turn's entries changed about who is who.</summary>
    private void AddIdentityChanges(HomeTurn turn)
    {
        var changes = _identities!.TakeChanges();
        if (changes.IsEmpty) return;
        var entry = new IdentityChanged(changes, HomeRules.TimeOf(State, _services.Now));
        State.Fold(entry);
        turn.Entries.Add(entry);
    }

    /// <summary>
    /// Writes entries that are folded already. On any failure memory and disk may differ: the home leaves.
    /// </summary>
    private async Task CommitAsync(IReadOnlyList<HomeEntry> entries)
    {
        try
        {
            var outcome = await _services.Writer.WriteAsync(AppendOf(entries), CancellationToken.None);
            if (outcome.Status != WriteStatus.Committed)
                throw GrainReloadException.Home(State.Id, $"its append was {outcome.Status} {outcome.Error}");
        }
        catch (Exception error)
        {
            Leave(error);
            throw;
        }
        var wasRead = _view is not null && _views.WasRead(_view);
        Withdraw();
        if (wasRead && State.Gate.IsOpen && State.Joins.Recovered.Count == 0) Publish(ProfileAssembly.Assemble(State));
        _changes.Offer(State.Id, State.Seq, entries);
        if (_identities?.TakeOversize() == true)
        {
            HomeMetrics.Oversize.Add(1);
            LogOversize(State.Id);
        }
    }

    private AppendWrite AppendOf(IReadOnlyList<HomeEntry> entries)
    {
        var rows = ImmutableArray.CreateBuilder<JournalRow>(entries.Count);
        foreach (var entry in entries) rows.Add(_home.Codec.Encode(WithProfile(entry)));
        var hasOpen = State.Joins.HasOpen;
        bool? moving = entries[^1] switch { HomeMoving => true, HomeMoved => false, _ => null };
        var write = new AppendWrite(
            rows.MoveToImmutable(),
            hasOpen && !_hasOpenOnDisk ? [OpenMarker] : [],
            !hasOpen && _hasOpenOnDisk ? [OpenMarker] : [],
            moving);
        _hasOpenOnDisk = hasOpen;
        return write;
    }

    private HomeEntry WithProfile(HomeEntry entry) => entry is EventApplied applied
        ? applied with { Profile = _identities!.OwnerOf(applied) }
        : entry;

    private void Publish(HomeView view)
    {
        _view = view;
        _views.Publish(view);
    }

    private void Leave(Exception error)
    {
        if (_gone is not null) return;
        Withdraw();
        _gone = error is GrainReloadException or JournalOverloadedException
            ? error
            : GrainReloadException.Home(State.Id, error.Message);
        _leave();
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Links of home {home} connect more identifiers than maxIdentifiers of the identity policy. Its "
            + "graph, by that id, shows which. If a shared value made it, the policy should block it or make it "
            + "generic.")]
    private partial void LogOversize(HomeId home);
}
