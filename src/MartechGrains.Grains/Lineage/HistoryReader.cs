using MartechGrains.Core.Curation;
using MartechGrains.Core.Events;
using MartechGrains.Core.Homes.State;
using MartechGrains.Core.Identity;
using MartechGrains.Journal.Contracts;
using MartechGrains.Journal.Entries;

namespace MartechGrains.Grains.Lineage;

/// <summary>
/// Reads what journals tell of a home's evidence, for explanations: the events that count, retracted ones left out.
/// Reads the store, never the grain.
/// </summary>
public sealed class HistoryReader(IJournalReads journals, HomeCodecs codecs)
{
    /// <summary>Most events of one history; beyond it an explanation is refused instead of cut.</summary>
    public const int MaxEvents = 100_000;

    /// <summary>The history of a home up to one of its entries.</summary>
    /// <exception cref="HistoryTooLongException">There are more than <see cref="MaxEvents"/> events.</exception>
    public async Task<HomeHistory> ReadAsync(HomeId home, int toSeq, CancellationToken cancellationToken)
    {
        var events = new List<JournaledEvent>();
        var merges = new List<JournaledMerge>();
        var decisions = new DecisionLedger();
        await ReadAsync(home, toSeq, events, [], merges, decisions, cancellationToken);
        events.RemoveAll(one => decisions.IsRetracted(one.Event.Hash));
        events.Sort(JournaledEvent.CompareByTime);
        return new HomeHistory(events, merges);
    }

    private async Task ReadAsync(
        HomeId home,
        int toSeq,
        List<JournaledEvent> events,
        HashSet<EventHash> seen,
        List<JournaledMerge> merges,
        DecisionLedger decisions,
        CancellationToken cancellationToken)
    {
        var codec = codecs.Of(home);
        await foreach (var row in journals.ReadHomeAsync(home, 1, toSeq, cancellationToken))
        {
            switch (codec.Decode(row))
            {
                case EventApplied applied when seen.Add(applied.Event.Hash):
                    if (events.Count == MaxEvents) throw new HistoryTooLongException(home);
                    events.Add(new JournaledEvent(applied, row, codec));
                    break;
                case HomeAbsorbed absorbed:
                    await ReadAsync(absorbed.Loser, absorbed.Head, events, seen, merges, decisions, cancellationToken);
                    merges.Add(new JournaledMerge(absorbed.Loser, home, row.Seq));
                    break;
                case DecisionTaken taken:
                    decisions.Fold(taken.Decision);
                    break;
                default:
                    break;
            }
        }
    }
}

/// <summary>A home has more events than one explanation goes through.</summary>
public sealed class HistoryTooLongException : Exception
{
    /// <summary>Names the home and the bound.</summary>
    public HistoryTooLongException(HomeId home)
        : base($"Home {home} has more than {HistoryReader.MaxEvents} events.")
    {
    }
}
