using System.Collections.Immutable;
using MartechGrains.Core.Curation;
using MartechGrains.Core.Homes.Machine;
using MartechGrains.Core.Homes.Messages;
using MartechGrains.Core.Homes.State;
using MartechGrains.Core.Homes.Views;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Identity.Policy;
using MartechGrains.Core.Identity.Resolution;
using MartechGrains.Simulation.Tests.Kernel;

namespace MartechGrains.Simulation.Tests.Grains;

/// <summary>One activation of a home: decide, fold, commit, answer; reads see what is committed.</summary>
internal sealed class HomeActivation : Activation
{
    private readonly HomeId _home;
    private readonly HomeState _state;
    private readonly long _behind;
    private int _committed;
    private bool _hidden;
    private bool _recovering;

    public HomeActivation(Cluster cluster, HomeId home)
        : base(cluster, Address.Of(home))
    {
        _home = home;
        _behind = cluster.Scheduler.Steps % 3 * 50;
        _state = cluster.Store.Load(home).State;
        _state.Joins.MarkRecovered();
        Committed();
    }

    /// <summary>The clock where the activation happens to be: steps of the scheduler, or somewhat behind.</summary>
    private long Now => Cluster.Scheduler.Steps - _behind;

    protected override bool Interleaves(Request request) => request is ReadRequest or HasAbsorbedRequest;

    protected override IEnumerable<Effect> Handle(Turn turn, Request request) => request switch
    {
        ApplyRequest apply => Apply(turn, apply.Events),
        DecideRequest decide => Decide(turn, decide.Decision),
        AdoptRequest => Adopt(turn),
        ConfirmRequest confirm => Confirm(turn, confirm.Confirmations),
        OpenJoinsRequest open => OpenJoins(turn, open.Identifiers),
        MoveRequest move => Move(turn, move.Winner),
        AbsorbRequest absorb => Absorb(turn, absorb.Loser, absorb.Head),
        HasAbsorbedRequest has => HasAbsorbed(turn, has.Loser, has.Head),
        ReadRequest read => Read(turn, read),
        _ => throw new ArgumentException($"A home does not {request}."),
    };

    private IEnumerable<Effect> Apply(Turn turn, ImmutableArray<RoutedEvent> events)
    {
        var gate = _state.Gate;
        if (gate.Standing == HomeStatus.Moved || (!gate.IsOpen && Cluster.Rules.Freeze))
        {
            turn.Value = new ApplyReply(gate, [], []);
            yield break;
        }

        var statuses = ImmutableArray.CreateBuilder<ApplyStatus>(events.Length);
        var entries = new List<HomeEntry>();
        var opened = new HashSet<IdentifierKey>();
        Learn(entries);
        foreach (var routed in events)
        {
            Revive(routed, entries);
            var seen = Cluster.Rules.MembersUnite ? routed : routed with { Linkable = [] };
            var (status, entry) = HomeRules.Apply(_state, seen, Now);
            statuses.Add(status);
            if (entry is null) continue;
            _state.Fold(entry);
            entries.Add(entry);
            opened.UnionWith(entry.Opened.Select(item => item.Identifier));
        }

        if (entries.Count > 0)
        {
            yield return Commit(entries, hidden: true);
            Committed();
        }

        var keys = events.SelectMany(routed => routed.Keys).Distinct();
        if (!Cluster.Rules.OpenOfOthers) keys = keys.Where(opened.Contains);
        turn.Value = new ApplyReply(Gate.Open, statuses.ToImmutable(), _state.OpenJoinsOf(keys));
    }

    private IEnumerable<Effect> Decide(Turn turn, RoutedDecision routed)
    {
        if (!_state.Gate.IsOpen)
        {
            turn.Value = new DecideReply(_state.Gate, 0, []);
            yield break;
        }

        var entries = new List<HomeEntry>();
        Learn(entries);
        var isUnknown = _state.Decisions.All.All(known => DecisionKey.Of(known) != DecisionKey.Of(routed.Decision));
        var ignored = !Cluster.Rules.UndoneStays && isUnknown && routed.Decision.Undone is not null;
        var entry = ignored ? null : HomeRules.Decide(_state, routed, Now);
        if (entry is not null)
        {
            _state.Fold(entry);
            entries.Add(entry);
        }

        if (entries.Count > 0)
        {
            yield return Commit(entries, hidden: true);
            Committed();
        }

        turn.Value = new DecideReply(Gate.Open, entry is null ? 0 : 1, _state.OpenJoinsOf(routed.Decision.Keys));
    }

    private IEnumerable<Effect> Adopt(Turn turn)
    {
        if (!_state.Gate.IsOpen)
        {
            turn.Value = new ConfirmReply(_state.Gate, []);
            yield break;
        }

        var entries = new List<HomeEntry>();
        Learn(entries, Cluster.Policies.Newest.Version);
        if (entries.Count > 0)
        {
            yield return Commit(entries, hidden: true);
            Committed();
        }

        turn.Value = new ConfirmReply(Gate.Open, _state.OpenJoinsOf(_state.Joins.OpenIdentifiers()));
    }

    /// <summary>Adopts the policy that is known where the home happens to be.</summary>
    private void Learn(List<HomeEntry> entries, int version = 0)
    {
        if (version == 0) version = Cluster.PolicySomewhere().Version;
        _state.Policies = new IdentityPolicies(
            Enumerable.Range(1, Math.Max(version, _state.PolicyVersion)).Select(Cluster.Policies.Of));
        if (HomeRules.Adopt(_state, Now) is not { } adopted) return;
        Fold(adopted);
        if (!Cluster.Rules.ReportUnderNewPolicy) Fold(DurableStore.AllConfirmed(_state));

        void Fold(HomeEntry entry)
        {
            _state.Fold(entry);
            entries.Add(entry);
        }
    }

    /// <summary>Without rule H15 a late copy finds no trace of its retraction.</summary>
    private void Revive(RoutedEvent routed, List<HomeEntry> entries)
    {
        if (Cluster.Rules.RetractionsStay) return;
        foreach (var retraction in _state.Decisions.All.Where(
            known => known.Undone is null && known.Event == routed.Event.Hash).ToArray())
        {
            var undone = new DecisionTaken(retraction with { Undone = retraction.Made }, Now, []);
            _state.Fold(undone);
            entries.Add(undone);
        }
    }

    private IEnumerable<Effect> Confirm(Turn turn, ImmutableArray<JoinConfirmation> confirmations)
    {
        if (!_state.Gate.IsOpen)
        {
            turn.Value = new ConfirmReply(_state.Gate, []);
            yield break;
        }

        var journaled = HomeRules.MustJournal(_state, confirmations);
        var entry = HomeRules.Confirm(_state, confirmations, Now);
        _state.Fold(entry);
        var reply = new ConfirmReply(
            Gate.Open, _state.OpenJoinsOf(confirmations.Select(confirmation => confirmation.Identifier).Distinct()));
        if (!journaled)
        {
            Publish();
            yield return new ReplyEffect(reply);
        }

        yield return Commit([entry], hidden: journaled);
        Committed();
        turn.Value = reply;
    }

    private IEnumerable<Effect> OpenJoins(Turn turn, ImmutableArray<IdentifierKey> identifiers)
    {
        var gate = _state.Gate;
        turn.Value = gate.IsOpen
            ? new ConfirmReply(gate, _state.OpenJoinsOf(
                identifiers.IsEmpty ? _state.Joins.OpenIdentifiers() : identifiers))
            : new ConfirmReply(gate, []);
        yield break;
    }

    private IEnumerable<Effect> Move(Turn turn, HomeId winner)
    {
        var reply = new StepReply { Now = Now };
        foreach (var step in MoveRoutine.Run(_state, winner, reply))
        {
            if (step is AppendStep append)
            {
                foreach (var entry in append.Entries) _state.Fold(entry);
                yield return Commit(append.Entries, hidden: true);
                Committed();
                continue;
            }

            if (step is AnswerStep answer)
            {
                yield return new ReplyEffect(answer.Home);
                continue;
            }

            var absorb = (AbsorbStep)step;
            if (absorb.Winner >= _home) Cluster.Violate("a home calls a larger one");
            yield return new CallEffect(Address.Of(absorb.Winner), new AbsorbRequest(absorb.Loser, absorb.Head));
            if (turn.Failed) yield break;
            reply.Value = turn.Value;
            reply.Now = Now;
        }
    }

    private IEnumerable<Effect> Absorb(Turn turn, HomeId loser, int head)
    {
        var answer = Answer(_state, loser, head);
        if (answer.Answer == AbsorbedAnswer.No)
        {
            var absorbed = Cluster.Store.Loser(loser, head);
            var entry = HomeRules.Absorb(_state, absorbed.State, head, Now);
            _state.Policies = Cluster.Policies;
            _state.Fold(entry, absorbed);
            yield return Commit([entry], hidden: true);
            Committed();
            answer = new AbsorbReply(AbsorbedAnswer.Yes, default);
        }

        turn.Value = answer;
    }

    private IEnumerable<Effect> HasAbsorbed(Turn turn, HomeId loser, int head)
    {
        foreach (var effect in Fence(turn)) yield return effect;
        if (!turn.Failed) turn.Value = Answer(View(), loser, head);
    }

    private AbsorbReply Answer(HomeState state, HomeId loser, int head) =>
        state.Gate.IsOpen || Cluster.Rules.AbsorbedBeforeMoved
            ? HomeRules.HasAbsorbed(state, loser, head)
            : new AbsorbReply(AbsorbedAnswer.AskTarget, state.Gate.Target);

    private IEnumerable<Effect> Read(Turn turn, ReadRequest read)
    {
        foreach (var effect in Fence(turn)) yield return effect;
        if (turn.Failed) yield break;
        var view = View();
        if (view.Gate.Standing == HomeStatus.Moved)
        {
            turn.Value = ReadReply.Elsewhere(view.Gate);
            yield break;
        }

        if (view.Gate.Standing == HomeStatus.Moving && Cluster.Rules.MovingRead)
        {
            var (target, from) = (view.Gate.Target, _home);
            while (true)
            {
                if (target >= from) Cluster.Violate("a home asks a larger one");
                yield return new CallEffect(Address.Of(target), new HasAbsorbedRequest(_home, view.MovingHead));
                if (turn.Failed) yield break;
                var answer = turn.As<AbsorbReply>();
                if (answer.Answer == AbsorbedAnswer.No) break;
                if (answer.Answer == AbsorbedAnswer.Yes)
                {
                    turn.Value = ReadReply.Elsewhere(new Gate(HomeStatus.Moved, target));
                    yield break;
                }

                (from, target) = (target, answer.Target);
            }
        }

        turn.Value = ReadView(view, read);
    }

    /// <summary>
    /// Refuses reads of an activation that is no longer the newest (H11); waits for what is under way.
    /// </summary>
    private IEnumerable<Effect> Fence(Turn turn)
    {
        if (!Cluster.Rules.ReadFence) yield break;
        while (Cluster.Store.HeadOf(_home) != _committed)
        {
            if (!CommitPending)
            {
                Cluster.Scheduler.Faults.Hit(FaultKind.StaleReadRefused);
                turn.Failed = true;
                Kill("stale read refused");
                yield break;
            }

            yield return new PauseEffect(false);
        }
    }

    private ReadReply ReadView(HomeState view, ReadRequest read)
    {
        if (_recovering && Cluster.Rules.RecoverBeforeRead) return ReadReply.NotYet;
        var resolution = ProfileAssembly.Resolve(view, withOpenJoins: !Cluster.Rules.ViewsLinkConfirmedOnly);
        var identifier = Cluster.World.IdentifierOf(read.Identifier);
        var (profile, isLinkable) = (resolution.Find(identifier), resolution.IsLinkable(identifier));
        if (read.Probe is not { } probe) return new ReadReply(Gate.Open, false, false, false, [], profile, isLinkable);
        var holds = profile is not null && view.Ledger.Contains(probe.Hash) && !view.Decisions.IsRetracted(probe.Hash);
        var counts = holds && ReferenceEquals(
            profile, Attribution.Owner(probe.Identifiers, resolution, view.Policy));
        return new ReadReply(
            Gate.Open, false, holds, counts, [.. Cluster.World.KeysOf(probe).Where(view.Joins.IsUnconfirmed)],
            profile, isLinkable);
    }

    /// <summary>
    /// What a read may see: not what is folded and not yet on disk, except confirmations answered ahead of it.
    /// </summary>
    private HomeState View() =>
        CommitPending && _hidden ? Cluster.Store.Load(_home, _committed).State : _state;

    private CommitEffect Commit(IReadOnlyList<HomeEntry> entries, bool hidden)
    {
        _hidden = hidden;
        var after = _committed;
        return new CommitEffect(entries.Count, rows => Cluster.Store.Append(_home, after, entries.Take(rows)));
    }

    private void Committed()
    {
        _committed = _state.Seq;
        Cluster.Store.Refold(_state);
        Publish();
    }

    /// <summary>As with all else, reads see the recovered joins as they are on disk, not as folded ahead.</summary>
    private void Publish() => _recovering = _state.Joins.Recovered.Count > 0;
}
