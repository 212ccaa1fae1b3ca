using System.Collections.Immutable;

namespace MartechGrains.Core.Identity.Resolution;

/// <summary>Accepted pairs as a graph to walk.</summary>
internal sealed class AcceptedLinks
{
    private readonly Dictionary<Identifier, List<AcceptedPair>> _of = [];

    public AcceptedLinks(IEnumerable<AcceptedPair> accepted)
    {
        foreach (var pair in accepted)
        {
            Add(pair.Pair.First, pair);
            Add(pair.Pair.Second, pair);
        }
    }

    /// <summary>
    /// The pairs of a shortest way to the nearest identifier that is looked for, each with where it leads; empty where
    /// the start itself is it. Null where there is none. Among equally short ways, that of the pairs judged first.
    /// </summary>
    public ImmutableArray<(AcceptedPair Pair, Identifier To)>? Way(Identifier from, Func<Identifier, bool> isGoal)
    {
        var cameBy = new Dictionary<Identifier, (AcceptedPair Pair, Identifier From)>();
        var queue = new Queue<Identifier>([from]);
        while (queue.TryDequeue(out var at))
        {
            if (isGoal(at))
                return Back(from, at, cameBy);
            foreach (var pair in _of.GetValueOrDefault(at) ?? [])
            {
                var next = pair.Pair.First == at ? pair.Pair.Second : pair.Pair.First;
                if (next != from && cameBy.TryAdd(next, (pair, at)))
                    queue.Enqueue(next);
            }
        }

        return null;
    }

    private static ImmutableArray<(AcceptedPair Pair, Identifier To)> Back(
        Identifier from, Identifier goal, Dictionary<Identifier, (AcceptedPair Pair, Identifier From)> cameBy)
    {
        var way = new List<(AcceptedPair, Identifier)>();
        for (var at = goal; at != from;)
        {
            var (pair, previous) = cameBy[at];
            way.Add((pair, at));
            at = previous;
        }

        way.Reverse();
        return [.. way];
    }

    private void Add(Identifier end, AcceptedPair pair)
    {
        if (!_of.TryGetValue(end, out var pairs))
            _of[end] = pairs = [];
        pairs.Add(pair);
    }
}
