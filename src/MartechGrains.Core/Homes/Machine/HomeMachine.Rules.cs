using System.Collections.Immutable;
using MartechGrains.Core.Homes.Messages;
using MartechGrains.Core.Homes.State;
using MartechGrains.Core.Homes.Views;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Machines;
using MartechGrains.Core.Pointers;

namespace MartechGrains.Core.Homes.Machine;

/// <content>
/// The rules of docs/protocol.md that a home keeps, each a member of its own, so that the simulator can put a machine
/// beside it that breaks one of them and show that this is found.
/// </content>
public partial class HomeMachine
{
    /// <summary>H11: nothing is answered but under the silo's lease.</summary>
    internal virtual bool MayAnswer(Message message) => _around.HoldsLease;

    /// <summary>H8: a moving home takes no writes.</summary>
    internal virtual Gate WriteGate => State.Gate;

    /// <summary>
    /// H11: a home has itself absorbed under its silo's lease only. An activation that has taken over may have loaded
    /// before <see cref="HomeMoving"/> was there, and would answer for evidence that the winner goes on with.
    /// </summary>
    internal virtual bool MayBeAbsorbed => _around.HoldsLease;

    /// <summary>
    /// A read completes what a crash may have left open although it was acknowledged, before a view is shown.
    /// </summary>
    internal virtual bool MustRecover => State.Joins.Recovered.Count > 0;

    /// <summary>H23, H24: a view links an identifier only once its join is confirmed there.</summary>
    internal virtual HomeView AssembleView() => _identities?.View() ?? ProfileAssembly.Assemble(State);

    /// <summary>H6: "absorbed?" is answered before "moved".</summary>
    internal virtual AbsorbReply HasAbsorbed(HomeId loser, int head) => HomeRules.HasAbsorbed(State, loser, head);

    /// <summary>H15: a retraction outlives the event it takes out, so there is nothing to do before an event.</summary>
    internal virtual void BeforeApply(RoutedEvent routed)
    {
    }

    /// <summary>H26: what is undone stays undone.</summary>
    internal virtual DecisionTaken? Take(RoutedDecision routed) => HomeRules.Decide(State, routed, _around.Now);

    /// <summary>
    /// H4: every unconfirmed join of the events' identifiers is to be completed, also those that others opened.
    /// </summary>
    /// <param name="apply">The events.</param>
    /// <param name="before">How many entries of the turn were there before them.</param>
    internal virtual ImmutableArray<OpenJoin> OpenAfter(ApplyMessage apply, int before)
    {
        if (!State.Joins.HasOpen) return [];
        var keys = new List<IdentifierKey>();
        foreach (var routed in apply.Events) keys.AddRange(routed.Keys.AsSpan());
        keys.Sort();
        return State.OpenJoinsOf(keys);
    }

    /// <summary>H34: of two bodies that two homes accepted under one id one stands, and the other is kept.</summary>
    internal virtual IReadOnlyList<SettledConflict> Settle(IReadOnlyList<SettledConflict> conflicts) => conflicts;

    /// <summary>What became of events is answered when it is on disk, never on the way.</summary>
    internal virtual bool MayGoAhead(ApplyMessage apply) => false;

    /// <summary>
    /// Whether a confirmation may be answered on its way to disk: no message of the turn before it has to wait, and
    /// losing it costs no more than a repeated join.
    /// </summary>
    internal virtual bool MayGoAhead(ConfirmMessage confirm) =>
        !HasWaiting && !HomeRules.MustJournal(State, confirm.Confirmations);

    /// <summary>H30, H31: the home goes on under the newest policy that is known, and reports anew under it.</summary>
    internal virtual void AdoptNewestPolicy()
    {
        LearnPolicies(_around.Policies);
        if (HomeRules.Adopt(State, _around.Now) is { } adopted) Fold(adopted);
    }

    /// <summary>What is open when the home is loaded may have been acknowledged by the activation before.</summary>
    internal virtual void MarkRecovered() => State.Joins.MarkRecovered();

    /// <summary>Whether a message of the turn waits for its commit.</summary>
    internal bool HasWaiting => _waiting.Count > 0;

    /// <summary>The entries of the turn so far.</summary>
    internal IReadOnlyList<HomeEntry> Entries => _entries;

    /// <summary>The present, as observed.</summary>
    internal HomeSurroundings Around => _around;
}
