using MartechGrains.Core.Identity;

namespace MartechGrains.Journal.Stores;

/// <summary>
/// Heads of homes this process has written to, so that most appends need no look at the store. A head may be behind
/// the truth where another process wrote, never ahead of it: rows are never deleted. Two generations bound its size.
/// </summary>
internal sealed class HeadCache
{
    /// <summary>Heads per generation.</summary>
    private const int MaxHeads = 100_000;

    private readonly Lock _lock = new();
    private Dictionary<HomeId, int> _young = [];
    private Dictionary<HomeId, int> _old = [];

    /// <summary>
    /// Whether the home's head is known to have been <paramref name="head"/>, so that an append after it leaves no
    /// gap. False says nothing: the home may have been elsewhere meanwhile.
    /// </summary>
    public bool EndsAt(HomeId home, int head)
    {
        lock (_lock)
            return (_young.TryGetValue(home, out var known) || _old.TryGetValue(home, out known)) && known == head;
    }

    public void Keep(Dictionary<HomeId, int> heads)
    {
        lock (_lock)
        {
            if (_young.Count + heads.Count > MaxHeads)
                (_old, _young) = (_young, []);
            foreach (var (home, head) in heads)
                _young[home] = head;
        }
    }

    public void Forget(IEnumerable<HomeId> homes)
    {
        lock (_lock)
        {
            foreach (var home in homes)
            {
                _young.Remove(home);
                _old.Remove(home);
            }
        }
    }
}
