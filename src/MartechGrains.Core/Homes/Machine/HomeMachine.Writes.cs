using System.Collections.Immutable;
using MartechGrains.Core.Homes.Messages;
using MartechGrains.Core.Homes.State;
using MartechGrains.Core.Homes.Views;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Machines;
using MartechGrains.Core.Pointers;

namespace MartechGrains.Core.Homes.Machine;

/// <content>What shares an append: events, what pointers confirm, and questions about open joins.</content>
public partial class HomeMachine
{
    /// <summary>
    /// Most changes of identities that one entry tells; more are told by more entries of the same append.
    /// </summary>
    public const int MaxChangesPerEntry = 1024;

    private const int PlacesForChanges = 16;

    private readonly List<Message> _waiting = [];

    /// <summary>
    /// Decides one message after the other, each on the state that those before it have left, and commits what they
    /// wrote at once. An answer that may go ahead of the disk does so only while no message before it has to wait:
    /// answers keep the order of their messages.
    /// </summary>
    private IEnumerable<HomeEffect> Write(Message first, IInbox inbox)
    {
        _identities ??= new IdentityWatch(State);
        var message = first;
        while (true)
        {
            if (Decide(message))
            {
                // What is answered ahead of the disk outdates the view, which does not link what is confirmed now.
                if (message is ConfirmMessage && _entries.Count > 0 && _view is not null) yield return Withdraw();
                yield return ReplyTo(message);
            }
            else
            {
                _waiting.Add(message);
            }
            // Some places are kept for the changes of identities that the entries may cause.
            if (!inbox.TryPeek(out var next) || MostEntriesOf(next) is not { } more
                || _entries.Count + more > MaxEntriesPerAppend - PlacesForChanges) break;
            message = Take(inbox);
        }
        if (_entries.Count > 0)
            foreach (var effect in Commit()) yield return effect;
        foreach (var waiting in _waiting) yield return ReplyTo(waiting);
    }

    /// <summary>Most entries that a message writes; null where it takes a turn of its own.</summary>
    private static int? MostEntriesOf(Message message)
    {
        const int adopted = 1; // The home may adopt a newer policy first.
        return message switch
        {
            ApplyMessage apply => apply.Events.Length + adopted,
            ConfirmMessage => 1,
            OpenJoinsMessage => 0,
            _ => null,
        };
    }

    /// <summary>Decides a message, and whether its answer may go out at once.</summary>
    private bool Decide(Message message)
    {
        switch (message)
        {
            case ApplyMessage apply:
                return Apply(apply);
            case ConfirmMessage confirm:
                return Confirm(confirm);
            case OpenJoinsMessage open:
                var gate = State.Gate;
                open.Reply = new ConfirmReply(gate, gate.IsOpen
                    ? State.OpenJoinsOf(
                        open.Identifiers.IsEmpty ? State.Joins.OpenIdentifiers() : open.Identifiers)
                    : []);
                return _entries.Count == 0 && !HasWaiting;
            default:
                throw new InvalidOperationException($"{message.GetType().Name} takes a turn of its own.");
        }
    }

    private bool Apply(ApplyMessage apply)
    {
        var gate = WriteGate;
        if (!gate.IsOpen)
        {
            apply.Reply = new ApplyReply(gate, [], []);
            return true;
        }
        AdoptNewestPolicy();
        var before = _entries.Count;
        var statuses = ImmutableArray.CreateBuilder<ApplyStatus>(apply.Events.Length);
        foreach (var routed in apply.Events)
        {
            BeforeApply(routed);
            var (status, entry) = HomeRules.Apply(State, routed, _around.Now);
            if (entry is not null) Fold(entry);
            statuses.Add(status);
        }
        apply.Reply = new ApplyReply(gate, statuses.MoveToImmutable(), OpenAfter(apply, before));
        return MayGoAhead(apply);
    }

    private bool Confirm(ConfirmMessage confirm)
    {
        var gate = State.Gate;
        if (!gate.IsOpen)
        {
            confirm.Reply = new ConfirmReply(gate, []);
            return true;
        }
        var mayGoAhead = MayGoAhead(confirm);
        Fold(HomeRules.Confirm(State, confirm.Confirmations, _around.Now));
        confirm.Reply = new ConfirmReply(gate, OpenOf(confirm.Confirmations));
        return mayGoAhead;
    }

    private ImmutableArray<OpenJoin> OpenOf(ImmutableArray<JoinConfirmation> confirmations)
    {
        if (!State.Joins.HasOpen) return [];
        var keys = new List<IdentifierKey>(confirmations.Length);
        foreach (var confirmation in confirmations) keys.Add(confirmation.Identifier);
        keys.Sort();
        return State.OpenJoinsOf(keys);
    }

    /// <summary>Folds the entry into the state, and into the append of the turn.</summary>
    internal void Fold(HomeEntry entry, AbsorbedHome? absorbed = null)
    {
        State.Fold(entry, absorbed);
        _identities!.Follow(entry);
        _entries.Add(entry);
    }

    /// <summary>
    /// Writes what is folded, with what it changed about who is who, and renews what lookups see of it.
    /// </summary>
    private IEnumerable<HomeEffect> Commit()
    {
        AddIdentityChanges();
        for (var i = 0; i < _entries.Count; i++)
            if (_entries[i] is EventApplied applied)
                _entries[i] = applied with { Profile = _identities!.OwnerOf(applied) };
        yield return Append(null);
        NoteCommitted();
        var wasRead = false;
        if (_view is not null)
        {
            yield return Withdraw();
            wasRead = _withdraw.Reply;
        }
        if (wasRead && State.Gate.IsOpen && !MustRecover && _around.HoldsLease) yield return Publish(AssembleView());
        if (_identities!.TakeOversize()) yield return new OversizeEffect();
    }

    private AppendEffect Append(bool? isMoving)
    {
        var hasOpen = State.Joins.HasOpen;
        _append.Entries = _entries;
        _append.LastSeq = State.Seq;
        _append.HasOpenJoins = hasOpen == _hasOpenOnDisk ? null : hasOpen;
        _append.IsMoving = isMoving;
        _hasOpenOnDisk = hasOpen;
        return _append;
    }

    private void AddIdentityChanges()
    {
        foreach (var changes in _identities!.TakeChanges().Chunk(MaxChangesPerEntry))
        {
            var entry = new IdentityChanged([.. changes], HomeRules.TimeOf(State, _around.Now));
            State.Fold(entry);
            _entries.Add(entry);
        }
    }
}
