namespace MartechGrains.Core.Pointers;

/// <summary>
/// Counts the distinct neighbours of one value per unique namespace, by what its carriers reported under a policy:
/// under an older one other namespaces may have been unique. It is done as soon as one namespace has as many as make
/// the value generic.
/// </summary>
/// <param name="rule">What the policy says of the value.</param>
internal sealed class NeighbourCounter(ValueRule rule)
{
    private readonly HashSet<Neighbour> _distinct = [];
    private readonly Dictionary<string, int> _perNamespace = new(StringComparer.Ordinal);

    /// <summary>Whether some namespace has as many as make the value generic.</summary>
    public bool IsReached { get; private set; }

    /// <summary>Counts the neighbours of more carriers.</summary>
    public void Add(IEnumerable<Carrier> carriers)
    {
        foreach (var carrier in carriers)
        {
            if (IsReached) return;
            if (carrier.PolicyVersion < rule.PolicyVersion) continue;
            foreach (var neighbour in carrier.Neighbours)
            {
                if (!_distinct.Add(neighbour)) continue;
                _perNamespace.TryGetValue(neighbour.Namespace, out var count);
                _perNamespace[neighbour.Namespace] = ++count;
                IsReached |= rule.GenericAfter is { } threshold && count >= threshold;
            }
        }
    }
}
