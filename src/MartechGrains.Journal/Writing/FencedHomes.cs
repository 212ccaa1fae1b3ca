using System.Collections.Concurrent;
using MartechGrains.Core.Identity;

namespace MartechGrains.Journal.Writing;

/// <summary>
/// Homes whose last append failed: what is queued behind it was made from a state that never came to be. Written by
/// the writer's loop only, read by all.
/// </summary>
internal sealed class FencedHomes
{
    /// <summary>Most homes remembered. Older ones have long had their queued appends refused.</summary>
    public const int MaxClosed = 65_536;

    /// <summary>By home the number of the closing, so that forgetting an older one opens nothing.</summary>
    private readonly ConcurrentDictionary<HomeId, long> _closed = new();
    private readonly Queue<KeyValuePair<HomeId, long>> _order = new();
    private long _closings;

    public bool Contains(HomeId home) => _closed.ContainsKey(home);

    public void Close(HomeId home)
    {
        var closing = new KeyValuePair<HomeId, long>(home, ++_closings);
        if (!_closed.TryAdd(home, closing.Value))
            return;
        _order.Enqueue(closing);
        while (_order.Count > MaxClosed)
            _closed.TryRemove(_order.Dequeue());
    }

    public void Reopen(HomeId home) => _closed.TryRemove(home, out _);
}
