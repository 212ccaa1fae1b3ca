using MartechGrains.Core.Homes.State;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Machines;

namespace MartechGrains.Core.Homes.Machine;

/// <summary>
/// Goes through a home's journal, page by page. Homes that it has absorbed are references to journals of their own,
/// which are gone through in turn, at most <see cref="HomeMachine.MaxAbsorptions"/> deep.
/// </summary>
internal abstract class JournalReading<TResult> : Routine<HomeEffect, TResult>
{
    private readonly ReadRowsEffect _read;

    /// <summary>A reading from the first row on.</summary>
    /// <param name="home">The home.</param>
    /// <param name="upTo">The last row to read.</param>
    /// <param name="numbers">Where readings get their numbers.</param>
    /// <param name="depth">How deep within absorptions the home lies; 0 for one that has a snapshot of its own.</param>
    protected JournalReading(HomeId home, int upTo, ReadingNumbers numbers, int depth)
    {
        if (depth > HomeMachine.MaxAbsorptions)
            throw new InvalidOperationException(
                $"Home {home} lies deeper than {HomeMachine.MaxAbsorptions} absorptions.");
        (Numbers, Depth) = (numbers, depth);
        _read = new ReadRowsEffect(home, numbers.Next()) { UpTo = upTo };
    }

    protected ReadingNumbers Numbers { get; }

    protected HomeId Home => _read.Home;

    protected int Depth { get; }

    /// <summary>Whether it is the one that loads the activation.</summary>
    protected bool IsOwn => _read.Reading == ReadRowsEffect.OwnReading;

    /// <inheritdoc/>
    public override IEnumerable<HomeEffect> Run()
    {
        while (_read.After < _read.UpTo)
        {
            yield return _read;
            var page = _read.Reply!;
            var isLast = page.Count < ReadRowsEffect.PageSize;
            var seq = _read.After;
            if (seq == 0 && !isLast)
                foreach (var effect in SkipTo(covered => seq = covered)) yield return effect;
            if (seq == _read.After)
            {
                foreach (var entry in page)
                    if (Take(entry, ++seq) is { } more)
                        foreach (var effect in more) yield return effect;
                if (isLast) break;
            }
            _read.After = seq;
        }
        Result = Conclude();
    }

    /// <summary>Asked once, of a journal of more than a page: what is known otherwise and may be skipped.</summary>
    /// <param name="skip">Told of the last row that need not be read.</param>
    protected virtual IEnumerable<HomeEffect> SkipTo(Action<int> skip) => [];

    /// <summary>Takes in the next entry; what has to be read for that first is returned, null for nothing.</summary>
    protected abstract IEnumerable<HomeEffect>? Take(HomeEntry entry, int seq);

    protected abstract TResult Conclude();
}
