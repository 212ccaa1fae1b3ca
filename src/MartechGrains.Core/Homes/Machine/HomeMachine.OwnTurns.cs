using MartechGrains.Core.Homes.Messages;
using MartechGrains.Core.Homes.State;
using MartechGrains.Core.Homes.Views;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Identity.Policy;

namespace MartechGrains.Core.Homes.Machine;

/// <content>
/// What takes a turn of its own, since it may change who is together or where the home is: moving, absorbing,
/// operators' decisions, and a newer policy.
/// </content>
public partial class HomeMachine
{
    /// <summary>
    /// Moves into a smaller home, or goes on with that. What was queued before has drained, so that no write follows
    /// <see cref="HomeMoving"/> (rule H8). Calls between homes go from larger to smaller ids only: no cycle, no
    /// deadlock. The answer goes out when the winner has the evidence: should <see cref="HomeMoved"/> be lost, the
    /// home asks the winner again.
    /// </summary>
    private IEnumerable<HomeEffect> Move(MoveMessage move)
    {
        if (_view is not null) yield return Withdraw();
        if (State.MovedTo is { } moved)
        {
            move.Reply = moved;
            yield return ReplyTo(move);
            yield break;
        }
        if (State.MovingTo is null)
        {
            yield return AppendAlone(HomeRules.Move(State, move.Winner, _around.Now), isMoving: true);
            NoteCommitted();
        }
        var winner = State.MovingTo!.Value;
        while (true)
        {
            if (!MayBeAbsorbed)
            {
                yield return ReplyTo(move);
                yield break;
            }
            var absorb = new AbsorbEffect(winner, _id, State.MovingHead);
            yield return absorb;
            if (absorb.Reply.Answer == AbsorbedAnswer.Yes) break;
            winner = absorb.Reply.Target;
        }
        move.Reply = winner;
        yield return ReplyTo(move);
        yield return AppendAlone(new HomeMoved(winner, HomeRules.TimeOf(State, _around.Now)), isMoving: false);
        NoteCommitted();
    }

    private AppendEffect AppendAlone(HomeEntry entry, bool isMoving)
    {
        _entries.Clear();
        _entries.Add(entry);
        State.Fold(entry);
        return Append(isMoving);
    }

    private IEnumerable<HomeEffect> Absorb(AbsorbMessage absorb)
    {
        absorb.Reply = HasAbsorbed(absorb.Loser, absorb.Head);
        if (absorb.Reply.Answer == AbsorbedAnswer.No)
        {
            var reading = new StateReading(
                new HomeState(absorb.Loser, _around.Policies), absorb.Head, _readings, depth: 1, keepsEvents: true);
            foreach (var effect in reading.Run()) yield return effect;
            var loser = new AbsorbedHome(reading.Result!, reading.Events);
            if (loser.State.Ledger.IsStale)
                loser.State.Ledger.Refold(
                    loser.Events.Select(static applied => (applied, Seq: 0)), loser.State.Decisions);
            var settling = new ConflictSettling(State, loser.State, absorb.Head, _readings);
            foreach (var effect in settling.Run()) yield return effect;
            var conflicts = Settle(settling.Result!);
            BeginOwnTurn();
            _identities!.TakeIn(loser.State);
            LearnPolicies(loser.State.Policies);
            Fold(
                HomeRules.Absorb(
                    State, loser.State, absorb.Head, [.. conflicts.Select(static one => one.Settled)], _around.Now),
                loser);
            _identities!.Displace(conflicts, absorb.Loser);
            _append.Displaced = [.. conflicts.Select(static one => one.Displaced)];
            foreach (var effect in CommitOwnTurn(loser)) yield return effect;
            absorb.Reply = new AbsorbReply(AbsorbedAnswer.Yes, default);
        }
        yield return ReplyTo(absorb);
    }

    private IEnumerable<HomeEffect> Decide(DecideMessage decide)
    {
        var gate = State.Gate;
        if (gate.IsOpen)
        {
            BeginOwnTurn();
            AdoptNewestPolicy();
            var news = 0;
            var keys = new SortedSet<IdentifierKey>();
            foreach (var routed in decide.Decisions)
            {
                keys.UnionWith(routed.Decision.Keys);
                if (Take(routed) is not { } entry) continue;
                Fold(entry);
                news++;
            }
            foreach (var effect in CommitOwnTurn(null)) yield return effect;
            decide.Reply = new DecideReply(gate, news, State.OpenJoinsOf(keys));
        }
        else
        {
            decide.Reply = new DecideReply(gate, 0, []);
        }
        yield return ReplyTo(decide);
    }

    private IEnumerable<HomeEffect> Adopt(AdoptMessage adopt)
    {
        var gate = State.Gate;
        if (gate.IsOpen)
        {
            if (!_around.Policies.Contains(adopt.Version))
            {
                var learn = new LearnPolicyEffect(adopt.Version);
                yield return learn;
                LearnPolicies(learn.Reply!);
            }
            BeginOwnTurn();
            AdoptNewestPolicy();
            foreach (var effect in CommitOwnTurn(null)) yield return effect;
            adopt.Reply = new ConfirmReply(gate, State.OpenJoinsOf(State.Joins.OpenIdentifiers()));
        }
        else
        {
            adopt.Reply = new ConfirmReply(gate, []);
        }
        yield return ReplyTo(adopt);
    }

    private void BeginOwnTurn()
    {
        _identities ??= new IdentityWatch(State);
    }

    private IEnumerable<HomeEffect> CommitOwnTurn(AbsorbedHome? absorbing)
    {
        if (_entries.Count == 0) yield break;
        foreach (var effect in RefoldStale(absorbing)) yield return effect;
        foreach (var effect in Commit()) yield return effect;
    }

    /// <summary>
    /// Folds anew the groups that retractions and displaced events have made stale, from the rows that are on disk. The
    /// state may be ahead of them by entries that bring no event of their own, and by a loser that it is absorbing.
    /// </summary>
    private IEnumerable<HomeEffect> RefoldStale(AbsorbedHome? absorbing)
    {
        if (!State.Ledger.IsStale) yield break;
        var reading = new HistoryReading(_id, State.Seq, _readings);
        foreach (var effect in reading.Run()) yield return effect;
        IEnumerable<(EventApplied, int)> history = reading.Result!;
        if (absorbing is not null)
            history = history.Concat(absorbing.Events.Select(applied => (applied, State.Seq)));
        State.Ledger.Refold(history, State.Decisions);
    }

    private void LearnPolicies(IdentityPolicies policies)
    {
        if (policies.Newest.Version > State.Policies.Newest.Version) State.Policies = policies;
    }
}
