using System.Collections.Immutable;
using MartechGrains.Core.Events;
using MartechGrains.Core.Homes.Views;
using MartechGrains.Core.Identity;
using MartechGrains.Grains.Registry;
using MartechGrains.Grains.Walks;

namespace MartechGrains.Grains.Lineage;

/// <summary>Finds the newest event that linked each of some pairs, in one pass over the journal.</summary>
public sealed class LinkEventFinder(HistoryReader histories, PolicyCache policies)
{
    /// <summary>
    /// The newest event that carried both ends of each pair. A pair that only a decision links is left out; all are
    /// where the home has more events than <see cref="HistoryReader"/> reads.
    /// </summary>
    public async Task<ImmutableDictionary<IdentifierPair, EventOrigin>> FindAsync(
        HomeView home, IReadOnlySet<IdentifierPair> pairs, CancellationToken cancellationToken)
    {
        if (pairs.Count == 0) return ImmutableDictionary<IdentifierPair, EventOrigin>.Empty;
        var versions = await policies.WithVersionAsync(home.PolicyVersion, cancellationToken);
        var policy = versions.Of(home.PolicyVersion);
        var ends = pairs.SelectMany(static pair => new[] { pair.First, pair.Second }).ToHashSet();
        var found = ImmutableDictionary.CreateBuilder<IdentifierPair, EventOrigin>();
        try
        {
            var history = await histories.ReadAsync(home.Home, home.Seq, cancellationToken);
            // Oldest first: the newest stays.
            foreach (var journaled in history.Events)
            {
                var carried = journaled.Event.Identifiers;
                if (policy.ExceedsLimit(carried.AsSpan())) continue;
                Identifier[] asked = [.. carried.Where(ends.Contains)];
                for (var i = 0; i < asked.Length; i++)
                    for (var j = i + 1; j < asked.Length; j++)
                        if (new IdentifierPair(asked[i], asked[j]) is var pair && pairs.Contains(pair))
                            found[pair] = journaled.Event.Origin;
            }
        }
        catch (JournalTooLongException)
        {
            // Examples only illustrate what the links' times say already.
            found.Clear();
        }
        return found.ToImmutable();
    }
}
