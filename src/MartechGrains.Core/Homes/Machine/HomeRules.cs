using System.Collections.Immutable;
using MartechGrains.Core.Facts;
using MartechGrains.Core.Homes.Messages;
using MartechGrains.Core.Homes.State;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Pointers;
using MartechGrains.Core.Time;

namespace MartechGrains.Core.Homes.Machine;

/// <summary>
/// What a home answers to messages: pure decisions over its state. The shell commits the entry a decision returns,
/// folds it, and only then replies.
/// </summary>
public static class HomeRules
{
    /// <summary>
    /// The time that the next entry is written with: monotone per home, also where the clock goes back.
    /// </summary>
    /// <param name="state">The home.</param>
    /// <param name="now">The present.</param>
    public static IngestTime TimeOf(HomeState state, IngestTime now) => IngestTime.Max(now, state.NewestTime);

    /// <summary>Decides one event. The home's gate must be open.</summary>
    /// <param name="state">The home; not changed.</param>
    /// <param name="routed">The event and what the router saw.</param>
    /// <param name="now">The present.</param>
    /// <returns>What became of it, and the entry to journal where it is new.</returns>
    public static (ApplyStatus Status, EventApplied? Entry) Apply(HomeState state, RoutedEvent routed, IngestTime now)
    {
        if (state.Ledger.TryGetContentHash(routed.Event.Hash, out var known))
            return (known == routed.Event.ContentHash ? ApplyStatus.Duplicate : ApplyStatus.Conflict, null);
        if (FactRow.FaultOf(routed.Event.EventTime, routed.Event.Fact) is not null) return (ApplyStatus.Overflow, null);
        ImmutableArray<JoinItem>.Builder? opened = null;
        for (var i = 0; i < routed.Keys.Length; i++)
        {
            var linkable = routed.Linkable.Contains(routed.Keys[i]);
            var item = new JoinItem(routed.Keys[i], linkable ? JoinKind.Member : JoinKind.Carrier);
            if (state.Joins.Needs(item))
                (opened ??= ImmutableArray.CreateBuilder<JoinItem>(routed.Keys.Length - i)).Add(item);
        }
        return (ApplyStatus.Applied, new EventApplied(
            routed.Event, routed.Keys, TimeOf(state, now), opened?.DrainToImmutable() ?? [],
            PolicyVersion: FirstPolicyVersion(state)));
    }

    /// <summary>Decides an operator's decision. The home's gate must be open.</summary>
    /// <param name="state">The home; not changed.</param>
    /// <param name="routed">The decision, and whose homes must meet.</param>
    /// <param name="now">The present.</param>
    /// <returns>The entry to journal; null where the home knows as much or more.</returns>
    public static DecisionTaken? Decide(HomeState state, RoutedDecision routed, IngestTime now)
    {
        if (!state.Decisions.IsNews(routed.Decision)) return null;
        var opened = routed.Members.Select(static key => new JoinItem(key, JoinKind.Member)).Where(state.Joins.Needs);
        return new DecisionTaken(
            routed.Decision, TimeOf(state, now), [.. opened], FirstPolicyVersion(state));
    }

    /// <summary>
    /// The entry that takes a home to the newest policy that is known; null where it is there, or has no entry yet and
    /// so begins there with its first event.
    /// </summary>
    /// <param name="state">The home; not changed.</param>
    /// <param name="now">The present.</param>
    public static PolicyAdopted? Adopt(HomeState state, IngestTime now) =>
        state.PolicyVersion > 0 && state.PolicyVersion < state.Policies.Newest.Version
            ? new PolicyAdopted(state.Policies.Newest.Version, TimeOf(state, now))
            : null;

    /// <summary>The entry for what pointers have answered. The home's gate must be open.</summary>
    /// <param name="state">The home; not changed.</param>
    /// <param name="confirmations">What they said.</param>
    /// <param name="now">The present.</param>
    public static JoinsConfirmed Confirm(
        HomeState state, ImmutableArray<JoinConfirmation> confirmations, IngestTime now) =>
        new(confirmations, TimeOf(state, now));

    /// <summary>The entry that takes a loser in: not before the newest of what it brings.</summary>
    /// <param name="state">The winner; not changed.</param>
    /// <param name="loser">The loser, as its journal says up to the head.</param>
    /// <param name="head">That head.</param>
    /// <param name="settled">Which of two bodies stands, for ids that the two hold with different ones.</param>
    /// <param name="now">The present.</param>
    public static HomeAbsorbed Absorb(
        HomeState state, HomeState loser, int head, ImmutableArray<SettledEvent> settled, IngestTime now) =>
        new(loser.Id, head, IngestTime.Max(TimeOf(state, now), loser.NewestTime)) { Settled = settled };

    /// <summary>
    /// Whether confirmations must be on disk before the home answers: an epoch it did not know, because its pointer
    /// will not tell it again once the home has answered; and joins that this activation has not opened itself, because
    /// it may be a stale one. All others may be answered while they are on their way to disk: losing them in a crash
    /// costs a repeated join, which <see cref="JoinLedger.Recovered"/> holds reads back for.
    /// </summary>
    public static bool MustJournal(HomeState state, ImmutableArray<JoinConfirmation> confirmations)
    {
        foreach (var confirmation in confirmations)
            if (state.Joins.IsNews(confirmation) || state.Joins.ClosesForeign(confirmation)) return true;
        return false;
    }

    /// <summary>Answers a loser or a reader: has it been absorbed? Asked before "have you moved?" (rule H6).</summary>
    public static AbsorbReply HasAbsorbed(HomeState state, HomeId loser, int head)
    {
        if (state.HasAbsorbed(loser, head)) return new AbsorbReply(AbsorbedAnswer.Yes, default);
        var gate = state.Gate;
        return gate.IsOpen
            ? new AbsorbReply(AbsorbedAnswer.No, default)
            : new AbsorbReply(AbsorbedAnswer.AskTarget, gate.Target);
    }

    /// <summary>
    /// The entry with which the home begins to move: only ever into a smaller home, so that calls between homes form no
    /// cycle.
    /// </summary>
    /// <param name="state">The home; not changed.</param>
    /// <param name="winner">The smaller home.</param>
    /// <param name="now">The present.</param>
    /// <exception cref="ArgumentException"><paramref name="winner"/> is not smaller.</exception>
    public static HomeMoving Move(HomeState state, HomeId winner, IngestTime now) => winner < state.Id
        ? new HomeMoving(winner, TimeOf(state, now))
        : throw new ArgumentException("A home moves into a smaller one only.", nameof(winner));

    private static int FirstPolicyVersion(HomeState state) => state.PolicyVersion == 0 ? state.Policy.Version : 0;
}
