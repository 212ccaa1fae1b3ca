using MartechGrains.Core.Homes.Machine;
using MartechGrains.Core.Homes.Messages;
using MartechGrains.Core.Homes.State;
using MartechGrains.Core.Homes.Views;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Identity.Policy;

namespace MartechGrains.Grains.Homes;

/// <content>
/// What takes a turn of its own, since it may change who is together or where the home is: moving, absorbing,
/// operators' decisions, and a newer policy.
/// </content>
internal sealed partial class HomeProcess
{
    private async Task MoveAsync(MoveOperation move)
    {
        Withdraw();
        var reply = new StepReply { Now = _services.Now };
        foreach (var step in MoveRoutine.Run(State, move.Winner, reply))
        {
            switch (step)
            {
                case AppendStep append:
                    foreach (var entry in append.Entries) State.Fold(entry);
                    await CommitAsync(append.Entries);
                    break;
                case AbsorbStep absorb:
                    reply.Value = await _peers.AbsorbAsync(absorb.Winner, absorb.Loser, absorb.Head);
                    reply.Now = _services.Now;
                    break;
                case AnswerStep answer:
                    move.Complete(answer.Home);
                    break;
                default:
                    throw new InvalidOperationException($"A move has no {step.GetType().Name}.");
            }
        }
    }

    private async Task AbsorbAsync(AbsorbOperation absorb)
    {
        var answer = HomeRules.HasAbsorbed(State, absorb.Loser, absorb.Head);
        if (answer.Answer != AbsorbedAnswer.No)
        {
            absorb.Complete(answer);
            return;
        }
        var loser = await _loader.LoadAbsorbedAsync(absorb.Loser, absorb.Head, CancellationToken.None);
        await TakeOwnTurnAsync(
            turn =>
            {
                _identities!.TakeIn(loser.State);
                var entry = HomeRules.Absorb(State, loser.State, absorb.Head, _services.Now);
                LearnPolicies(loser.State.Policies);
                Fold(entry, loser);
                turn.Entries.Add(entry);
            },
            loser);
        absorb.Complete(new AbsorbReply(AbsorbedAnswer.Yes, default));
    }

    private async Task DecideAsync(DecideOperation decide)
    {
        var gate = State.Gate;
        if (!gate.IsOpen)
        {
            decide.Complete(new DecideReply(gate, 0, []));
            return;
        }
        var news = 0;
        var keys = new SortedSet<IdentifierKey>();
        await TakeOwnTurnAsync(turn =>
        {
            AdoptNewestPolicy(turn);
            foreach (var routed in decide.Decisions)
            {
                keys.UnionWith(routed.Decision.Keys);
                if (HomeRules.Decide(State, routed, _services.Now) is not { } entry) continue;
                Fold(entry);
                turn.Entries.Add(entry);
                news++;
            }
        });
        decide.Complete(new DecideReply(gate, news, State.OpenJoinsOf(keys)));
    }

    private async Task AdoptAsync(AdoptOperation adopt)
    {
        var gate = State.Gate;
        if (!gate.IsOpen)
        {
            adopt.Complete(new ConfirmReply(gate, []));
            return;
        }
        await _services.Policies.WithVersionAsync(adopt.PolicyVersion);
        await TakeOwnTurnAsync(AdoptNewestPolicy);
        adopt.Complete(new ConfirmReply(gate, State.OpenJoinsOf(State.Joins.OpenIdentifiers())));
    }

    /// <summary>Goes on under the newest policy that is known on this silo.</summary>
    private void AdoptNewestPolicy(HomeTurn turn)
    {
        LearnPolicies(_services.Policies.Known);
        if (HomeRules.Adopt(State, _services.Now) is not { } adopted) return;
        Fold(adopted);
        turn.Entries.Add(adopted);
    }

    private void LearnPolicies(IdentityPolicies policies)
    {
        if (policies.Newest.Version > State.Policies.Newest.Version) State.Policies = policies;
    }

    /// <summary>Folds and commits entries that may change who is together, or which events count.</summary>
    private async Task TakeOwnTurnAsync(Action<HomeTurn> fold, AbsorbedHome? absorbing = null)
    {
        var turn = new HomeTurn();
        try
        {
            _identities ??= new IdentityWatch(State);
            fold(turn);
            if (turn.Entries.Count == 0) return;
            if (State.Ledger.IsStale) await _loader.RefoldAsync(State, absorbing, CancellationToken.None);
            AddIdentityChanges(turn);
        }
        catch (Exception error)
        {
            // Memory is ahead of the disk by entries that will not be written.
            Leave(error);
            throw;
        }
        await CommitAsync(turn.Entries);
    }
}
