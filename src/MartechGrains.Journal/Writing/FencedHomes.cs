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
    private const int MaxClosed = 65_536;

    private readonly ConcurrentDictionary<HomeId, byte> _closed = new();
    private readonly Queue<HomeId> _order = new();

    public bool Contains(HomeId home) => _closed.ContainsKey(home);

    public void Close(HomeId home)
    {
        if (!_closed.TryAdd(home, 0))
            return;
        _order.Enqueue(home);
        while (_order.Count > MaxClosed)
            _closed.TryRemove(_order.Dequeue(), out _);
    }

    public void Reopen(HomeId home) => _closed.TryRemove(home, out _);
}
