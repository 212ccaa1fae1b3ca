using MartechGrains.Core.Curation;
using MartechGrains.Core.Events;
using MartechGrains.Core.Homes.State;
using MartechGrains.Core.Identity;
using MartechGrains.Grains.Walks;

namespace MartechGrains.Grains.Lineage;

/// <summary>
/// Reads what journals tell of a home's evidence, for explanations: the events that count, retracted and displaced ones
/// left out. Reads the store, never the grain.
/// </summary>
/// <param name="walk">Reads the journals.</param>
/// <param name="maxEvents">At most <see cref="MaxEvents"/>.</param>
public sealed class HistoryReader(JournalWalk walk, int maxEvents = HistoryReader.MaxEvents)
{
    /// <summary>Most events of one history; beyond it an explanation is refused instead of cut.</summary>
    public const int MaxEvents = 100_000;

    /// <summary>The history of a home up to one of its entries.</summary>
    /// <exception cref="JournalTooLongException">
    /// There are more than <see cref="MaxEvents"/> events, or more than <see cref="JournalWalk"/> goes through.
    /// </exception>
    public async Task<HomeHistory> ReadAsync(HomeId home, int toSeq, CancellationToken cancellationToken)
    {
        var events = new List<JournaledEvent>();
        var standing = new Dictionary<EventHash, ulong>();
        var seen = new HashSet<(EventHash, ulong)>();
        var merges = new List<JournaledMerge>();
        var decisions = new DecisionLedger();
        await foreach (var (row, entry, codec) in walk.WithAbsorbedAsync(home, toSeq, cancellationToken))
        {
            switch (entry)
            {
                case EventApplied applied when seen.Add((applied.Event.Hash, applied.Event.ContentHash)):
                    if (events.Count == maxEvents)
                        throw JournalTooLongException.Of(home, $"more than {maxEvents} events");
                    standing.TryAdd(applied.Event.Hash, applied.Event.ContentHash);
                    events.Add(new JournaledEvent(applied, row, codec));
                    break;
                case HomeAbsorbed absorbed:
                    // Behind the rows of both homes: the last word on an id is that of their union.
                    foreach (var settled in absorbed.Settled) standing[settled.Event] = settled.Standing;
                    merges.Add(new JournaledMerge(absorbed.Loser, row.Home, row.Seq));
                    break;
                case DecisionTaken taken:
                    decisions.Fold(taken.Decision);
                    break;
                default:
                    break;
            }
        }
        events.RemoveAll(one => decisions.IsRetracted(one.Event.Hash)
            || standing[one.Event.Hash] != one.Event.ContentHash);
        events.Sort(JournaledEvent.CompareByTime);
        return new HomeHistory(events, merges);
    }
}
