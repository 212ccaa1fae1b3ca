using MartechGrains.Core.Events;
using MartechGrains.Simulation.Tests.Kernel;

namespace MartechGrains.Simulation.Tests.Grains;

/// <summary>Sends batches until they are acknowledged, or gives up; reads back what was.</summary>
internal sealed class Producer(Cluster cluster, Tasks tasks, Router router, Reader reader, bool givesUp)
{
    /// <summary>
    /// Most attempts under faults. At the highest rates about one call in three is not answered and an attempt makes a
    /// dozen, so bad luck alone may well last longer.
    /// </summary>
    private const int MaxUnlucky = 400;

    /// <summary>
    /// Most attempts once nothing goes wrong any more: while activations that were taken over still refuse to answer.
    /// </summary>
    private const int MaxCalm = 64;

    private const int Patience = 6;

    /// <summary>What was acknowledged, by any producer.</summary>
    public HashSet<CanonicalEvent> Acknowledged { get; } = new(ReferenceEqualityComparer.Instance);

    /// <summary>Events whose retraction somebody has asked for.</summary>
    public HashSet<CanonicalEvent> Asked { get; } = new(ReferenceEqualityComparer.Instance);

    public void Start(IReadOnlyList<CanonicalEvent> batch) => tasks.Start(turn => Produce(turn, batch));

    private IEnumerable<Effect> Produce(Turn turn, IReadOnlyList<CanonicalEvent> batch)
    {
        var (dice, faults) = (cluster.Scheduler.Dice, cluster.Scheduler.Faults);
        for (var attempt = 0; attempt < MaxUnlucky + MaxCalm; attempt++)
        {
            // Only without faults is it plain whether a batch is out of luck or nobody can ever take it.
            if (attempt == MaxUnlucky) faults.End();
            cluster.Trace($"TRY {attempt} {Names(batch)}");
            foreach (var effect in router.Ingest(turn, batch)) yield return effect;
            if (!turn.Failed)
            {
                cluster.Trace($"ACK {Names(batch)}");
                Acknowledged.UnionWith(batch);
                foreach (var acknowledged in batch)
                    foreach (var effect in reader.ReadBack(turn, acknowledged, () => Asked.Contains(acknowledged)))
                        yield return effect;
                yield break;
            }

            turn.Failed = false;
            for (var pauses = dice.Next(4); pauses > 0; pauses--) yield return new PauseEffect(false);
            if (dice.Chance(faults.Rates.Slow > 0 ? 0.5 : 0)) yield return new PauseEffect(true);
            if (givesUp && attempt > Patience && faults.Active && dice.Chance(0.1))
            {
                faults.Hit(FaultKind.ProducerGivesUp);
                yield break;
            }

            if (batch.Count == 1 || !dice.Chance(0.3)) continue;
            foreach (var single in batch) Start([single]);
            yield break;
        }

        cluster.Violate($"livelock: {Names(batch)} not acknowledged in {MaxCalm} attempts without a fault");
    }

    private static string Names(IReadOnlyList<CanonicalEvent> batch) =>
        string.Join(' ', batch.Select(one => one.EventId));
}
