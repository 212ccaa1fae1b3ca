using System.Runtime.CompilerServices;
using MartechGrains.Core.Curation;
using MartechGrains.Core.Homes.State;
using MartechGrains.Core.Identity;
using MartechGrains.Grains.Damage;
using MartechGrains.Grains.Routing;
using MartechGrains.Grains.Walks;

namespace MartechGrains.Grains.Curation;

/// <summary>
/// Brings the retraction of a source to each of its events. Journals have no index by source, so all of them are read;
/// those of homes that have moved too, as rows stay where they were written. The undone form goes to the same events:
/// it is found wherever the decision itself may have come, late as well.
/// </summary>
public sealed class SourceWalk(JournalWalk walk, DecisionRouter router, DamagedHomes damaged)
{
    /// <summary>Homes of one page.</summary>
    public const int PageSize = 256;

    /// <summary>Batches of retractions that are on their way at a time.</summary>
    public const int MaxAtATime = 8;

    /// <summary>
    /// Most passes over all homes; each finds what was on its way into a journal during the one before.
    /// </summary>
    public const int MaxPasses = 16;

    /// <summary>
    /// Brings it, as made or as undone, to all events that were ingested up to <see cref="OperatorDecision.Made"/>;
    /// pass by pass, until one finds no news. Homes that are damaged are left out from the damage on.
    /// </summary>
    /// <returns>How many events there are; one that a crash left in two journals is counted twice.</returns>
    /// <exception cref="GrainReloadException">
    /// Not all could be reached, or each of <see cref="MaxPasses"/> passes found news: begin again.
    /// </exception>
    public async Task<long> RetractAsync(
        OperatorDecision decision, Action<long> onProgress, CancellationToken cancellationToken)
    {
        for (var pass = 0; pass < MaxPasses; pass++)
        {
            var (found, news, leftOut) = await PassAsync(decision, onProgress, cancellationToken);
            if (news > 0) continue;
            damaged.TellLeftOut($"Decision {decision.Id}", leftOut);
            return found;
        }
        throw new GrainReloadException($"{MaxPasses} passes over all homes found news of decision {decision.Id}.");
    }

    private async Task<(long Found, long News, int LeftOut)> PassAsync(
        OperatorDecision decision, Action<long> onProgress, CancellationToken cancellationToken)
    {
        var (found, news) = (0L, 0L);
        var leftOut = new HashSet<HomeId>();
        await using var underWay = new WorkWindow(MaxAtATime, cancellationToken);
        await foreach (var page in walk.HomesAsync(PageSize, cancellationToken))
        {
            var batch = new List<Decision>(DecisionRouter.MaxBatch);
            await foreach (var retraction in RetractionsAsync(decision, page, LeaveOut, cancellationToken))
            {
                found++;
                batch.Add(retraction);
                if (batch.Count < DecisionRouter.MaxBatch) continue;
                await SendAsync(batch);
                batch = new List<Decision>(DecisionRouter.MaxBatch);
            }
            if (batch.Count > 0) await SendAsync(batch);
            onProgress(found);
        }
        await underWay.FinishAsync();
        return (found, news, leftOut.Count);

        ValueTask SendAsync(List<Decision> batch) => underWay.AddAsync(async stopping =>
            Interlocked.Add(ref news, await router.RetractAsync(batch, LeaveOut, stopping)));

        void LeaveOut(HomeDamagedException damage)
        {
            damaged.Note(damage);
            // A bounded number is counted one by one: whoever is told of so many needs no more.
            lock (leftOut)
                if (leftOut.Count < DamagedHomes.MaxRemembered) leftOut.Add(damage.Home);
        }
    }

    private async IAsyncEnumerable<Decision> RetractionsAsync(
        OperatorDecision decision, IReadOnlyList<HomeId> homes, Action<HomeDamagedException> leaveOut,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var home in homes)
        {
            await foreach (var entry in walk.OwnUpToDamageAsync(home, [], isAll: false, leaveOut, cancellationToken))
            {
                if (entry is not EventApplied applied) continue;
                if (applied.Event.Source != decision.Source || applied.At > decision.Made.At) continue;
                yield return new Decision(
                    decision.Id, DecisionKind.Retraction, applied.Event.Identifiers, applied.Keys,
                    decision.Source, applied.Event.EventId, decision.Made, decision.Undone);
            }
        }
    }
}
