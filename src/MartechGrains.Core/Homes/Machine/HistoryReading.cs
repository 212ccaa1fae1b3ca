using MartechGrains.Core.Homes.State;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Machines;

namespace MartechGrains.Core.Homes.Machine;

/// <summary>
/// All events of a home by its journal, those of homes that it has absorbed included, each with the row of the home's
/// own journal that brought it. Some may occur twice.
/// </summary>
internal sealed class HistoryReading : Routine<HomeEffect, IReadOnlyList<(EventApplied Applied, int Seq)>>
{
    private readonly ReadRowsEffect _read;
    private readonly ReadingNumbers _numbers;
    private readonly int _depth;

    /// <summary>The events of a home up to a row.</summary>
    public HistoryReading(HomeId home, int upTo, ReadingNumbers numbers, int depth = 0)
    {
        if (depth > HomeMachine.MaxAbsorptions)
            throw new InvalidOperationException(
                $"Home {home} lies deeper than {HomeMachine.MaxAbsorptions} absorptions.");
        (_numbers, _depth) = (numbers, depth);
        _read = new ReadRowsEffect(home, numbers.Next()) { UpTo = upTo };
    }

    /// <inheritdoc/>
    public override IEnumerable<HomeEffect> Run()
    {
        var history = new List<(EventApplied Applied, int Seq)>();
        while (_read.After < _read.UpTo)
        {
            yield return _read;
            var page = _read.Reply!;
            if (page.Count == 0) break;
            var seq = _read.After;
            foreach (var entry in page)
            {
                seq++;
                if (entry is EventApplied applied) history.Add((applied, seq));
                if (entry is not HomeAbsorbed absorbed) continue;
                var loser = new HistoryReading(absorbed.Loser, absorbed.Head, _numbers, _depth + 1);
                foreach (var effect in loser.Run()) yield return effect;
                foreach (var (inherited, _) in loser.Result!) history.Add((inherited, seq));
            }
            _read.After = seq;
        }
        Result = history;
    }
}
