using System.Collections.Immutable;
using System.Runtime.InteropServices;
using MartechGrains.Core.Time;

namespace MartechGrains.Core.Identity.Resolution;

/// <summary>
/// Gathers events, in any order and repeated or not, into evidence sets. Holds one entry for each set of identifiers,
/// however many events carried it. Not safe for use by several threads at once.
/// </summary>
public sealed class EvidenceGathering
{
    private readonly Dictionary<ImmutableArray<Identifier>, (EventTime Oldest, EventTime Newest)> _evidence =
        new(IdentifierSetComparer.Instance);

    private readonly HashSet<ImmutableArray<Identifier>> _retracted = new(IdentifierSetComparer.Instance);

    /// <summary>How many sets there are, those of retracted events counted too.</summary>
    public int Sets => _evidence.Count + _retracted.Count;

    /// <summary>The sets that link.</summary>
    public IReadOnlyList<EvidenceSet> Evidence =>
        [.. _evidence.Select(static set => new EvidenceSet(set.Key, set.Value.Oldest, set.Value.Newest))];

    /// <summary>The sets of retracted events, which link no more but count as neighbours. Their times say
    /// nothing.</summary>
    public IReadOnlyList<EvidenceSet> Retracted =>
        [.. _retracted.Select(static set => new EvidenceSet(set, default, default))];

    /// <summary>Adds an event.</summary>
    /// <param name="identifiers">Sorted, distinct, blocked ones included.</param>
    /// <param name="eventTime">When the event happened.</param>
    public void Add(ImmutableArray<Identifier> identifiers, EventTime eventTime)
    {
        ref var times = ref CollectionsMarshal.GetValueRefOrAddDefault(_evidence, identifiers, out var known);
        times = known
            ? (EventTime.Min(times.Oldest, eventTime), EventTime.Max(times.Newest, eventTime))
            : (eventTime, eventTime);
    }

    /// <summary>Adds an event that is retracted.</summary>
    /// <param name="identifiers">Sorted, distinct, blocked ones included.</param>
    public void AddRetracted(ImmutableArray<Identifier> identifiers) => _retracted.Add(identifiers);
}
