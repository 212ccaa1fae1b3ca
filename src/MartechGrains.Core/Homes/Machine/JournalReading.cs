using MartechGrains.Core.Homes.State;
using MartechGrains.Core.Machines;

namespace MartechGrains.Core.Homes.Machine;

/// <summary>
/// Goes through a home's journal and folds it. Homes that it has absorbed are references to journals of their own,
/// which are gone through in turn.
/// </summary>
internal sealed class JournalReading : Routine<HomeEffect, HomeState>
{
    private readonly ReadingNumbers _numbers;
    private readonly ReadRowsEffect _read;
    private readonly int _depth;
    private readonly List<EventApplied>? _events;
    private HomeState _state;

    /// <summary>A reading from the first row on.</summary>
    /// <param name="empty">The home before its first row.</param>
    /// <param name="upTo">The last row to fold.</param>
    /// <param name="numbers">Where readings get their numbers.</param>
    /// <param name="depth">How deep within absorptions the home lies; 0 for one that has a snapshot of its own.</param>
    /// <param name="keepsEvents">Whether all events it holds are wanted.</param>
    public JournalReading(HomeState empty, int upTo, ReadingNumbers numbers, int depth, bool keepsEvents)
    {
        if (depth > HomeMachine.MaxAbsorptions)
            throw new InvalidOperationException(
                $"Home {empty.Id} lies deeper than {HomeMachine.MaxAbsorptions} absorptions.");
        (_state, _numbers, _depth) = (empty, numbers, depth);
        _read = new ReadRowsEffect(empty.Id, numbers.Next()) { UpTo = upTo };
        if (keepsEvents) _events = [];
    }

    /// <summary>The events of the home and of all it has absorbed; empty where they are not kept.</summary>
    public IReadOnlyList<EventApplied> Events => _events ?? [];

    /// <summary>The last row of the snapshot that it began with; 0 where there was none.</summary>
    public int CoveredSeq { get; private set; }

    /// <inheritdoc/>
    public override IEnumerable<HomeEffect> Run()
    {
        while (_state.Seq < _read.UpTo)
        {
            _read.After = _state.Seq;
            yield return _read;
            var page = _read.Reply!;
            // Most homes are new or small: they do not pay for looking for a snapshot that they cannot have.
            if (_read is { Reading: ReadingNumbers.Own, After: 0 } && page.Count == ReadRowsEffect.PageSize)
            {
                var find = new ReadSnapshotEffect();
                yield return find;
                if (find.Reply is { } snapshot)
                {
                    _state = snapshot.State;
                    CoveredSeq = _state.Seq;
                    continue;
                }
            }
            foreach (var entry in page)
            {
                if (NeedsMore(entry))
                    foreach (var effect in Complete(entry)) yield return effect;
                else
                    Fold(entry, null);
            }
            if (page.Count < ReadRowsEffect.PageSize) break;
        }
        Result = _state;
    }

    private bool NeedsMore(HomeEntry entry) =>
        entry is HomeAbsorbed || (VersionOf(entry) is var version and > 0 && !_state.Policies.Contains(version));

    /// <summary>Folds an entry that names a journal or a policy which has to be read first.</summary>
    private IEnumerable<HomeEffect> Complete(HomeEntry entry)
    {
        AbsorbedHome? absorbed = null;
        if (entry is HomeAbsorbed absorption)
        {
            var loser = new JournalReading(
                new HomeState(absorption.Loser, _state.Policies), absorption.Head, _numbers, _depth + 1,
                keepsEvents: true);
            foreach (var effect in loser.Run()) yield return effect;
            absorbed = new AbsorbedHome(loser.Result!, loser.Events);
        }
        else
        {
            var learn = new LearnPolicyEffect(VersionOf(entry));
            yield return learn;
            _state.Policies = learn.Reply!;
        }
        Fold(entry, absorbed);
    }

    private void Fold(HomeEntry entry, AbsorbedHome? absorbed)
    {
        if (entry is EventApplied applied) _events?.Add(applied);
        if (absorbed is not null)
        {
            _events?.AddRange(absorbed.Events);
            if (!_state.Policies.Contains(absorbed.State.PolicyVersion)) _state.Policies = absorbed.State.Policies;
        }
        _state.Fold(entry, absorbed);
    }

    /// <summary>The policy version that an entry names; 0 for none.</summary>
    private static int VersionOf(HomeEntry entry) => entry switch
    {
        EventApplied applied => applied.PolicyVersion,
        DecisionTaken taken => taken.PolicyVersion,
        PolicyAdopted adopted => adopted.Version,
        _ => 0,
    };
}
