using MartechGrains.Core.Homes.State;
using MartechGrains.Core.Identity;

namespace MartechGrains.Core.Homes.Machine;

/// <summary>
/// All events of a home by its journal, those of homes that it has absorbed included, each with the row of the home's
/// own journal that brought it. Some may occur twice.
/// </summary>
internal sealed class HistoryReading(HomeId home, int upTo, ReadingNumbers numbers, int depth = 0)
    : JournalReading<IReadOnlyList<(EventApplied Applied, int Seq)>>(home, upTo, numbers, depth)
{
    private readonly List<(EventApplied Applied, int Seq)> _history = [];

    protected override IEnumerable<HomeEffect>? Take(HomeEntry entry, int seq)
    {
        if (entry is EventApplied applied) _history.Add((applied, seq));
        return entry is HomeAbsorbed absorbed ? Inherit(absorbed, seq) : null;
    }

    protected override IReadOnlyList<(EventApplied Applied, int Seq)> Conclude() => _history;

    private IEnumerable<HomeEffect> Inherit(HomeAbsorbed absorbed, int seq)
    {
        var loser = new HistoryReading(absorbed.Loser, absorbed.Head, Numbers, Depth + 1);
        foreach (var effect in loser.Run()) yield return effect;
        foreach (var (inherited, _) in loser.Result!) _history.Add((inherited, seq));
    }
}
