using MartechGrains.Core.Homes.State;

namespace MartechGrains.Core.Homes.Machine;

/// <summary>Folds a home's journal, from its snapshot on where it has one.</summary>
/// <param name="empty">The home before its first row.</param>
/// <param name="upTo">The last row to fold.</param>
/// <param name="numbers">Where readings get their numbers.</param>
/// <param name="depth">How deep within absorptions the home lies; 0 for one that has a snapshot of its own.</param>
/// <param name="keepsEvents">Whether all events it holds are wanted.</param>
internal sealed class StateReading(HomeState empty, int upTo, ReadingNumbers numbers, int depth, bool keepsEvents)
    : JournalReading<HomeState>(empty.Id, upTo, numbers, depth)
{
    private readonly List<EventApplied>? _events = keepsEvents ? [] : null;
    private HomeState _state = empty;

    /// <summary>The events of the home and of all it has absorbed; empty where they are not kept.</summary>
    public IReadOnlyList<EventApplied> Events => _events ?? [];

    /// <summary>The last row of the snapshot that it began with; 0 where there was none.</summary>
    public int CoveredSeq { get; private set; }

    protected override IEnumerable<HomeEffect> SkipTo(Action<int> skip)
    {
        // Most homes are new or small: they do not pay for looking for a snapshot that they cannot have.
        if (!IsOwn) yield break;
        var find = new ReadSnapshotEffect();
        yield return find;
        if (find.Reply is not { } snapshot) yield break;
        _state = snapshot.State;
        CoveredSeq = _state.Seq;
        skip(CoveredSeq);
    }

    protected override IEnumerable<HomeEffect>? Take(HomeEntry entry, int seq)
    {
        if (NeedsMore(entry)) return Complete(entry);
        Fold(entry, null);
        return null;
    }

    protected override HomeState Conclude() => _state;

    private bool NeedsMore(HomeEntry entry) =>
        entry is HomeAbsorbed || (VersionOf(entry) is var version and > 0 && !_state.Policies.Contains(version));

    /// <summary>Folds an entry that names a journal or a policy which has to be read first.</summary>
    private IEnumerable<HomeEffect> Complete(HomeEntry entry)
    {
        AbsorbedHome? absorbed = null;
        if (entry is HomeAbsorbed absorption)
        {
            var loser = new StateReading(
                new HomeState(absorption.Loser, _state.Policies), absorption.Head, Numbers, Depth + 1,
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
