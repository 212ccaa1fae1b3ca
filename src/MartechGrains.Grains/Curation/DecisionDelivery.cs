using MartechGrains.Core.Curation;
using MartechGrains.Core.Identity;
using MartechGrains.Grains.Routing;

namespace MartechGrains.Grains.Curation;

/// <summary>Brings an operator's decision, as made or as undone, to all that it is about. Bringing it again is
/// safe.</summary>
public sealed class DecisionDelivery(DecisionRouter router, SourceWalk walk, IdentifierKeyDerivation derivation)
{
    /// <summary>Brings it; when it returns, every lookup that begins afterwards sees it.</summary>
    /// <param name="decision">The decision.</param>
    /// <param name="onProgress">Told now and then how many events were found so far.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>How many events it is about; 0 for all kinds but retractions.</returns>
    /// <exception cref="GrainReloadException">Not all could be reached: bring it again.</exception>
    /// <exception cref="TooManyDecisionsException">The value has as many decisions as it may have.</exception>
    public async Task<long> BringAsync(
        OperatorDecision decision, Action<long> onProgress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(decision);
        switch (decision.Kind)
        {
            case OperatorDecisionKind.LinkableValue:
                await router.MakeLinkableAsync(
                    derivation.Derive(decision.Identifiers[0]), decision.ForValue(), cancellationToken);
                return 0;
            case OperatorDecisionKind.EventRetraction:
                await router.RetractAsync([decision.ForHomes(derivation.Derive)], null, cancellationToken);
                return 1;
            case OperatorDecisionKind.SourceRetraction:
                return await walk.RetractAsync(decision, onProgress, cancellationToken);
            default:
                await router.LinkAsync(decision.ForHomes(derivation.Derive), cancellationToken);
                return 0;
        }
    }
}
