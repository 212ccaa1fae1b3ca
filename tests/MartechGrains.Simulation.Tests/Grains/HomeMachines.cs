using System.Collections.Immutable;
using MartechGrains.Core.Curation;
using MartechGrains.Core.Homes.Machine;
using MartechGrains.Core.Homes.Messages;
using MartechGrains.Core.Homes.State;
using MartechGrains.Core.Homes.Views;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Machines;
using MartechGrains.Core.Pointers;
using MartechGrains.Simulation.Tests.Kernel;

namespace MartechGrains.Simulation.Tests.Grains;

/// <summary>The machine of a home: the one that production runs, or one beside it that breaks a rule.</summary>
internal static class HomeMachines
{
    public static HomeMachine With(Rules rules, HomeId home) =>
        rules == Rules.All ? new HomeMachine(home) : new Broken(rules, home);

    /// <summary>What a machine wants, or what one wants that breaks a rule about that.</summary>
    public static IEnumerable<HomeEffect> Wanted(Rules rules, IEnumerable<HomeEffect> effects) =>
        rules == Rules.All ? effects : WantedByBroken(rules, effects);

    /// <summary>The published view, beside whatever turn is under way.</summary>
    public static HomeReading? ReadNow(Rules rules, HomeMachine machine, bool holdsLease) =>
        machine.ReadNow(holdsLease || !rules.ReadUnderLease);

    private static IEnumerable<HomeEffect> WantedByBroken(Rules rules, IEnumerable<HomeEffect> effects)
    {
        (WithdrawEffect Effect, HomeView View)? late = null;
        foreach (var effect in effects)
        {
            switch (effect)
            {
                case AwaitLeaseEffect when !rules.AwaitLeaseOfPredecessor:
                    continue;
                case HasAbsorbedEffect question when !rules.MovingRead:
                    question.Reply = new AbsorbReply(AbsorbedAnswer.No, default);
                    continue;
                case WithdrawEffect withdraw when !rules.WithdrawViews:
                    withdraw.Reply = false;
                    late ??= (withdraw, withdraw.View);
                    continue;
                case AppendEffect append when !rules.JournalInOrder:
                    append.Entries = [.. append.Entries.Reverse()];
                    break;
                default:
                    break;
            }

            yield return effect;
        }

        if (late is not { } last) yield break;
        last.Effect.View = last.View;
        yield return last.Effect;
    }

    private sealed class Broken(Rules rules, HomeId home) : HomeMachine(home)
    {
        internal override bool MayAnswer(Message message) =>
            (message is ReadMessage && !rules.ReadUnderLease) || base.MayAnswer(message);

        internal override bool MayGoAhead(ApplyMessage apply) =>
            !rules.AppendBeforeReply || base.MayGoAhead(apply);

        internal override Gate WriteGate =>
            !rules.Freeze && State.Gate.Status == HomeStatus.Moving ? Gate.Open : base.WriteGate;

        internal override IReadOnlyList<SettledConflict> Settle(IReadOnlyList<SettledConflict> conflicts) =>
            rules.SettleConflicts ? conflicts : [];

        internal override bool MayBeAbsorbed => !rules.AbsorbedUnderLease || base.MayBeAbsorbed;

        internal override bool MustRecover => rules.RecoverBeforeRead && base.MustRecover;

        internal override HomeView AssembleView() => rules.ViewsLinkConfirmedOnly
            ? base.AssembleView()
            : ProfileAssembly.Assemble(State, withOpenJoins: true);

        internal override AbsorbReply HasAbsorbed(HomeId loser, int head) =>
            rules.AbsorbedBeforeMoved || State.Gate.IsOpen
                ? base.HasAbsorbed(loser, head)
                : new AbsorbReply(AbsorbedAnswer.AskTarget, State.Gate.Target);

        /// <summary>Without rule H15 a late copy finds no trace of its retraction.</summary>
        internal override void BeforeApply(RoutedEvent routed)
        {
            if (rules.RetractionsStay) return;
            foreach (var retraction in State.Decisions.All.Where(
                known => known.Undone is null && known.Event == routed.Event.Hash).ToArray())
                Fold(new DecisionTaken(retraction with { Undone = retraction.Made }, Around.Now, []));
        }

        internal override DecisionTaken? Take(RoutedDecision routed)
        {
            var isUnknown = State.Decisions.All.All(known => DecisionKey.Of(known) != DecisionKey.Of(routed.Decision));
            return !rules.UndoneStays && isUnknown && routed.Decision.Undone is not null ? null : base.Take(routed);
        }

        internal override ImmutableArray<OpenJoin> OpenAfter(ApplyMessage apply, int before)
        {
            if (rules.OpenOfOthers) return base.OpenAfter(apply, before);
            return State.OpenJoinsOf(Entries.Skip(before).OfType<EventApplied>()
                .SelectMany(static applied => applied.Opened).Select(static item => item.Identifier).Distinct());
        }

        internal override bool MayGoAhead(ConfirmMessage confirm) =>
            (!rules.EarlyAnswersKeepOrder || !HasWaiting)
            && (!rules.JournalBeforeConfirming || !HomeRules.MustJournal(State, confirm.Confirmations));

        internal override void AdoptNewestPolicy()
        {
            var version = State.PolicyVersion;
            base.AdoptNewestPolicy();
            if (!rules.ReportUnderNewPolicy && State.PolicyVersion != version && version > 0) Fold(AllConfirmed());
        }

        /// <summary>All that is open, as if its pointers had confirmed it.</summary>
        private JoinsConfirmed AllConfirmed() => new(
            [.. State.OpenJoinsOf(State.Joins.OpenIdentifiers()).Select(static open => new JoinConfirmation(
                open.Identifier, open.Member, open.Carrier, 0, false, open.Report))], Around.Now);
    }
}
