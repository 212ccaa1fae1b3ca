using MartechGrains.Core.Identity;
using MartechGrains.Journal.Contracts;

namespace MartechGrains.Journal.Writing;

/// <summary>
/// Brings batches to the store and each of their writes to a true outcome: tries again while the store is
/// unavailable, looks after an ambiguous commit, and cuts what is refused, or meets a bug, in two until only the guilty
/// are left.
/// </summary>
internal sealed class BatchCommitter(
    ICommits store, int writer, JournalWriterOptions options, FencedHomes closed)
{
    private TimeSpan _delay;
    private long _began;

    /// <summary>Settles every write of the batch. Never throws.</summary>
    public Task CommitAsync(List<PendingWrite> batch)
    {
        _delay = options.FirstRetryDelay;
        _began = options.Time.GetTimestamp();
        return CommitPartAsync(batch);
    }

    private async Task CommitPartAsync(List<PendingWrite> part)
    {
        while (true)
        {
            part = FenceClosed(part);
            if (part.Count == 0)
                return;
            try
            {
                await CommitOnceAsync(part).ConfigureAwait(false);
                return;
            }
            catch (BatchRejectedException rejected)
            {
                if (part.Count == 1)
                {
                    var status = rejected.IsFence ? WriteStatus.Fenced : WriteStatus.Refused;
                    Settle(part[0], new WriteOutcome(status, Error: rejected.IsFence ? null : rejected.Message));
                    return;
                }
                await CommitHalvesAsync(part).ConfigureAwait(false);
                return;
            }
            catch (StoreUnavailableException unavailable)
            {
                if (!await WaitAsync().ConfigureAwait(false))
                {
                    FailAll(part, unavailable);
                    return;
                }
            }
            catch (AmbiguousCommitException unclear)
            {
                JournalMetrics.AmbiguousCommits.Add(1);
                // The wait comes first: whatever broke the commit may still be going on.
                await WaitAsync().ConfigureAwait(false);
                var absent = await LookAsync(part, unclear).ConfigureAwait(false);
                if (absent is null)
                    return;
                part = absent;
            }
            catch (Exception bug)
            {
                JournalMetrics.Faults.Add(1);
                // It may have come after the commit: only the store can tell.
                if (await LookAsync(part, bug).ConfigureAwait(false) is not { Count: > 0 } absent)
                    return;
                if (absent.Count == 1)
                    FailAll(absent, new WriteFaultException(bug));
                else
                    await CommitHalvesAsync(absent).ConfigureAwait(false);
                return;
            }
        }
    }

    private async Task CommitHalvesAsync(List<PendingWrite> part)
    {
        JournalMetrics.Bisects.Add(1);
        var half = part.Count / 2;
        await CommitPartAsync(part.GetRange(0, half)).ConfigureAwait(false);
        await CommitPartAsync(part.GetRange(half, part.Count - half)).ConfigureAwait(false);
    }

    private async Task CommitOnceAsync(List<PendingWrite> part)
    {
        var writes = new StoreWrite[part.Count];
        for (var i = 0; i < writes.Length; i++)
            writes[i] = part[i].Write!;
        var outcomes = new WriteOutcome[writes.Length];
        var began = options.Time.GetTimestamp();
        await store.CommitAsync(writer, writes, outcomes).ConfigureAwait(false);
        JournalMetrics.CommitDuration.Record(options.Time.GetElapsedTime(began).TotalSeconds);
        JournalMetrics.BatchSize.Record(writes.Length);
        for (var i = 0; i < outcomes.Length; i++)
            Settle(part[i], outcomes[i]);
    }

    /// <summary>
    /// Settles what is on disk and returns the rest, to be committed again; null where all are settled.
    /// </summary>
    private async Task<List<PendingWrite>?> LookAsync(List<PendingWrite> part, Exception unclear)
    {
        var writes = part.ConvertAll(pending => pending.Write!);
        while (true)
        {
            try
            {
                var present = await store.ArePresentAsync(writer, writes).ConfigureAwait(false);
                var absent = new List<PendingWrite>();
                for (var i = 0; i < present.Length; i++)
                {
                    if (present[i])
                        Settle(part[i], new WriteOutcome(WriteStatus.Committed, StandingHome(part[i])));
                    else
                        absent.Add(part[i]);
                }
                return absent;
            }
            catch (Exception stillUnclear)
            {
                unclear = stillUnclear;
            }
            if (!await WaitAsync().ConfigureAwait(false))
            {
                FailAll(part, unclear as AmbiguousCommitException
                    ?? new AmbiguousCommitException(
                        "Whether the write was committed could not be found out.", unclear));
                return null;
            }
        }
    }

    private static HomeId StandingHome(PendingWrite pending) =>
        pending.Write is RendezvousWrite rendezvous ? rendezvous.Home : default;

    private List<PendingWrite> FenceClosed(List<PendingWrite> part)
    {
        if (!part.Exists(IsClosed))
            return part;
        foreach (var pending in part.FindAll(IsClosed))
            Settle(pending, new WriteOutcome(WriteStatus.Fenced));
        return part.FindAll(pending => !IsClosed(pending));
    }

    private bool IsClosed(PendingWrite pending) => pending.Home is { } home && closed.Contains(home);

    private void Settle(PendingWrite pending, WriteOutcome outcome)
    {
        if (outcome.Status == WriteStatus.Fenced)
            JournalMetrics.Fenced.Add(1);
        if (outcome.Status != WriteStatus.Committed && pending.Home is { } home)
            closed.Close(home);
        pending.Settle(outcome);
    }

    private void FailAll(List<PendingWrite> part, Exception error)
    {
        foreach (var pending in part)
        {
            if (pending.Home is { } home)
                closed.Close(home);
            pending.Fail(error);
        }
    }

    /// <summary>Waits before a new attempt; false where the time for attempts is over.</summary>
    private async Task<bool> WaitAsync()
    {
        if (options.Time.GetElapsedTime(_began) >= options.RetryFor)
            return false;
        JournalMetrics.Retries.Add(1);
        await Task.Delay(_delay, options.Time).ConfigureAwait(false);
        var doubled = _delay * 2;
        _delay = doubled < options.MaxRetryDelay ? doubled : options.MaxRetryDelay;
        return true;
    }
}
