using MartechGrains.Core.Homes.Machine;
using MartechGrains.Core.Identity;
using MartechGrains.Grains.Registry;
using MartechGrains.Journal.Contracts;
using MartechGrains.Journal.Entries;
using MartechGrains.Journal.Sealing;
using MartechGrains.Journal.Writing;
using Microsoft.Extensions.Logging;

namespace MartechGrains.Grains.Homes;

/// <summary>
/// Reads and writes the snapshots of one silo's homes. Nothing depends on them: whatever is wrong with one is counted
/// and logged, and its home is folded from the journal.
/// </summary>
public sealed partial class HomeSnapshots(
    IJournalReads journals, JournalWriter writer, DeploymentKey wrapping, RandomFill random, PolicyCache policies,
    ILogger<HomeSnapshots> log)
{
    /// <summary>
    /// Most snapshots being written at a time; a home that finds as many under way asks again after its next turn. So
    /// they never fill the journal's queue, which appends have to pass.
    /// </summary>
    public const int MaxUnderWay = 8;

    private int _underWay;

    /// <summary>The home at its snapshot, or null where it has none that can be used.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot be reached.</exception>
    internal async Task<FoundSnapshot?> FindAsync(HomeId home, CancellationToken cancellationToken)
    {
        if (await journals.ReadSnapshotAsync(home, cancellationToken) is not { } row) return null;
        try
        {
            var versions = await policies.ReadyAsync(cancellationToken);
            if (SnapshotCodec.Read(row, versions, wrapping, random) is { } read)
                return new FoundSnapshot(new HomeSnapshot(read.State), read.Codec, row.Seq);
            SnapshotMetrics.Ignored.Add(1, new KeyValuePair<string, object?>(SnapshotMetrics.Reason, "other_version"));
        }
        catch (EntryFormatException error)
        {
            SnapshotMetrics.Ignored.Add(1, new KeyValuePair<string, object?>(SnapshotMetrics.Reason, "damaged"));
            LogDamaged(home, row.Seq, error);
        }
        return null;
    }

    /// <summary>Notes that the journal has another row, or none, where the snapshot says that it ends.</summary>
    internal void IgnoreForeign(HomeId home, int seq)
    {
        SnapshotMetrics.Ignored.Add(1, new KeyValuePair<string, object?>(SnapshotMetrics.Reason, "other_journal"));
        LogForeign(home, seq);
    }

    /// <summary>A place among those being written; given back by <see cref="WriteAsync"/>.</summary>
    internal bool TryReserve()
    {
        if (Interlocked.Increment(ref _underWay) <= MaxUnderWay) return true;
        Interlocked.Decrement(ref _underWay);
        Miss("busy");
        return false;
    }

    /// <summary>
    /// Takes a home down before it returns; packs and seals on another thread, and writes. Never fails. Only after
    /// <see cref="TryReserve"/>.
    /// </summary>
    /// <returns>Whether a later attempt can succeed; false where the home is too large, and homes only grow.</returns>
    internal async Task<bool> WriteAsync(HomeSnapshot snapshot, HomeCodec codec)
    {
        var (id, seq) = (snapshot.State.Id, snapshot.State.Seq);
        try
        {
            var draft = SnapshotCodec.Draft(snapshot.State, codec);
            if (await Task.Run(draft.Seal) is not { } write)
            {
                Miss("too_large");
                LogTooLarge(id, seq, SnapshotCodec.MaxBodyBytes);
                return false;
            }
            var outcome = await writer.WriteAsync(write, CancellationToken.None);
            if (outcome.Status == WriteStatus.Committed)
            {
                SnapshotMetrics.Written.Add(1);
            }
            else
            {
                Miss("failed");
                LogRefused(id, seq, outcome.Status, outcome.Error);
            }
        }
        catch (Exception error)
        {
            Miss("failed");
            LogFailed(id, seq, error);
        }
        finally
        {
            Interlocked.Decrement(ref _underWay);
        }
        return true;
    }

    private static void Miss(string reason) =>
        SnapshotMetrics.Missed.Add(1, new KeyValuePair<string, object?>(SnapshotMetrics.Reason, reason));

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The snapshot of home {home} at row {seq} is damaged. The home is folded from its journal, and the "
            + "snapshot is replaced after later commits.")]
    private partial void LogDamaged(HomeId home, int seq, Exception error);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The snapshot of home {home} at row {seq} is not of its journal, which was perhaps restored from a "
            + "backup. The home is folded from its journal.")]
    private partial void LogForeign(HomeId home, int seq);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Home {home} at row {seq} has more than {limit} bytes and gets no snapshot; it loads slowly.")]
    private partial void LogTooLarge(HomeId home, int seq, int limit);

    [LoggerMessage(
        Level = LogLevel.Warning, Message = "The snapshot of home {home} at row {seq} was {status}: {reason}.")]
    private partial void LogRefused(HomeId home, int seq, WriteStatus status, string? reason);

    [LoggerMessage(
        Level = LogLevel.Warning, Message = "The snapshot of home {home} at row {seq} could not be written.")]
    private partial void LogFailed(HomeId home, int seq, Exception error);
}

/// <summary>A snapshot that was found.</summary>
/// <param name="Snapshot">The home.</param>
/// <param name="Codec">Ready to go on from its last row.</param>
/// <param name="Seq">That row.</param>
internal sealed record FoundSnapshot(HomeSnapshot Snapshot, HomeCodec Codec, int Seq);
