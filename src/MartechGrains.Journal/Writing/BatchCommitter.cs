using MartechGrains.Core.Identity;
using MartechGrains.Journal.Contracts;
using Polly;
using Polly.Retry;

namespace MartechGrains.Journal.Writing;

/// <summary>
/// Brings batches to the store and each of their writes to a true outcome: tries again while the store is
/// unavailable, looks after an ambiguous commit, and cuts what is refused, or meets a bug, in two until only the guilty
/// are left.
/// </summary>
internal sealed class BatchCommitter
{
    private readonly ICommits _store;
    private readonly int _writer;
    private readonly JournalWriterOptions _options;
    private readonly FencedHomes _closed;
    private readonly WriteGate _gate;
    private readonly ResiliencePipeline _whileUnavailable;
    private readonly ResiliencePipeline _whileUnclear;
    private volatile bool _hasTime = true;
    private long _began;

    public BatchCommitter(
        ICommits store, int writer, JournalWriterOptions options, FencedHomes closed, WriteGate gate)
    {
        (_store, _writer, _options, _closed, _gate) = (store, writer, options, closed, gate);
        _whileUnavailable = Repeating(static error => error is StoreUnavailableException);
        _whileUnclear = Repeating(static _ => true);
    }

    /// <summary>Completes every write of the batch. Never throws.</summary>
    public Task CommitAsync(List<PendingWrite> batch)
    {
        _began = _options.Time.GetTimestamp();
        return CommitPartAsync(batch);
    }

    /// <summary>From now on nothing that fails is tried again.</summary>
    public void StopRepeating() => _hasTime = false;

    private bool MayRepeat => _hasTime && _options.Time.GetElapsedTime(_began) < _options.RetryFor;

    private async Task CommitPartAsync(List<PendingWrite> part)
    {
        while (true)
        {
            part = FenceClosed(part);
            if (part.Count == 0)
                return;
            try
            {
                await _whileUnavailable.ExecuteAsync(
                    static (self, _) => self.Committer.CommitOnceAsync(self.Part), (Committer: this, Part: part))
                    .ConfigureAwait(false);
                return;
            }
            catch (BatchRejectedException rejected)
            {
                if (part.Count == 1)
                {
                    var status = rejected.IsFence ? WriteStatus.Fenced : WriteStatus.Refused;
                    Complete(part[0], new WriteOutcome(status, Error: rejected.IsFence ? null : rejected.Message));
                    return;
                }
                await CommitHalvesAsync(part).ConfigureAwait(false);
                return;
            }
            catch (StoreUnavailableException unavailable)
            {
                FailAll(part, unavailable);
                return;
            }
            catch (AmbiguousCommitException unclear)
            {
                JournalMetrics.AmbiguousCommits.Add(1);
                // The wait comes first: whatever broke the commit may still be going on.
                await Task.Delay(_options.FirstRetryDelay, _options.Time).ConfigureAwait(false);
                var absent = await LookAsync(part, unclear).ConfigureAwait(false);
                if (absent is null)
                    return;
                if (!MayRepeat)
                {
                    FailAll(absent, new StoreUnavailableException(unclear.Message, unclear));
                    return;
                }
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

    private async ValueTask CommitOnceAsync(List<PendingWrite> part)
    {
        var writes = new StoreWrite[part.Count];
        for (var i = 0; i < writes.Length; i++)
            writes[i] = part[i].Write!;
        var outcomes = new WriteOutcome[writes.Length];
        var began = _options.Time.GetTimestamp();
        try
        {
            await _store.CommitAsync(_writer, writes, outcomes).ConfigureAwait(false);
        }
        catch (JournalException error) when (error is StoreUnavailableException or AmbiguousCommitException)
        {
            _gate.Fail(error);
            throw;
        }
        _gate.Succeed();
        JournalMetrics.CommitDuration.Record(_options.Time.GetElapsedTime(began).TotalSeconds);
        JournalMetrics.BatchSize.Record(writes.Length);
        for (var i = 0; i < outcomes.Length; i++)
            Complete(part[i], outcomes[i]);
    }

    /// <summary>
    /// Completes what is on disk and returns the rest, to be committed again; null where all are completed.
    /// </summary>
    private async Task<List<PendingWrite>?> LookAsync(List<PendingWrite> part, Exception unclear)
    {
        var writes = part.ConvertAll(pending => pending.Write!);
        bool[] present;
        try
        {
            present = await _whileUnclear.ExecuteAsync(
                async looking => await _store.ArePresentAsync(_writer, writes, looking).ConfigureAwait(false))
                .ConfigureAwait(false);
        }
        catch (Exception stillUnclear)
        {
            FailAll(part, unclear as AmbiguousCommitException
                ?? new AmbiguousCommitException(
                    "Whether the write was committed could not be found out.", stillUnclear));
            return null;
        }
        var absent = new List<PendingWrite>();
        for (var i = 0; i < present.Length; i++)
        {
            if (present[i])
                Complete(part[i], new WriteOutcome(WriteStatus.Committed, HomeOnDisk(part[i])));
            else
                absent.Add(part[i]);
        }
        return absent;
    }

    private static HomeId HomeOnDisk(PendingWrite pending) =>
        pending.Write is RendezvousWrite rendezvous ? rendezvous.Home : default;

    private List<PendingWrite> FenceClosed(List<PendingWrite> part)
    {
        if (!part.Exists(IsClosed))
            return part;
        foreach (var pending in part.FindAll(IsClosed))
            Complete(pending, new WriteOutcome(WriteStatus.Fenced));
        return part.FindAll(pending => !IsClosed(pending));
    }

    private bool IsClosed(PendingWrite pending) => pending.Home is { } home && _closed.Contains(home);

    private void Complete(PendingWrite pending, WriteOutcome outcome)
    {
        if (outcome.Status == WriteStatus.Fenced)
            JournalMetrics.Fenced.Add(1);
        if (outcome.Status != WriteStatus.Committed && pending.Home is { } home)
            _closed.Close(home);
        pending.Complete(outcome);
    }

    private void FailAll(List<PendingWrite> part, Exception error)
    {
        foreach (var pending in part)
        {
            if (pending.Home is { } home)
                _closed.Close(home);
            pending.Fail(error);
        }
    }

    /// <summary>Tries again after a wait that doubles, for as long as a batch may take.</summary>
    private ResiliencePipeline Repeating(Func<Exception, bool> isPassing) =>
        new ResiliencePipelineBuilder { TimeProvider = _options.Time }.AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = args => ValueTask.FromResult(
                args.Outcome.Exception is { } error && isPassing(error) && MayRepeat),
            MaxRetryAttempts = int.MaxValue,
            Delay = _options.FirstRetryDelay,
            MaxDelay = _options.MaxRetryDelay,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            OnRetry = static _ =>
            {
                JournalMetrics.Retries.Add(1);
                return default;
            },
        }).Build();
}
