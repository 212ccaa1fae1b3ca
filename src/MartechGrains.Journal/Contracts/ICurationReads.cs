using MartechGrains.Core.Curation;

namespace MartechGrains.Journal.Contracts;

/// <summary>
/// Reads operators' decisions. Reads may run side by side, see what was committed before they began, and throw
/// <see cref="StoreUnavailableException"/> when the store cannot be reached.
/// </summary>
public interface ICurationReads
{
    /// <summary>A decision, or null.</summary>
    Task<DecisionRow?> ReadDecisionAsync(DecisionId id, CancellationToken cancellationToken = default);

    /// <summary>Decisions, newest first, after a cursor (null: from the newest).</summary>
    Task<IReadOnlyList<DecisionRow>> ReadDecisionsAsync(
        DecisionCursor? after, int limit, CancellationToken cancellationToken = default);

    /// <summary>Unfinished decisions, by id, after <paramref name="after"/> (null: from the first).</summary>
    Task<IReadOnlyList<DecisionRow>> ReadUnfinishedDecisionsAsync(
        DecisionId? after, int limit, CancellationToken cancellationToken = default);
}
