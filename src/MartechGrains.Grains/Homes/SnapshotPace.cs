namespace MartechGrains.Grains.Homes;

/// <summary>
/// When one home gets a snapshot. At least <see cref="MinUncovered"/> rows must have come since the last one: a short
/// journal is folded about as fast as a snapshot is opened, and has none. And they must be one in <see cref="Share"/>
/// of what the home holds: a snapshot is written whole, so at a fixed interval a large hot home would write the square
/// of its size. This way a row pays for at most eight rows of snapshot, some 300 bytes before packing, about its own
/// size; and a load folds no more than about an eighth of the home from its journal. Runs on the home's turns; not for
/// other threads.
/// </summary>
internal sealed class SnapshotPace(LoadedHome home, HomeSnapshots snapshots)
{
    /// <summary>Least rows between two snapshots; a journal with fewer rows has none.</summary>
    public const int MinUncovered = 64;

    /// <summary>Uncovered rows must be one in this many of the home's events and rows.</summary>
    public const int Share = 8;

    private int _covered = home.SnapshotSeq;
    private bool _underWay;
    private bool _tooLarge;

    /// <summary>
    /// To be awaited between two turns, when all that is folded is on disk. If a snapshot is due it lets the answers of
    /// the turn before go out first, then takes the home down; packing, sealing and writing go on in the background.
    /// </summary>
    public Task AfterTurnAsync() => IsDue && snapshots.TryReserve() ? BeginAsync() : Task.CompletedTask;

    private bool IsDue
    {
        get
        {
            var size = Math.Max(home.State.Seq, home.State.Ledger.EventCount);
            return !_underWay && !_tooLarge && home.State.Gate.IsOpen
                && home.State.Seq - _covered >= Math.Max(MinUncovered, size / Share);
        }
    }

    private async Task BeginAsync()
    {
        // Answers are continuations that wait for this scheduler.
        await Task.Yield();
        // An attempt that fails is not repeated before the next is due.
        _covered = home.State.Seq;
        _ = WriteAsync();
    }

    private async Task WriteAsync()
    {
        _underWay = true;
        _tooLarge = !await snapshots.WriteAsync(home);
        _underWay = false;
    }
}
