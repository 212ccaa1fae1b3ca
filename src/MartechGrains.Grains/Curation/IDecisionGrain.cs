using MartechGrains.Core.Curation;
using Orleans.Concurrency;

namespace MartechGrains.Grains.Curation;

/// <summary>
/// One decision of an operator: its row, and the way from there to all homes that it is about. Its key is the guid of
/// <see cref="Core.Curation.DecisionId"/>.
/// </summary>
[Alias("martechgrains.decision")]
[GrainInterfaceType("martechgrains.decision")]
public interface IDecisionGrain : IGrainWithGuidKey
{
    /// <summary>
    /// Makes the decision; answers when its row is on disk, and then brings it to its homes. Asking again for the same
    /// changes nothing, and goes on with what is unfinished.
    /// </summary>
    /// <param name="decision">The decision; its id is the grain's.</param>
    /// <param name="cancellationToken">Gives up, unless the row is being written.</param>
    /// <exception cref="GrainReloadException">Its row could not be written: ask again.</exception>
    /// <exception cref="GrainOverloadedException">More is waiting for it than is kept; nothing was done.</exception>
    [Alias("make")]
    ValueTask<DecisionReply> Make(OperatorDecision decision, CancellationToken cancellationToken = default);

    /// <summary>
    /// Undoes the decision, as <see cref="Make"/> makes it. What was undone before stays undone by whoever did it.
    /// </summary>
    /// <param name="act">Who undoes it.</param>
    /// <param name="cancellationToken">Gives up, unless the row is being written.</param>
    /// <exception cref="GrainReloadException">Its row could not be written: ask again.</exception>
    /// <exception cref="GrainOverloadedException">More is waiting for it than is kept; nothing was done.</exception>
    [Alias("undo")]
    ValueTask<DecisionReply> Undo(OperatorAct act, CancellationToken cancellationToken = default);

    /// <summary>The decision as it stands; null where there is none.</summary>
    [AlwaysInterleave]
    [Alias("find")]
    ValueTask<DecisionStatus?> Find(CancellationToken cancellationToken = default);

    /// <summary>
    /// Goes on with the decision where it is unfinished, wherever it was interrupted, and waits for it; then as
    /// <see cref="Find"/>. It goes on when the wait is over, too.
    /// </summary>
    /// <param name="patience">Longest wait; cut to <see cref="DecisionGrain.MaxPatience"/>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    [AlwaysInterleave]
    [Alias("settle")]
    ValueTask<DecisionStatus?> Complete(TimeSpan patience, CancellationToken cancellationToken = default);
}

/// <summary>A decision, and how far it has come.</summary>
/// <param name="Decision">The decision.</param>
/// <param name="IsFinished">Whether it has reached, as made or as undone, all that it is about.</param>
[GenerateSerializer]
[Immutable]
[Alias("martechgrains.decision.standing")]
public sealed record DecisionStatus(
    [property: Id(0)] OperatorDecision Decision, [property: Id(1)] bool IsFinished);

/// <summary>What became of what was asked of a decision.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="Status">The decision that has the id; null where there is none.</param>
[GenerateSerializer]
[Immutable]
[Alias("martechgrains.decision.reply")]
public sealed record DecisionReply(
    [property: Id(0)] DecisionOutcome Outcome, [property: Id(1)] DecisionStatus? Status);

/// <summary>What became of what was asked of a decision.</summary>
public enum DecisionOutcome
{
    /// <summary>It is on disk, now or already.</summary>
    Kept = 0,

    /// <summary>The id is another decision's.</summary>
    IdTaken = 1,

    /// <summary>There is no decision of this id.</summary>
    NotFound = 2,
}
