using MartechGrains.Core.Events;
using MartechGrains.Core.Identity.Resolution;

namespace MartechGrains.Core.Curation;

/// <summary>
/// The operator decisions of a home: a join-semilattice, absent below made below undone, merged by taking the larger of
/// both sides (rules H15, H17, H25, H26).
/// </summary>
public sealed class DecisionLedger
{
    // Most homes have none, and homes are many.
    private Dictionary<DecisionKey, Decision>? _decisions;
    private Dictionary<EventHash, int>? _retractions;
    private IdentityDecisions? _inForce;

    /// <summary>All decisions, those undone included, in no order.</summary>
    public IReadOnlyCollection<Decision> All => (IReadOnlyCollection<Decision>?)_decisions?.Values ?? [];

    /// <summary>The links in force, for resolution.</summary>
    public IdentityDecisions InForce => _inForce ??= Collect();

    /// <summary>Whether a retraction of the event is in force.</summary>
    public bool IsRetracted(EventHash hash) => _retractions is not null && _retractions.ContainsKey(hash);

    /// <summary>Whether the decision says more than is known: it is new, or undoes what stands.</summary>
    public bool IsNews(Decision decision) => _decisions is null
        || !_decisions.TryGetValue(DecisionKey.Of(decision), out var known)
        || (known.Undone is null && decision.Undone is not null);

    /// <summary>Folds a decision; where it says no more than is known, nothing changes.</summary>
    /// <returns>Whether it was news.</returns>
    public bool Fold(Decision decision)
    {
        if (!IsNews(decision)) return false;
        var key = DecisionKey.Of(decision);
        _decisions ??= [];
        var wasInForce = _decisions.TryGetValue(key, out var known) && known.Undone is null;
        _decisions[key] = decision;
        if (decision.Kind == DecisionKind.Retraction)
            CountRetraction(key.Event, (decision.Undone is null ? 1 : 0) - (wasInForce ? 1 : 0));
        else
            _inForce = null;
        return true;
    }

    private void CountRetraction(EventHash hash, int more)
    {
        _retractions ??= [];
        var count = _retractions.GetValueOrDefault(hash) + more;
        if (count > 0) _retractions[hash] = count;
        else _retractions.Remove(hash);
    }

    private IdentityDecisions Collect()
    {
        if (_decisions is null) return IdentityDecisions.None;
        var links = _decisions.Values.Where(static decision => decision.Undone is null).ToLookup(
            static decision => decision.Kind);
        return links.Count == 0
            ? IdentityDecisions.None
            : new IdentityDecisions(
                links[DecisionKind.MustLink].SelectMany(static decision => decision.Pairs),
                links[DecisionKind.CannotLink].SelectMany(static decision => decision.Pairs));
    }
}
