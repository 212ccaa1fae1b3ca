using System.Collections.Immutable;
using MartechGrains.Core.Identity;

namespace MartechGrains.Core.Curation;

/// <summary>What an operator asks to be decided, before it is checked.</summary>
/// <param name="Kind">What is asked for.</param>
/// <param name="Identifiers">
/// For links two; for an unmerge two of one profile, or the one to be taken out; for the retraction of an event at
/// least one that it carried; for a linkable value the value; for the retraction of a source none.
/// </param>
/// <param name="Source">For retractions the source; else empty.</param>
/// <param name="EventId">For the retraction of an event its id; else empty.</param>
public sealed record DecisionDraft(
    OperatorDecisionKind Kind, ImmutableArray<Identifier> Identifiers, string Source = "", string EventId = "")
{
    /// <summary>
    /// Whether a decision is what came of this draft, as far as the decision tells: a repeated request is told from one
    /// that took its id for something else. It is not checked anew, as it may have changed what it was checked by.
    /// </summary>
    public bool IsMadeBy(OperatorDecision decision)
    {
        ArgumentNullException.ThrowIfNull(decision);
        if (decision.Kind != Kind || decision.Source != Source || decision.EventId != EventId) return false;
        return Kind switch
        {
            OperatorDecisionKind.EventRetraction => Identifiers.All(decision.Identifiers.Contains),
            OperatorDecisionKind.Unmerge when Identifiers.Length == 1 => decision.Identifiers[0] == Identifiers[0],
            _ => Identifiers.Order().SequenceEqual(decision.Identifiers.Order()),
        };
    }
}
